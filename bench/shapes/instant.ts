import { bareArgs, createSessions, mockArgs, recordSpec, turnRequest } from '../harness/contestants.ts';
import { loadWithRequests, type RequestRates } from '../harness/load.ts';
import { type Server, startServer } from '../harness/processes.ts';
import { inTurn } from '../harness/rounds.ts';
import { type StepKind, scenarioFlags } from '../harness/scenarios.ts';
import type { Bench, Figure, Row } from '../row.ts';

const EVENTS = 200;
const SESSIONS = 32;

interface Shape {
  readonly name: string;
  readonly what: string;
  /** Null: the generated agent. */
  readonly steps: StepKind | null;
  readonly flags: readonly string[];
  /** How many times the events per second of n. */
  readonly wanted: number;
  readonly residentMiB?: number;
}

const shapes: readonly Shape[] = [
  {
    name: 'instant-text',
    what: 'instant: one text step with deltas (200 events of 120 bytes), without a log',
    steps: 'text',
    flags: ['--quiet'],
    wanted: 2,
  },
  {
    name: 'instant-events',
    what: 'instant: the same events as 200 event steps, with a log',
    steps: 'events',
    flags: [],
    wanted: 1.8,
    residentMiB: 150,
  },
  {
    name: 'instant-agent',
    what: 'instant: the generated agent, beside a recorded turn of it',
    steps: null,
    flags: ['--quiet'],
    wanted: 0.8,
  },
];

/** Turns that nothing paces. */
export const instantRows: readonly Row[] = shapes.map((shape) => ({
  name: shape.name,
  what: shape.what,
  measure: (bench) => measure(shape, bench),
}));

async function measure({ steps, flags, wanted, residentMiB }: Shape, { mode, folder }: Bench): Promise<Figure[]> {
  const served = scenarioFlags(folder, { kind: steps ?? 'text', events: EVENTS, gapMs: 0 });
  const prompt = steps === null ? 'What were the main findings?' : '/turn';
  const spec = await recordSpec(served, { prompt });
  const { frames } = spec.stream;
  const servers = {
    mock: await startServer(mockArgs('--speed', 'instant', ...served, ...flags)),
    node: await startServer(bareArgs('node', spec, folder)),
    hono: await startServer(bareArgs('hono', spec, folder)),
  };
  // New sessions each time: a history that grows is not what is measured.
  const load = async (server: Server, seconds: number) => {
    const ids = server === servers.mock ? await createSessions(server.url, SESSIONS) : ['x'];
    return loadWithRequests(server, { seconds, requests: ids.map((id) => turnRequest(id, prompt)) });
  };
  for (const server of Object.values(servers)) await load(server, mode.warmSeconds);
  const rates = await inTurn(servers, {
    rounds: mode.rounds,
    measure: async (server): Promise<RequestRates> => load(server, mode.seconds),
  });
  await Promise.all(Object.values(servers).map((server) => server.stop()));
  // Turns of the agent differ, so its events are counted by their share of the bytes.
  const bytesOfTurn = frames.reduce((sum, frame) => sum + Buffer.byteLength(frame), 0);
  const eventsOf = (perTurn: Figure['samples']) =>
    Object.fromEntries(
      Object.entries(perTurn).map(([name, values]) => [name, values.map((turns) => turns * frames.length)]),
    );
  const byBytes = Object.fromEntries(
    Object.entries(rates.bytesPerSecond).map(([name, values]) => [
      name,
      values.map((bytes) => (bytes / bytesOfTurn) * frames.length),
    ]),
  );
  const target = { than: 'node', atLeast: wanted };
  return [
    {
      what: 'events of the same size',
      unit: 'events/s',
      samples: steps === null ? byBytes : eventsOf(rates.perSecond),
      wanted: target,
    },
    {
      what: 'the same by processor time',
      unit: 'events per CPU s',
      samples: eventsOf(rates.perCpuSecond),
      wanted: target,
    },
    {
      what: 'resident memory afterwards',
      unit: 'MiB',
      samples: rates.residentMiB,
      ...(residentMiB !== undefined && { wanted: { atMost: residentMiB } }),
    },
  ];
}
