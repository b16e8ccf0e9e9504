/**
 * Sentences to be filled: {topic} of the prompt, {indexes} by name, {clause} of the first finding, {file} and {page} it
 * is from, {name} and {group} of its figure, {cause}, {now} and {then}.
 */
export const frames = {
  planning: [
    'The user asks about {topic}. I should start with {indexes} and see what is there.',
    'This is a question about {topic}. {indexes} should cover it, so I will look there before answering.',
    'I need evidence on {topic}. My plan: look into {indexes}, check the strongest source, then summarise.',
    'To answer this I have to find passages on {topic} in {indexes}, with pages I can cite.',
  ],
  planningAgain: [
    'The conversation goes on with {topic}. What I have already said may not be enough, so I will check {indexes} again.',
    'A follow-up, this time about {topic}. I should look for new passages in {indexes} rather than repeat myself.',
  ],
  givingUp: [
    'None of the requested indexes can be queried, so there is nothing to cite on {topic}. I should say so plainly.',
    'I have no source for {topic}: the requested indexes do not respond. Better to explain that than to guess.',
  ],
  searching: ['Let me search for {topic}.', 'A search for {topic} should bring up the relevant passages.'],
  finding: ['First I need to know which files there are.', 'I will list the files before I open any of them.'],
  grepping: ['I want the exact lines in {file}.', '{file} looks promising; I will look for the wording there.'],
  reading: [
    'Reading {file} in full should settle the details.',
    'I should read the pages of {file} to get the context right.',
  ],
  acknowledging: [
    'Thanks for the follow-up.',
    'Picking up where we left off.',
    'Building on what we have covered so far in this conversation:',
    'As a continuation of your earlier question:',
    'To add to my previous answer:',
  ],
  opening: [
    'Here is what the documents in {indexes} say about {topic}: {clause}.',
    'On {topic}, the clearest statement is that {clause}.',
    'I went through {indexes} for {topic}. The short version: {clause}.',
    'For {topic}, the most useful source was {file}; it says that {clause}.',
    'As far as {topic} is concerned, {indexes} holds a fairly consistent picture, and above all that {clause}.',
    'Looking at {topic}, one thing stands out: {clause}.',
    'The short answer on {topic} is that {clause}.',
    'I found several passages on {topic}. Most important, {clause}.',
    'The sources that deal with {topic} agree on the main point: {clause}.',
    'Your question about {topic} can be answered from {indexes}: {clause}.',
  ],
  introducing: [
    'The key findings:',
    'In detail:',
    'What the sources say:',
    'The main points are:',
    'From the documents:',
    'These passages matter most:',
  ],
  heading: ['### Summary', '### Findings', '### Key figures', '## What the documents say', '### Overview'],
  passage: [
    '{Name} for {group} came to {after} in {now}, against {before} in {then}. The main reason was {cause}.',
    'In {now}, {name} for {group} {moved} to {after} ({then}: {before}), largely because of {cause}.',
    '{Name}, {group}: {before} in {then} and {after} in {now}. Management points to {cause}.',
    'Compared with {then} ({before}), {name} for {group} {moved} to {after} in {now}. This follows from {cause}.',
  ],
  surrounding: [
    'The method is described in the appendix.',
    'Figures are preliminary until signed off.',
    'This section replaces the wording of the previous version.',
    'Owners and due dates are listed at the end of the chapter.',
    'See the following page for the breakdown.',
    'The committee took note without further comment.',
  ],
  claim: [
    '**{Name}** for {group} {moved} from {before} to {after} {cite}',
    '{Name} for {group}: **{after}** in {now}, {trend} from {before} in {then} {cite}',
    '**{Group}**: {name} at {after}, after {before} in {then} {cite}',
    '{Name} for {group} reached {after} in {now}; the figure for {then} was {before} {cite}',
  ],
  clause: [
    '{name} for {group} {moved} from {before} to {after} between {then} and {now}',
    '{name} for {group} came to {after} in {now}, {trend} from {before}',
  ],
  explaining: [
    'The change in {name} is put down to {cause} {cite}. The same passage compares {now} with {then}, so the two figures have the same basis.',
    'As the reason for the development of {name}, the source gives {cause} {cite}. No other document contradicts this.',
    'Behind the figure for {group} is, according to the authors, {cause} {cite}. They expect the effect to last beyond {now}.',
    'What drove {name} was mainly {cause} {cite}; other influences are mentioned but not quantified.',
  ],
  limiting: [
    'The figures for {group} come from a single document, so treat them with some care.',
    'Note that {file} covers {now} only; later changes are not reflected in it.',
    'All amounts are quoted as they stand in the sources, and I did not recalculate any of them.',
    'None of the passages I found gives a forecast beyond {now}, and I would not extrapolate from them.',
    'Definitions differ a little between the documents, which matters when {name} is compared across teams.',
    'I found no passage that contradicts these points, but not every file in {indexes} mentions {topic} explicitly.',
  ],
  nextSteps: [
    'Compare {name} for {group} with the next report.',
    'Ask the owner of {file} about the assumptions on page {page}.',
    'Check whether {cause} will still have an effect after {now}.',
    'Share page {page} of {file} with the team that decides on this.',
    'Agree on one definition of {name} before the figures are used elsewhere.',
  ],
  asking: [
    'Would you like me to break {name} down further than {group}?',
    'Should I compare this with periods before {then}?',
    'Do you want the full wording of page {page} in {file}?',
    'Shall I look for more on {cause}?',
    'Is there a particular part of {topic} that you need for a decision?',
  ],
} as const;

/** Words that say how something is asked, not what about. */
export const questionWords: ReadonlySet<string> = new Set(
  `a about all also am an and any are as at be been between by can compare could describe did do does explain find for from
  get give had has have hello hey hi how i identify if in into is it its key let like list main make many me more most much
  must my need of on or our overview please provide say should show so some summarise summarize summary tell than thanks that
  the their them there these they this those to us want was we were what what's whats when where which who whom whose why
  will with would you your`.split(/\s+/),
);
