import type { describeMachine } from '../harness/machine.ts';

/** What a mock held after a round, when nobody was there. */
export interface Round {
  readonly number: number;
  readonly visits: number;
  readonly heapMiB: number;
  readonly residentMiB: number;
  readonly handles: number;
}

/** The first rounds warm the code up and fill what is bounded. */
const WARM_ROUNDS = 4;
/** What is collected late, and what the compiler keeps. */
const HEAP_MIB = 4;
const RESIDENT_MIB = 48;

/** What grew, in a sentence each; nothing if all is flat. */
export function verdictOn(rounds: readonly Round[]): string[] {
  const judged = rounds.slice(WARM_ROUNDS);
  const before = rounds[WARM_ROUNDS - 1];
  if (!before || judged.length === 0) return ['there were too few rounds to judge.'];
  const grew = (name: 'heapMiB' | 'residentMiB' | 'handles', allowed: number, unit: string) => {
    // The least of the last: what waits for the collector is no growth.
    const last = Math.min(...judged.slice(-3).map((round) => round[name]));
    const more = last - before[name];
    return more > allowed
      ? [`${more.toFixed(1)}${unit} more ${name.replace(/MiB$/, '')} at the end than after the start`]
      : [];
  };
  return [
    ...grew('heapMiB', HEAP_MIB, ' MiB'),
    ...grew('residentMiB', RESIDENT_MIB, ' MiB'),
    ...grew('handles', 0, ''),
  ];
}

/** The result in Markdown. */
export function toTable({
  seconds,
  atOnce,
  machine,
  rounds,
  counts,
}: {
  readonly seconds: number;
  readonly atOnce: number;
  readonly machine: ReturnType<typeof describeMachine>;
  readonly rounds: readonly Round[];
  readonly counts: ReadonlyMap<string, number>;
}): string {
  const row = (cells: readonly (string | number)[]) => `| ${cells.join(' | ')} |`;
  const names = [...new Set([...counts.keys()].map((name) => name.replace(/ \(.*/, '')))].toSorted();
  return `${[
    `${seconds} s, ${atOnce} users at once, each in a world of its own, on ${machine.processors} × ${machine.processor}, Node ${machine.node}.`,
    '',
    row(['round', 'visits', 'heap (MiB)', 'resident (MiB)', 'handles']),
    row(['--:', '--:', '--:', '--:', '--:']),
    ...rounds.map(({ number, visits, heapMiB, residentMiB, handles }) =>
      row([number, visits, heapMiB.toFixed(1), residentMiB.toFixed(0), handles]),
    ),
    '',
    row(['a user', 'HTTP/1.1', 'HTTP/2']),
    row(['---', '--:', '--:']),
    ...names.map((name) => row([name, ...['HTTP/1.1', 'HTTP/2'].map((line) => counts.get(`${name} (${line})`) ?? 0)])),
  ].join('\n')}\n`;
}
