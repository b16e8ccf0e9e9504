import { readFileSync } from 'node:fs';
import type { Results } from '../bench/harness/report.ts';
import { median } from '../bench/harness/statistics.ts';
import { table } from './show-schema.ts';

/** What is shown of a row of the bench: the beginning of a figure's name, and what it is here. */
const loads: readonly (readonly [row: string, figure: string, what: string])[] = [
  ['paced-1000', 'text: half of the last events', '1,000 streams of 10 events/s: half of the last events late by'],
  ['paced-1000', 'text: 99 of 100 gaps', '1,000 streams of 10 events/s: 99 of 100 gaps off by less than'],
  ['paced-1000', 'text: memory', '1,000 streams of 10 events/s: memory of a stream'],
  ['paced-5000', 'text: half of the last events', '5,000 streams of 10 events/s: half of the last events late by'],
  ['paced-5000', 'text: 99 of 100 gaps', '5,000 streams of 10 events/s: 99 of 100 gaps off by less than'],
  ['paced-5000', 'text: memory', '5,000 streams of 10 events/s: memory of a stream'],
  ['capacity', 'text', 'most streams of 10 events/s with 99 of 100 gaps off by less than 50 ms'],
  ['instant-text', 'events of the same size', 'turns without waits: events of 120 bytes'],
  ['instant-agent', 'events of the same size', 'turns of the generated agent without waits: events'],
  ['list', 'list of 20: 20 sessions', 'lists of 20, with 20 sessions'],
  ['list', 'list of 20: 100,000 sessions', 'lists of 20, with 100,000 sessions'],
  [
    'create',
    'POST create while somebody lists: 100,000 sessions',
    'creates while somebody lists, with 100,000 sessions',
  ],
  ['retrieve', 'retrieve one of 20 sessions: 20 sessions', 'retrieves'],
  ['slow-readers', 'memory of a reader', '300 readers that never read a frame of 10 MB: memory of a reader'],
  ['worlds', 'memory of a world', '1,000 worlds: memory of a world'],
];

/** What the committed run of the bench has measured, and on what machine. */
export function renderLoad(): string {
  const file = new URL('../bench/results.json', import.meta.url);
  const { machine, rows } = JSON.parse(readFileSync(file, 'utf8')) as Results; // The bench wrote it.
  const cells = loads.map(([name, begins, what]) => {
    const figure = rows.find((row) => row.name === name)?.figures.find((one) => one.what.startsWith(begins));
    if (!figure)
      throw new Error(`bench/results.json has no figure "${begins}" of ${name}. Run npm run bench -- --full.`);
    return [what, `${show(median(figure.samples['mock'] ?? []))} ${figure.unit}`];
  });
  return `The server is one process, which has the machine to itself but for the clients: ${machine.processors} × ${machine.processor}, ${machine.memoryGiB} GiB, Node ${machine.node}. Each figure is the median of the rounds of one run of \`npm run bench -- --full\`.

${table(['load', 'holds'], cells)}`;
}

function show(value: number): string {
  return value.toLocaleString('en', { maximumSignificantDigits: 3 });
}
