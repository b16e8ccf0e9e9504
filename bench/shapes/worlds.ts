import { benchFile } from '../harness/contestants.ts';
import { runJson } from '../harness/processes.ts';
import { inTurn } from '../harness/rounds.ts';
import type { Bench, Figure, Row } from '../row.ts';

const WORLDS = 1000;

/** What it costs that each test has a world of its own. */
export const worldsRow: Row = {
  name: 'worlds',
  what: `${WORLDS.toLocaleString('en')} worlds, each with a create and a list, beside the same requests in one world`,
  measure,
};

async function measure({ mode }: Bench): Promise<Figure[]> {
  const { makeMicros, kib, resetMs, leftKib } = await inTurn(
    { mock: WORLDS },
    {
      rounds: mode.rounds,
      measure: (worlds) =>
        runJson<Readonly<Record<'makeMicros' | 'kib' | 'resetMs' | 'leftKib', number>>>(
          ['--expose-gc', benchFile('clients/worlds.mjs')],
          { input: JSON.stringify({ worlds }) },
        ),
    },
  );
  return [
    { what: 'a world more than one world for all', unit: 'µs', samples: makeMicros },
    { what: 'memory of a world', unit: 'KiB', samples: kib },
    { what: 'reset of all', unit: 'ms', samples: resetMs },
    { what: 'memory left after that', unit: 'KiB in all', samples: leftKib, wanted: { atMost: 1024 } },
  ];
}
