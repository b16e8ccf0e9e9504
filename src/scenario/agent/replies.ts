import { type AnswerInput, couldNotQuery, nameAll } from './answer.ts';
import { enumerate, fill, lowerFirst } from './fill.ts';
import { type Subject, subjects } from './subjects.ts';

/** To an empty prompt: asks back, and shows what there is. */
export function askBack({ turn, indexes, unreachable, random }: AnswerInput): string {
  const files = indexes.flatMap((index) => index.files.map((file) => `- ${file} (${index.name})`));
  const questions = random.sample<Subject>(subjects, 3).map(({ figures, groups }) => {
    const name = lowerFirst(random.pick(figures).split('|')[0] ?? '');
    return `- ${fill(random.pick(questionFrames), { name, group: random.pick(groups) })}`;
  });
  return [
    `${random.pick(turn > 1 ? ['Your last message was empty.', 'I am still here.'] : ['Hello!', 'Your message was empty.'])} What would you like to know?`,
    ...(unreachable.length > 0 ? [couldNotQuery(unreachable)] : []),
    files.length > 0
      ? `I can look into ${nameAll(indexes)}. Some of the files:\n\n${files.slice(0, 8).join('\n')}`
      : '',
    `Questions you could ask, for example:\n\n${questions.join('\n')}`,
    'It helps to name a document, a period or a team: the more exact the question, the fewer passages I have to weigh against each other. Each statement in my answers comes with its file and page, so you can check it in the original.',
  ]
    .filter(Boolean)
    .join('\n\n');
}

const questionFrames = [
  'How did {name} develop for {group}?',
  'Which documents mention {name}, and on which pages?',
  'What explains the change in {name} for {group}?',
  'Is there a table of {name} by period?',
];

/** Nothing can be searched: says so, and what helps. */
export function apologise({ topic, turn, unreachable, random }: AnswerInput): string {
  const names = enumerate(unreachable.map(({ id, name }) => `**${name}** (\`${id}\`)`));
  return [
    `${random.pick(['I am sorry,', 'Apologies,', 'Unfortunately,'])} ${turn > 1 ? 'this time ' : ''}I cannot answer your question about ${topic}: ${names} could not be queried.`,
    `${random.pick(['What usually helps:', 'You could try the following:', 'Possible ways forward:'])}\n\n${list(random.sample(remedies, 3))}`,
    random.pick(promises),
  ].join('\n\n');
}

const remedies = [
  'Wait until the index has finished syncing, then send the same message again.',
  'Check in the project settings that the index still exists and that your key may read it.',
  'Ask someone with access to the source directory to start a new sync.',
  'Choose another index for a new session and put the question there.',
];

const promises = [
  'I would rather not answer from general knowledge here, because I could not give you a file and a page for any of it. As soon as one of the sources can be reached again, I will search it and cite what I find. If the matter is urgent, the original documents are the safest place to look in the meantime.',
  'Without a source I could only guess, and a guess without a page number is of little use to you. Nothing is lost: the conversation stays as it is, and your question can be repeated at any time. Please tell me if you would like to go on with other documents instead.',
];

/** The indexes can be searched but hold no files. */
export function foundNothing({ topic, turn, indexes, unreachable, random }: AnswerInput): string {
  return [
    `${turn > 1 ? 'I looked again, but' : 'I looked, but'} ${nameAll(indexes)} returned no passages about ${topic}.`,
    ...(unreachable.length > 0 ? [couldNotQuery(unreachable)] : []),
    `Possible reasons:\n\n${list(emptyReasons)}`,
    random.pick(promises),
  ].join('\n\n');
}

const emptyReasons = [
  'The index holds no documents yet, or its first sync has not finished.',
  'The documents were moved out of the source directory.',
  'The files are in a format from which no text could be extracted.',
];

function list(items: readonly string[]): string {
  return items.map((item) => `- ${item}`).join('\n');
}
