import { benchFile, recordSpec } from '../harness/contestants.ts';
import { runJson } from '../harness/processes.ts';
import { inTurn } from '../harness/rounds.ts';
import { readScenario, scenarioFlags } from '../harness/scenarios.ts';
import type { Bench, Figure, Row } from '../row.ts';

/** Turns in the process of a test. */
export const fetchRow: Row = {
  name: 'fetch',
  what: 'mock.fetch without a socket, beside a bare ReadableStream: 200 events of 120 bytes',
  measure,
};

async function measure({ mode, folder }: Bench): Promise<Figure[]> {
  const flags = scenarioFlags(folder, { kind: 'text', events: 200, gapMs: 0 });
  const { stream } = await recordSpec(flags, { prompt: '/turn' });
  const { steps } = readScenario(flags);
  const task = { seconds: mode.seconds, warmSeconds: mode.warmSeconds, steps, frames: stream.frames };
  const { perSecond, perCpuSecond } = await inTurn(
    { mock: 'mock', bare: 'bare' },
    {
      rounds: mode.rounds,
      measure: (kind) =>
        runJson<{ readonly perSecond: number; readonly perCpuSecond: number }>([benchFile('clients/fetch.mjs')], {
          input: JSON.stringify({ kind, ...task }),
        }),
    },
  );
  return [
    { what: 'events', unit: 'events/s', samples: perSecond },
    { what: 'the same by processor time', unit: 'events per CPU s', samples: perCpuSecond },
  ];
}
