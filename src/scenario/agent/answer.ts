import type { Random } from '../../runtime/random.ts';
import { bullets, enumerate, fill, upperFirst, type Values } from './fill.ts';
import type { Finding } from './findings.ts';
import type { ResearchIndex } from './index-names.ts';
import { phrases } from './phrases.ts';

const ENOUGH_WORDS = 130;

/** What the answer of a generated turn is written from. */
export interface AnswerInput {
  /** The topic as it fits into a sentence. */
  readonly topic: string;
  /** Whether the prompt has a topic, unlike "hi" or "tell me more". */
  readonly isAsked: boolean;
  readonly turn: number;
  readonly indexes: readonly ResearchIndex[];
  readonly unreachable: readonly ResearchIndex[];
  readonly random: Random;
}

/** Writes the answer in Markdown from the findings, with citations. */
export function writeAnswer(findings: readonly Finding[], input: AnswerInput): string {
  const { isAsked, unreachable, random } = input;
  const values = valuesOf(findings, input);
  const cite = random.pick(citations);
  const measured = findings.flatMap(({ figure, ...finding }) => (figure ? [{ ...finding, figure }] : []));
  const table = random.chance(0.4) ? [tableOf(measured)] : [];
  const listed = findings.filter(({ figure }, nth) => nth === 0 || !figure || table.length === 0);
  const claims = bullets(listed.map((finding) => fill(finding.claim, { cite: fill(cite, placeOf(finding)) })));
  const list = `${random.pick(phrases.introducing)}\n\n${claims}`;
  const limits = random.sample<string>(phrases.limiting, 4);
  const takeLimits = (count: number) => limits.splice(0, count).map((phrase) => fill(phrase, values));
  const sections = [
    acknowledge(input, fill(random.pick(isAsked ? phrases.opening : phrases.openingUnasked), values)),
    ...couldNotQuery(unreachable),
    ...(random.chance(0.3) ? [random.pick(phrases.heading)] : []),
    ...(random.chance(0.5) ? [...table, list] : [list, ...table]),
  ];
  const explained = measured.at(-1);
  if (explained && random.chance(0.7)) {
    sections.push(fill(random.pick(phrases.explaining), { ...explained.figure, cite: fill(cite, placeOf(explained)) }));
  }
  if (explained && random.chance(0.35)) {
    const [language, code] = random.pick(codeBlocks);
    const place = { ...explained.figure, ...placeOf(explained), passage: explained.passage };
    sections.push(`\`\`\`${language}\n${fill(code, place)}\n\`\`\``);
  }
  if (random.chance(0.3)) {
    const steps = random.sample(phrases.nextStep, 3).map((phrase, nth) => `${nth + 1}. ${fill(phrase, values)}`);
    sections.push(`Suggested next steps:\n\n${steps.join('\n')}`);
  }
  if (random.chance(0.5)) sections.push(...takeLimits(1));
  let words = sections.reduce((sum, section) => sum + countWords(section), 0);
  while (words < ENOUGH_WORDS && limits.length > 0) {
    const section = takeLimits(2).join(' ');
    words += countWords(section);
    sections.push(section);
  }
  if (random.chance(0.5)) sections.push(fill(random.pick(phrases.asking), values));
  return sections.join('\n\n');
}

function countWords(text: string): number {
  let words = 1;
  for (let at = text.indexOf(' '); at !== -1; at = text.indexOf(' ', at + 1)) words += 1;
  return words;
}

/** The values for phrases, from the first finding if there is one. */
export function valuesOf([first]: readonly Finding[], { topic, indexes }: AnswerInput): Values {
  return {
    ...first?.figure,
    ...(first && placeOf(first)),
    clause: first?.clause ?? '',
    topic,
    indexes: nameAll(indexes),
  };
}

/** From the second turn on, the answer refers to earlier ones. */
export function acknowledge({ turn, random }: AnswerInput, opening: string): string {
  if (turn === 1) return upperFirst(opening);
  const before = random.pick(phrases.acknowledging);
  return `${before} ${before.endsWith(':') ? opening : upperFirst(opening)}`;
}

/** Lists index names as prose. */
export function nameAll(indexes: readonly ResearchIndex[]): string {
  return enumerate(indexes.map(({ id, name }) => `**${name}** (\`${id}\`)`));
}

/** Sentences that name the indexes that could not be queried. */
export function couldNotQuery(indexes: readonly ResearchIndex[]): string[] {
  if (indexes.length === 0) return [];
  return [`Please note that ${nameAll(indexes)} could not be queried, so nothing in this answer comes from there.`];
}

const citations = ['({file}, p. {page})', '[{file}, page {page}]', '(*{file}*, page {page})', '(`{file}`, p. {page})'];

function placeOf({ file, page }: Finding | Omit<Finding, 'figure'>): Values {
  return { file, page: `${page}` };
}

function tableOf(findings: readonly (Omit<Finding, 'figure'> & { readonly figure: Values })[]): string {
  const rows = findings.map(({ figure, file, page }) =>
    fill('| {Name} | {group} | {before} | {after} | {file}, p. {page} |', {
      ...figure,
      file: file.replaceAll('|', '\\|'),
      page: `${page}`,
    }),
  );
  const head = fill('| Measure | Scope | {earlier} | {now} | Source |', findings[0]?.figure ?? {});
  return [head, '| --- | --- | ---: | ---: | --- |', ...rows].join('\n');
}

const codeBlocks = [
  [
    'yaml',
    'measure: {name}\nscope: {group}\nvalues:\n  {earlier}: "{before}"\n  {now}: "{after}"\nsource: {file}\npage: {page}',
  ],
  [
    'sql',
    "SELECT period, value\nFROM figures\nWHERE name = '{name}'\n  AND period IN ('{earlier}', '{now}')\nORDER BY period;",
  ],
  [
    'python',
    '# {Name}, {group}\nfigures = [("{earlier}", "{before}"), ("{now}", "{after}")]\nfor period, value in figures:\n    print(period, value)',
  ],
  ['text', '{file}, page {page}:\n{passage}'],
] as const;
