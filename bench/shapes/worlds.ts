import { benchFile } from '../harness/contestants.ts';
import { runJson } from '../harness/processes.ts';
import { inTurn } from '../harness/rounds.ts';
import type { Bench, Figure, Row } from '../row.ts';

const WORLDS = 1000;

export const worldRows: readonly Row[] = [
  {
    name: 'worlds',
    what: `${WORLDS.toLocaleString('en')} worlds, each with a create and a list, beside the same requests in one world`,
    measure: measureMany,
  },
  { name: 'busy-world', what: 'one world in which much goes on at once', measure: measureBusy },
];

async function measureMany({ mode }: Bench): Promise<Figure[]> {
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

async function measureBusy({ mode }: Bench): Promise<Figure[]> {
  const { advance, journal, wait } = await inTurn(
    { mock: 'clients/busy-world.mjs' },
    {
      rounds: mode.pacedRounds,
      measure: (file) => runJson<Readonly<Record<'advance' | 'journal' | 'wait', number>>>([benchFile(file)]),
    },
  );
  return [
    { what: 'advance a manual clock under 800 streams to their end', unit: 'ms', samples: advance },
    { what: 'show 100 entries with a query of 15 KB', unit: 'ms', samples: journal },
    { what: 'answer 20 requests while 20 clients wait for a body', unit: 'ms', samples: wait },
  ];
}
