import type { Random } from '../../runtime/random.ts';
import type { Step, ToolStep } from '../schema.ts';
import { documentOf, type Finding } from './findings.ts';
import { frames } from './frames.ts';
import type { ResearchIndex } from './index-names.ts';

export type Role = 'search' | 'find' | 'grep' | 'read';

export interface Plan {
  readonly calls: readonly (Role | readonly Role[])[];
  /** All findings are in one file, because nothing searches for others. */
  readonly isOneFile?: true;
}

/** Every finding is seen by a search, or in full by reading or grepping the one file. */
export const plans: readonly Plan[] = [
  { calls: ['search'] },
  { calls: ['search', 'read'] },
  { calls: ['search', 'grep'] },
  { calls: ['find', 'search'] },
  { calls: [['search', 'find']] },
  { calls: [['search', 'search']] },
  { calls: [['search', 'find'], 'read'] },
  { calls: ['search', ['grep', 'read']] },
  { calls: ['find', 'read'], isOneFile: true },
  { calls: ['find', 'grep', 'read'], isOneFile: true },
];

export interface Research {
  readonly query: string;
  readonly indexes: readonly ResearchIndex[];
  /** The one the answer opens with comes first; none, if there is nothing to be found. */
  readonly findings: readonly Finding[];
  readonly toolNames: Readonly<Record<Role, string>>;
  readonly random: Random;
}

/** The calls of a plan. */
export function callTools({ calls }: Plan, research: Research): Step[] {
  return calls.map((call, position): Step => {
    const random = research.random.fork('call', position);
    if (typeof call === 'string') return callTool(call, { ...research, random });
    return {
      together: call.map((role, side) => {
        const half = call.every((other) => other === 'search') ? takeHalf(research, side) : research;
        return callTool(role, { ...half, random: random.fork(side) });
      }),
    };
  });
}

/** Two searches at once share the indexes, or the findings of a single one. */
function takeHalf(research: Research, side: number): Research {
  const { indexes, findings, query } = research;
  const isMine = (position: number) => position % 2 === side;
  const mine = indexes.length > 1 ? indexes.filter((_, position) => isMine(position)) : indexes;
  const found = findings.filter(({ index }, position) =>
    indexes.length > 1 ? mine.includes(index) : isMine(position),
  );
  const about = (found.find(({ figure }) => figure) ?? found[0])?.figure?.['name'];
  return { ...research, indexes: mine, findings: found, query: about ? `${query} ${about}` : query };
}

function callTool(role: Role, research: Research): ToolStep {
  const step = tools[role](research);
  return { tool: research.toolNames[role], ...step, takes_ms: research.random.fork('time').integer(200, 1500) };
}

const tools: Readonly<Record<Role, (research: Research) => Omit<ToolStep, 'tool'>>> = {
  search({ query, indexes, findings, random }) {
    const surroundings = random.sample(frames.surrounding, random.integer(1, 2));
    const also = surroundings.flatMap((text, position) => {
      const near = findings[position];
      return near ? [{ ...near, passage: text, page: near.page > 1 ? near.page - 1 : 2 }] : [];
    });
    let score = 0.8 + random.next() * 0.17;
    const hits = [...findings, ...also].map(({ passage, file, page, index }) => {
      score -= 0.01 + random.next() * 0.08;
      return { text: passage, file_name: file, page, score: Math.round(score * 1000) / 1000, index_id: index.id };
    });
    return {
      arguments: { query, index_ids: indexes.map(({ id }) => id), top_k: random.pick([6, 8, 10]) },
      result: hits,
      ...(random.chance(0.6) && pageImage(findings[0])),
    };
  },
  find({ query, indexes }) {
    const files = indexes.flatMap((index) =>
      index.files.map((file) => ({ file_name: file, index_id: index.id, pages: documentOf(index, file).pages })),
    );
    return {
      arguments: { query, index_ids: indexes.map(({ id }) => id), limit: 50 },
      result: files.slice(0, 50),
    };
  },
  grep({ findings, random }) {
    const { file, index } = findings.at(-1) ?? nothing;
    const wanted = findings.filter((finding) => finding.file === file && finding.index === index);
    const matches = wanted
      .map(({ page, passage }) => ({ page, line: random.integer(3, 58), text: passage }))
      .sort((a, b) => a.page - b.page);
    return {
      arguments: { index_id: index.id, file_name: file, pattern: wanted.map(wordingOf).join('|'), ignore_case: true },
      result: { file_name: file, index_id: index.id, matches },
    };
  },
  read({ findings, random }) {
    const { file, index } = findings[0] ?? nothing;
    const pages = findings
      .filter((finding) => finding.file === file && finding.index === index)
      .map(({ page, passage }) => ({ page, text: `${random.pick(frames.surrounding)}\n\n${passage}` }))
      .sort((a, b) => a.page - b.page);
    return {
      arguments: { index_id: index.id, file_name: file, pages: pages.map(({ page }) => page) },
      result: { file_name: file, index_id: index.id, pages },
      ...(random.chance(0.7) && pageImage(findings[0])),
    };
  },
};

/** Words that the passage certainly holds. */
function wordingOf({ figure, passage }: Finding): string {
  return figure?.['name'] ?? passage.split(' ').slice(1, 3).join(' ');
}

const nothing = { file: '', index: { id: '' } };

function pageImage(finding: Finding | undefined): Pick<ToolStep, 'image'> {
  if (!finding) return {};
  const { sourceId } = documentOf(finding.index, finding.file);
  return { image: { source_id: sourceId, attachment_name: `screenshots/page_${finding.page}.jpg` } };
}
