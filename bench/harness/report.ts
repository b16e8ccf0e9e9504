import type { Figure, Wanted } from '../row.ts';
import type { Machine } from './machine.ts';
import { median, ratios, spreadOf } from './statistics.ts';

export interface MeasuredRow {
  readonly name: string;
  readonly what: string;
  readonly figures: readonly Figure[];
}

export interface Results {
  readonly mode: string;
  readonly machine: Machine;
  readonly rows: readonly MeasuredRow[];
}

/** Results as people read them. */
export function toMarkdown({ mode, machine, rows }: Results): string {
  const { node, processor, processors, memoryGiB, platform, versions, loads } = machine;
  return `# Results

\`npm run bench -- --${mode}\`: each figure is the median of interleaved rounds of one run, with the least and the greatest value. A ratio
compares the mock with the contestant beside it in the same round; absolute figures are of that machine and hour.
n is a bare \`node:http\` server and H a bare Hono one; both answer with the bytes of the mock.

Node ${node}, ${processors} × ${processor}, ${memoryGiB} GiB, ${platform}. ${Object.entries(versions)
    .map(([name, version]) => `${name} ${version}`)
    .join(', ')}. Load of the machine before and after the run: ${loads.join(', ')}.

${rows.map(toTable).join('\n')}`;
}

/** Results as programs read them: the same, and each round. */
export function toJson(results: Results): string {
  const rows = results.rows.map(({ figures, ...row }) => ({
    ...row,
    figures: figures.map((figure) => ({
      ...figure,
      ratios: Object.fromEntries(
        others(figure).map((name) => [
          name,
          spreadOf(ratios(figure.samples['mock'] ?? [], figure.samples[name] ?? [])),
        ]),
      ),
      isMet: isMet(figure),
    })),
  }));
  return `${JSON.stringify({ ...results, rows }, null, 1)}\n`;
}

/** Null where nothing is wanted. */
function isMet({ samples, wanted }: Figure): boolean | null {
  if (!wanted) return null;
  const { than, atLeast = Number.NEGATIVE_INFINITY, atMost = Number.POSITIVE_INFINITY } = wanted;
  const mock = samples['mock'] ?? [];
  const value = median(than === undefined ? mock : ratios(mock, samples[than] ?? []));
  return value >= atLeast && value <= atMost;
}

function toTable({ name, what, figures }: MeasuredRow): string {
  return `## ${name}

${what}

| what | mock | beside it | ratio | wanted | met |
|---|--:|--:|--:|--:|:-:|
${figures.map(toLine).join('\n')}
`;
}

function toLine(figure: Figure): string {
  const { what, unit, samples, wanted } = figure;
  const mock = samples['mock'] ?? [];
  const beside = others(figure);
  const met = isMet(figure);
  return `| ${[
    what,
    `${spreadText(mock)} ${unit}`,
    beside.map((name) => `${letterOf(name)} ${spreadText(samples[name] ?? [])}`).join('<br>') || '–',
    beside.map((name) => `${ratioText(ratios(mock, samples[name] ?? []))} ${letterOf(name)}`).join('<br>') || '–',
    wanted ? wantedText(wanted, unit) : '',
    met === null ? '' : met ? 'yes' : '**no**',
  ].join(' | ')} |`;
}

function others({ samples }: Figure): string[] {
  return Object.keys(samples).filter((name) => name !== 'mock');
}

function letterOf(name: string): string {
  return { node: 'n', hono: 'H' }[name] ?? name;
}

function wantedText({ than, atLeast, atMost }: Wanted, unit: string): string {
  const limit = atLeast === undefined ? `≤ ${numberText(atMost ?? Number.NaN)}` : `≥ ${numberText(atLeast)}`;
  return `${limit} ${than === undefined ? unit : letterOf(than)}`;
}

function spreadText(values: readonly number[]): string {
  const { median, min, max } = spreadOf(values);
  return values.length > 1 ? `${numberText(median)} (${numberText(min)}–${numberText(max)})` : numberText(median);
}

function ratioText(values: readonly number[]): string {
  const { median, min, max } = spreadOf(values);
  const text = (value: number) => value.toFixed(2);
  return values.length > 1 ? `${text(median)} (${text(min)}–${text(max)})` : text(median);
}

function numberText(value: number): string {
  if (Number.isNaN(value)) return '–';
  return value.toLocaleString('en', { maximumSignificantDigits: Math.abs(value) >= 1000 ? 4 : 3 });
}
