import type { Random } from '../../runtime/random.ts';
import { enumerate, fill, upperFirst } from './fill.ts';
import type { Finding } from './findings.ts';
import { frames } from './frames.ts';
import type { ResearchIndex } from './index-names.ts';

type Cite = (finding: Finding) => string;
type Values = Readonly<Record<string, string>>;
interface Measured extends Finding {
  readonly figure: Values;
}

const ENOUGH_WORDS = 130;

export interface AnswerInput {
  /** As a sentence may hold it. */
  readonly topic: string;
  readonly turn: number;
  readonly indexes: readonly ResearchIndex[];
  readonly unreachable: readonly ResearchIndex[];
  readonly random: Random;
}

/** The answer in Markdown: what was found, cited, and nothing else. */
export function writeAnswer(findings: readonly Finding[], input: AnswerInput): string {
  const { turn, unreachable, random } = input;
  const cite = random.pick(citations);
  const values = valuesOf(findings, input);
  const measured = findings.filter(isMeasured);
  const table = measured.length > 1 && random.chance(0.4) ? [tableOf(measured)] : [];
  const listed =
    table.length > 0 ? findings.filter((finding, position) => position === 0 || !finding.figure) : findings;
  const claims = listed.map((finding) => `- ${fill(finding.claimFrame, { cite: cite(finding) })}`).join('\n');
  const list = `${random.pick(frames.introducing)}\n\n${claims}`;
  const say = (names: readonly string[]) => fill(random.pick(names), values);
  const explained = measured.at(-1);
  const explaining = explained
    ? [fill(random.pick(frames.explaining), { ...explained.figure, cite: cite(explained) })]
    : [];
  const limits = random.sample(frames.limiting, 4).map((frame) => fill(frame, values));
  const sections = [
    [turn > 1 ? random.pick(frames.acknowledging) : '', say(frames.opening)].filter(Boolean).join(' '),
    ...(unreachable.length > 0 ? [couldNotQuery(unreachable)] : []),
    ...(random.chance(0.3) ? [random.pick(frames.heading)] : []),
    ...(random.chance(0.5) ? [...table, list] : [list, ...table]),
    ...(random.chance(0.7) ? explaining : []),
    ...(explained && random.chance(0.35) ? [random.pick(codeBlocks)(explained)] : []),
    ...(random.chance(0.3) ? [nextSteps(values, random)] : []),
    ...(random.chance(0.6) ? limits.splice(0, 1) : []),
  ];
  while (wordCount(sections) < ENOUGH_WORDS && limits.length > 0) sections.push(limits.splice(0, 2).join(' '));
  if (random.chance(0.5)) sections.push(say(frames.asking));
  return sections.join('\n\n');
}

/** What the frames may speak of: the first finding, which is always a figure. */
export function valuesOf(
  findings: readonly Finding[],
  { topic, indexes }: Pick<AnswerInput, 'topic' | 'indexes'>,
): Values {
  const [lead] = findings;
  const named = { topic, indexes: nameAll(indexes) };
  return lead ? { ...lead.figure, ...named, clause: lead.clause, file: lead.file, page: `${lead.page}` } : named;
}

export function nameAll(indexes: readonly ResearchIndex[]): string {
  return enumerate(indexes.map(({ id, name }) => (indexes.length > 1 ? `**${name}**` : `**${name}** (\`${id}\`)`)));
}

export function couldNotQuery(indexes: readonly ResearchIndex[]): string {
  const named = enumerate(indexes.map(({ id, name }) => `**${name}** (\`${id}\`)`));
  return `Please note that ${named} could not be queried, so nothing in this answer comes from there.`;
}

const citations: readonly Cite[] = [
  ({ file, page }) => `(${file}, p. ${page})`,
  ({ file, page }) => `[${file}, page ${page}]`,
  ({ file, page }) => `(*${file}*, page ${page})`,
  ({ file, page }) => `(\`${file}\`, p. ${page})`,
];

function isMeasured(finding: Finding): finding is Measured {
  return finding.figure !== null;
}

function tableOf(findings: readonly Measured[]): string {
  const { now = '', then = '' } = findings[0]?.figure ?? {};
  const rows = findings.map(({ figure, file, page }) => [
    upperFirst(figure['name'] ?? ''),
    figure['group'],
    figure['before'],
    figure['after'],
    `${file.replaceAll('|', '\\|')}, p. ${page}`,
  ]);
  const lines = [['Measure', 'Scope', then, now, 'Source'], ['---', '---', '---:', '---:', '---'], ...rows];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

const codeBlocks: readonly ((finding: Measured) => string)[] = [
  ({ figure: { name, group, now, then, after, before }, file, page }) =>
    fence(
      'json',
      JSON.stringify({ name, group, [`${then}`]: before, [`${now}`]: after, source: { file, page } }, null, 2),
    ),
  ({ figure }) =>
    fence(
      'sql',
      fill(
        "SELECT period, value\nFROM figures\nWHERE name = '{name}'\n  AND period IN ('{then}', '{now}')\nORDER BY period;",
        figure,
      ),
    ),
  ({ figure }) =>
    fence(
      'python',
      fill(
        '# {name}, {group}\nfigures = {"{then}": "{before}", "{now}": "{after}"}\nfor period, value in figures.items():\n    print(period, value)',
        figure,
      ),
    ),
  ({ passage, file, page }) => fence('text', `${file}, page ${page}:\n${passage}`),
];

function fence(language: string, code: string): string {
  return `\`\`\`${language}\n${code}\n\`\`\``;
}

function nextSteps(values: Values, random: Random): string {
  const steps = random.sample(frames.nextSteps, 3).map((frame, position) => `${position + 1}. ${fill(frame, values)}`);
  return `Suggested next steps:\n\n${steps.join('\n')}`;
}

function wordCount(sections: readonly string[]): number {
  return sections.join(' ').split(/\s+/).length;
}
