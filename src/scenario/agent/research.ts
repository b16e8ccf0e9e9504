import { createRandom, type Random } from '../../runtime/random.ts';
import type { Step, ToolStep } from '../schema.ts';
import { type Finding, pageCount } from './findings.ts';
import type { ResearchIndex } from './index-names.ts';
import { phrases } from './phrases.ts';

type Role = 'search' | 'find' | 'grep' | 'read';

/** The tool calls of a generated turn, in order. */
export interface Plan {
  readonly calls: readonly (Role | readonly [Role, Role])[];
  /** All findings are in one file, because no call searches for more. */
  readonly isOneFile?: true;
}

/** Each plan reaches every finding: by a search, or by reading the one file. */
export const plans: readonly Plan[] = [
  { calls: ['search'] },
  { calls: ['search', 'read'] },
  { calls: ['search', 'grep'] },
  { calls: ['find', 'search'] },
  { calls: [['search', 'find']] },
  { calls: [['search', 'search']] },
  { calls: ['search', ['grep', 'read']] },
  { calls: ['find', 'read'], isOneFile: true },
  { calls: ['find', 'grep', 'read'], isOneFile: true },
];

/** What the generated turn looks for and finds. */
export interface Research {
  readonly query: string;
  readonly indexes: readonly ResearchIndex[];
  /** The findings; the answer opens with the first. Empty if there is nothing to find. */
  readonly findings: readonly Finding[];
  readonly toolNames: Readonly<Record<Role, string>>;
  readonly random: Random;
}

/** Converts the planned calls to steps of a scenario. */
export function callTools({ calls }: Plan, research: Research): Step[] {
  return calls.map((call, nth): Step => {
    const random = research.random.fork(nth);
    if (typeof call === 'string') return callTool(call, { ...research, random });
    const isShared = call[0] === call[1];
    return {
      together: call.map((role, side) =>
        callTool(role, { ...(isShared ? takeHalf(research, side) : research), random: random.fork(side) }),
      ),
    };
  });
}

/** Parallel searches return different findings. */
function takeHalf(research: Research, side: number): Research {
  const findings = research.findings.filter((_, nth) => nth % 2 === side);
  return { ...research, findings, query: `${research.query} ${findings[0]?.figure?.['name'] ?? ''}`.trim() };
}

function callTool(role: Role, research: Research): ToolStep {
  const { random, toolNames } = research;
  return { tool: toolNames[role], takes_ms: random.integer(200, 1500), ...tools[role](research) };
}

const tools: Readonly<Record<Role, (research: Research) => Omit<ToolStep, 'tool'>>> = {
  search({ query, indexes, findings, random }) {
    let score = 0.8 + random.next() * 0.17;
    const besides = findings.slice(0, random.integer(1, 2)).map((finding) => {
      const { page } = finding;
      return { ...finding, page: page > 1 ? page - 1 : page + 1, passage: random.pick(phrases.surrounding) };
    });
    const hits = [...findings, ...besides].map(({ passage, file, page, index }) => {
      score -= 0.01 + random.next() * 0.08;
      return { text: passage, file_name: file, page, score: Math.round(score * 1000) / 1000, index_id: index.id };
    });
    return {
      arguments: { query, index_ids: indexes.map(({ id }) => id), top_k: random.pick([6, 8, 10]) },
      result: hits,
      ...(random.chance(0.6) && pageImage(findings)),
    };
  },
  find({ query, indexes }) {
    const files = indexes.flatMap((index) => index.files.slice(0, 50).map((file) => ({ index, file })));
    return {
      arguments: { query, index_ids: indexes.map(({ id }) => id), limit: 50 },
      result: files.slice(0, 50).map(({ index, file }) => {
        return { file_name: file, index_id: index.id, pages: pageCount(index, file) };
      }),
    };
  },
  grep({ findings, random }) {
    const { of, inFile } = openFile(findings);
    const pattern = inFile.map(({ figure, passage }) => figure?.['name'] ?? passage.split(' ', 2).join(' ')).join('|');
    const matches = inFile.map(({ page, passage }) => ({ page, line: random.integer(3, 58), text: passage }));
    return { arguments: { ...of, pattern, ignore_case: true }, result: { ...of, matches } };
  },
  read({ findings, random }) {
    const { of, inFile } = openFile(findings);
    const pages = inFile.map(({ page, passage }) => ({
      page,
      text: `${random.pick(phrases.surrounding)}\n\n${passage}`,
    }));
    return {
      arguments: { ...of, pages: pages.map(({ page }) => page) },
      result: { ...of, pages },
      ...(random.chance(0.7) && pageImage(findings)),
    };
  },
};

/** The file of the first finding, and its other findings. */
function openFile(findings: readonly Finding[]) {
  const [first] = findings;
  const inFile = findings.filter(({ file, index }) => file === first?.file && index === first.index);
  return {
    of: { index_id: first?.index.id ?? '', file_name: first?.file ?? '' },
    inFile: inFile.sort((a, b) => a.page - b.page),
  };
}

function pageImage([first]: readonly Finding[]): Pick<ToolStep, 'image'> {
  if (!first) return {};
  const source = createRandom(`source:${first.index.id}/${first.file}`).text(10);
  return { image: { source_id: `src-${source}`, attachment_name: `screenshots/page_${first.page}.jpg` } };
}
