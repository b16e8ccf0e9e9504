/**
 * Sentences with places: {topic} of the prompt, {indexes} by name, {clause} of the first finding with its {file} and
 * {page}, {name} and {group} of its figure, {before}, {after} and how it {moved}, its {cause}, {now} and {earlier}.
 */
export const phrases = {
  planning: [
    'The user asks about {topic}. I should start with {indexes} and see what is there.',
    'This is a question about {topic}. {indexes} should cover it, so I will look there before answering.',
    'I need evidence on {topic}. My plan: look into {indexes}, check the strongest source, then summarise.',
  ],
  planningAgain: [
    'A follow-up, this time about {topic}. I should look for new passages in {indexes} rather than repeat myself.',
    'The conversation goes on with {topic}. What I have said may not be enough, so I will check {indexes} again.',
  ],
  planningUnasked: [
    'Nothing in particular is asked for. I will see what is in {indexes} and offer that.',
    'No topic is named, so I should show what {indexes} can answer.',
  ],
  givingUp: ['None of the requested indexes can be queried, so I have no source to cite on {topic} and should say so.'],
  search: ['Let me search for {topic}.', 'A search should bring up the passages on {topic}.'],
  find: ['First I need to know which files there are.', 'I will list the files before I open any of them.'],
  grep: ['I want the exact lines in {file}.', '{file} looks promising; I will look for the wording there.'],
  read: ['Reading {file} should settle the details.', 'I should read the pages of {file} to get the context right.'],
  acknowledging: [
    'Thanks for the follow-up.',
    'Picking up where we left off.',
    'This builds on what we have covered so far.',
    'To go on from your earlier question:',
  ],
  opening: [
    'here is what the documents in {indexes} say about {topic}: {clause}.',
    'on {topic}, the clearest statement is that {clause}.',
    'I went through {indexes} for {topic}. The short version: {clause}.',
    'for {topic}, the most useful source was {file}; it says that {clause}.',
    'as far as {topic} is concerned, the picture in {indexes} is fairly consistent: {clause}.',
    'looking at {topic}, one thing stands out: {clause}.',
    'I found several passages on {topic}. Most important, {clause}.',
    'the sources that deal with {topic} agree on the main point: {clause}.',
  ],
  openingUnasked: [
    'you did not name a topic, so I looked for what stands out in {indexes}: {clause}.',
    'there is a good deal in {indexes}. One example: {clause}.',
    'from {indexes}, this may be of interest: {clause}.',
  ],
  introducing: ['The key findings:', 'In detail:', 'What the sources say:', 'The main points:', 'From the documents:'],
  heading: ['### Summary', '### Findings', '### Key figures', '## What the documents say'],
  passage: [
    '{Name} for {group} came to {after} in {now}, against {before} in {earlier}. The main reason was {cause}.',
    'In {now}, {name} for {group} {moved} to {after} ({earlier}: {before}), largely because of {cause}.',
    '{Name}, {group}: {before} in {earlier} and {after} in {now}. Management points to {cause}.',
  ],
  surrounding: [
    'The method is described in the appendix.',
    'Figures are preliminary until signed off.',
    'This section replaces the wording of the previous version.',
    'Owners and due dates are listed at the end of the chapter.',
    'The committee took note without further comment.',
  ],
  claim: [
    '**{Name}** for {group} {moved} from {before} to {after} {cite}',
    '{Name} for {group}: **{after}** in {now}, after {before} in {earlier} {cite}',
    '**{Group}**: {name} at {after}, compared with {before} in {earlier} {cite}',
  ],
  clause: [
    '{name} for {group} {moved} from {before} to {after} between {earlier} and {now}',
    '{name} for {group} came to {after} in {now}, compared with {before} in {earlier}',
  ],
  explaining: [
    'The change in {name} is put down to {cause} {cite}. The passage compares {now} with {earlier} on the same basis.',
    'As the reason for the development of {name}, the source gives {cause} {cite}. No other document contradicts this.',
    'Behind the figure for {group} is, according to the authors, {cause} {cite}.',
    'What drove {name} was mainly {cause} {cite}; other influences are mentioned but not quantified.',
  ],
  limiting: [
    'The figures for {group} come from a single document, so treat them with some care until another one confirms them.',
    'Note that {file} covers {now} only; later changes are not reflected in it, and earlier ones only as a comparison.',
    'All amounts are quoted as they stand in the sources; I did not recalculate, round or convert any of them.',
    'None of the passages I found gives a forecast beyond {now}, and I would not extrapolate from them.',
    'Definitions differ a little between the documents, which matters when {name} is compared across teams or periods.',
  ],
  nextStep: [
    'Compare {name} for {group} with the next report.',
    'Ask the owner of {file} about the assumptions on page {page}.',
    'Check whether {cause} will still have an effect after {now}.',
    'Agree on one definition of {name} before the figures are used elsewhere.',
  ],
  asking: [
    'Would you like me to break down {name} for {group} further?',
    'Should I compare this with periods before {earlier}?',
    'Do you want the full wording of page {page} in {file}?',
    'Is there a particular part of {topic} that you need for a decision?',
  ],
  askedBack: [
    'How did {name} develop for {group}?',
    'Which documents mention {name}, and on which pages?',
    'What explains the change in {name} for {group}?',
  ],
  remedy: [
    'Wait until the sync has finished, then send the same message again.',
    'Check that the index still exists, holds documents, and that your key may read it.',
    'Ask someone with access to the source directory to start a new sync.',
    'Choose another index for a new session and put the question there.',
  ],
  promising: [
    'I would rather not answer from general knowledge, because I could not give you a file and a page for any of it. As soon as there is something to search, I will look again and cite what I find. If the matter is urgent, the original documents are the safest place to look in the meantime.',
    'Without a source I could only guess, and a guess without a page number is of little use to you. Nothing is lost: the conversation stays as it is, and your question can be repeated at any time. Please tell me if you would rather go on with other documents instead.',
  ],
} as const;

/** Words that say how a question is asked, not what it is about. */
export const questionWords: ReadonlySet<string> = new Set(
  `a about afternoon again all also am an and any are as at be been between by can compare could day describe did do does
  else evening explain find for from get give good great had has have hello hey hi how i i'm identify if in into is it its
  key let like list main make many me more morning most much must my need nice no of ok okay on or our overview please ping
  provide really say should show so some summarise summarize summary sure tell test testing than thank thanks that the their
  them there these they this those to too us very want was we were what what's whats when where which who whom whose why will
  with would write yes you your`.split(/\s+/),
);
