import { loadWithStreams, turnsOfBare, turnsOfMock } from '../harness/paced-load.ts';
import { startServer } from '../harness/processes.ts';
import type { Bench, Figure, Row } from '../row.ts';
import { pacedContestants } from './paced.ts';

const GAP_P99_MS = 50;

/** How many streams at once are too many. */
export const capacityRow: Row = {
  name: 'capacity',
  what: `most streams at 10 events/s with every event, and 99 of 100 gaps off by less than ${GAP_P99_MS} ms`,
  measure,
};

async function measure({ mode, folder }: Bench): Promise<Figure[]> {
  const { capacities, capacityEvents: pacedEvents } = mode;
  const most: Record<string, number> = {};
  for (const [name, args] of Object.entries(await pacedContestants({ mode: { ...mode, pacedEvents }, folder }))) {
    most[name] = 0;
    for (const streams of capacities) {
      const requests = name.startsWith('mock') ? turnsOfMock : turnsOfBare;
      const { whole, gapP99Ms } = await loadWithStreams(() => startServer(args), { streams, pacedEvents, requests });
      if (whole < 1 || gapP99Ms >= GAP_P99_MS) break;
      most[name] = streams;
    }
  }
  const { node = 0, hono = 0 } = most;
  return (['text', 'events'] as const).map((steps) => ({
    what: `${steps} steps; ${capacities.at(-1)} are the most that are tried`,
    unit: 'streams',
    samples: { mock: [most[`mock ${steps}`] ?? 0], node: [node], hono: [hono] },
    wanted: { atLeast: 8000 },
  }));
}
