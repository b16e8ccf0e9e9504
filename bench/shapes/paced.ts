import { bareArgs, mockArgs, recordSpec } from '../harness/contestants.ts';
import { loadWithStreams, type PacedRates, turnsOfBare, turnsOfMock } from '../harness/paced-load.ts';
import { startServer } from '../harness/processes.ts';
import { inTurn } from '../harness/rounds.ts';
import { GAP_MS, scenarioFlags } from '../harness/scenarios.ts';
import type { Bench, Figure, Row } from '../row.ts';

/** Streams at once, one event every 100 ms in each. */
const COUNTS = [1000, 5000] as const;

/** Turns at the pace of a model, many at once. */
export const pacedRows: readonly Row[] = COUNTS.map((streams) => ({
  name: `paced-${streams}`,
  what: `${streams.toLocaleString('en')} streams at once, one event every ${GAP_MS} ms: as a text step, and as event and wait_ms steps`,
  measure: (bench) => measure(streams, bench),
}));

/** What contends in paced rows: the mock with both kinds of steps, and bare servers that send the same. */
export async function pacedContestants({ mode, folder }: Bench): Promise<Record<string, string[]>> {
  const events = mode.pacedEvents;
  const text = scenarioFlags(folder, { kind: 'text', events, gapMs: GAP_MS });
  const steps = scenarioFlags(folder, { kind: 'events', events, gapMs: GAP_MS });
  const spec = await recordSpec(text, { prompt: '/turn', waitsMs: (frame) => (frame < events ? GAP_MS : 0) });
  return {
    'mock text': mockArgs('--quiet', ...text),
    'mock events': mockArgs('--quiet', ...steps),
    node: bareArgs('node', spec, folder),
    hono: bareArgs('hono', spec, folder),
  };
}

async function measure(streams: number, bench: Bench): Promise<Figure[]> {
  const { mode } = bench;
  const rates = await inTurn(await pacedContestants(bench), {
    rounds: mode.pacedRounds,
    measure: (args, name): Promise<PacedRates> =>
      loadWithStreams(() => startServer(args), {
        ...{ streams: streams * mode.share, pacedEvents: mode.pacedEvents },
        requests: name.startsWith('mock') ? turnsOfMock : turnsOfBare,
      }),
  });
  return (['text', 'events'] as const).flatMap((steps): Figure[] => {
    const of = (metric: keyof PacedRates) => {
      const { [`mock ${steps}`]: mock = [], node = [], hono = [] } = rates[metric];
      return { mock, node, hono };
    };
    return [
      {
        what: `${steps}: processor time of an event`,
        unit: 'µs',
        samples: of('cpuMicrosPerEvent'),
        wanted: { than: 'node', atMost: 0.8 },
      },
      {
        what: `${steps}: 99 of 100 gaps are off by less than`,
        unit: 'ms',
        samples: of('gapP99Ms'),
        wanted: { than: 'node', atMost: 1 },
      },
      {
        what: `${steps}: half of the last events are late by`,
        unit: 'ms',
        samples: of('lateP50Ms'),
        wanted: { atMost: 2 },
      },
      {
        what: `${steps}: memory of a stream`,
        unit: 'KiB',
        samples: of('kibPerStream'),
        ...(streams >= 5000 && { wanted: { atMost: 20 } }),
      },
      { what: `${steps}: streams that came whole`, unit: '', samples: of('whole'), wanted: { atLeast: 1 } },
    ];
  });
}
