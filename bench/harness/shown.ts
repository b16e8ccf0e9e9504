import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Figure } from '../row.ts';
import type { Results } from './report.ts';
import { median, ratios } from './statistics.ts';

/** The files that show figures of the committed run, each between its marks. */
const shown = {
  'docs/performance.md': listAll,
  'README.md': listFew,
} as const;

export const shownFiles = Object.keys(shown) as (keyof typeof shown)[];

/** The file with the figures of these results in it; unchanged if they lack any. */
export function showFigures(file: keyof typeof shown, { text, results }: { text: string; results: Results }): string {
  const lines = shown[file](results);
  if (lines.some((line) => line === null)) return text;
  return text.replace(
    /(<!-- measured[^>]*-->\n)[\s\S]*?(\n<!-- \/measured -->)/,
    (_, start: string, end: string) => `${start}\n${lines.map((line) => `- ${line}`).join('\n')}\n${end}`,
  );
}

/** Writes the figures where they are shown. */
export function writeShown(root: string, results: Results): void {
  for (const file of shownFiles) {
    const path = join(root, file);
    writeFileSync(path, showFigures(file, { text: readFileSync(path, 'utf8'), results }));
  }
}

function listFew(results: Results): (string | null)[] {
  const figure = find(results);
  return [
    line(
      figure('capacity', 'text'),
      (most) => `${count(most)} paced streams of 10 events/s from one process, every event in time`,
    ),
    line(
      figure('instant-text', 'events'),
      (rate, { node }) => `${count(rate)} events/s in instant turns, ${times(node)} bare \`node:http\``,
    ),
    line(
      figure('list', 'list of 20: 100,000 sessions'),
      (rate, { hono }) => `${count(rate)} lists/s among 100,000 sessions, ${times(hono)} bare Hono`,
    ),
  ];
}

function listAll(results: Results): (string | null)[] {
  const figure = find(results);
  return [
    line(
      figure('capacity', 'text'),
      (most, _, { node, hono }) =>
        `Most paced streams at 10 events/s with every event and 99 of 100 gaps off by less than 50 ms: ${count(most)} (n ${count(node)}, H ${count(hono)}).`,
    ),
    line(
      figure('paced-5000', 'text: processor'),
      (micros, { node }) => `5,000 paced streams: ${short(micros)} µs of processor time an event, ${times(node)} n.`,
    ),
    line(figure('paced-5000', 'text: memory'), (kib) => `Memory of a stream among 5,000: ${short(kib)} KiB.`),
    line(
      figure('instant-text', 'events'),
      (rate, { node }) => `Instant turns of one \`text\` step: ${count(rate)} events/s, ${times(node)} n.`,
    ),
    line(
      figure('instant-events', 'events'),
      (rate, { node }) => `The same as 200 \`event\` steps, with a log: ${count(rate)} events/s, ${times(node)} n.`,
    ),
    line(
      figure('instant-agent', 'events'),
      (rate, { node }) => `The generated agent: ${count(rate)} events/s, ${times(node)} n.`,
    ),
    line(
      figure('list', 'list of 20: 20 '),
      (rate, { hono }) => `A list of 20 with 20 sessions: ${count(rate)} requests/s, ${times(hono)} H.`,
    ),
    line(
      figure('list', 'list of 20: 100,000 sessions'),
      (rate, { hono }) => `A list of 20 with 100,000 sessions: ${count(rate)} requests/s, ${times(hono)} H.`,
    ),
    line(
      figure('create', 'POST create while somebody lists: 100,000 sessions'),
      (rate, { hono }) =>
        `\`POST create\` with 100,000 sessions while somebody lists: ${count(rate)} requests/s, ${times(hono)} H.`,
    ),
    line(figure('abort', '99 of 100'), (ms) => `A client leaves: 99 of 100 turns stop within ${short(ms)} ms.`),
    line(
      figure('start-up', 'time'),
      (ms, { hono }) => `Start-up to the first list: ${count(ms)} ms, ${times(hono)} H.`,
    ),
  ];
}

type Medians = Readonly<Record<'node' | 'hono', number>>;

function find({ rows }: Results) {
  return (name: string, what: string): Figure | null =>
    rows.find((row) => row.name === name)?.figures.find((figure) => figure.what.startsWith(what)) ?? null;
}

/** Null: there is no such figure. `than` are the ratios to others, `beside` what they reached. */
function line(figure: Figure | null, toText: (value: number, than: Medians, beside: Medians) => string): string | null {
  if (!figure) return null;
  const { samples } = figure;
  const mock = samples['mock'] ?? [];
  const than = (name: keyof Medians) => median(ratios(mock, samples[name] ?? []));
  const beside = (name: keyof Medians) => median(samples[name] ?? []);
  return toText(
    median(mock),
    { node: than('node'), hono: than('hono') },
    { node: beside('node'), hono: beside('hono') },
  );
}

function count(value: number): string {
  return value.toLocaleString('en', { maximumSignificantDigits: 3 });
}

function short(value: number): string {
  return value.toLocaleString('en', { maximumSignificantDigits: 2 });
}

function times(ratio: number): string {
  return `${ratio.toFixed(2)} ×`;
}
