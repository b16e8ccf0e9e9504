import { type AnswerInput, acknowledge, couldNotQuery, nameAll } from './answer.ts';
import { bullets, fill, lowerFirst } from './fill.ts';
import { phrases } from './phrases.ts';
import { subjects } from './subjects.ts';

/** The answer to an empty prompt: asks back and lists the indexes. */
export function askBack(input: AnswerInput): string {
  const { indexes, unreachable, random } = input;
  const files = indexes.flatMap(({ files }) => files);
  const questions = random.sample(subjects, 3).map(({ figures, groups }) => {
    const name = lowerFirst(random.pick(figures).split('|', 1).join());
    return fill(random.pick(phrases.askedBack), { name, group: random.pick(groups) });
  });
  return [
    acknowledge(input, 'what would you like to know? Your message was empty, so I have not looked for anything yet.'),
    ...couldNotQuery(unreachable),
    ...(files.length > 0
      ? [`I can look into ${nameAll(indexes)}, for instance:\n\n${bullets(files.slice(0, 8))}`]
      : []),
    `Questions of this kind work well:\n\n${bullets(questions)}`,
    'It helps to name a document, a period or a team: the more exact the question, the fewer passages I have to weigh against each other. Each statement in my answers comes with its file and page, so that you can check it in the original.',
  ].join('\n\n');
}

/** The answer when there is nothing to search or find: says so, and suggests what to do. */
export function apologise(input: AnswerInput): string {
  const { topic, indexes, unreachable, random } = input;
  const found = indexes.length > 0 ? `there are no passages about it in ${nameAll(indexes)}` : '';
  const reason = found || `${nameAll(unreachable)} could not be queried`;
  return [
    acknowledge(input, `I am sorry, but I cannot answer your question about ${topic}: ${reason}.`),
    ...(found ? couldNotQuery(unreachable) : []),
    `In the meantime, you could try one of the following:\n\n${bullets(random.sample(phrases.remedy, 3))}`,
    random.pick(phrases.promising),
  ].join('\n\n');
}
