import { benchFile, createSessions, listRequest, mockArgs, recordSpec, turnRequest } from '../harness/contestants.ts';
import { loadWithRequests, type RequestLoad } from '../harness/load.ts';
import { loadWithStreams, turnsOfMock } from '../harness/paced-load.ts';
import { runJson, type Server, startOnPort, startServer } from '../harness/processes.ts';
import { inTurn } from '../harness/rounds.ts';
import { GAP_MS, readScenario, scenarioFlags } from '../harness/scenarios.ts';
import { installPeers, peerVersions } from '../peers/install.ts';
import { describePeers, type Peer } from '../peers/servers.ts';
import type { Bench, Figure, Row } from '../row.ts';

const EVENTS = 200;
const PACED = 1000;
const versions = Object.entries(peerVersions)
  .map(([name, version]) => `${name} ${version}`)
  .join(', ');

/** What others do of what the mock does. Prism and Mockoon send a turn as one text, so they have no events to pace. */
export const peerRows: readonly Row[] = [
  { name: 'peer-servers', what: `Beside other mock servers: ${versions}`, needsPeers: true, measure: measureServers },
  { name: 'peer-fetch', what: 'Without a socket, beside msw', needsPeers: true, measure: measureFetch },
];

interface Contestant {
  readonly start: () => Promise<Server>;
  readonly list?: RequestLoad['requests'][number] | undefined;
  readonly turns: (server: Server) => Promise<RequestLoad['requests']>;
}

async function measureServers({ mode, folder }: Bench): Promise<Figure[]> {
  const flags = scenarioFlags(folder, { kind: 'text', events: EVENTS, gapMs: 0 });
  const spec = await recordSpec(flags, { prompt: '/turn' });
  const peers = describePeers({ installed: installPeers(), folder, spec });
  const mock: Contestant = {
    start: () => startServer(mockArgs('--quiet', '--speed', 'instant', ...flags)),
    list: listRequest,
    turns: async ({ url }) => (await createSessions(url, 32)).map((id) => turnRequest(id, '/turn')),
  };
  const contestants = {
    mock,
    ...Object.fromEntries(Object.entries(peers).map(([name, peer]) => [name, toContestant(peer)])),
  };
  const { startMs } = await inTurn(contestants, {
    rounds: mode.starts,
    measure: async ({ start }) => {
      const startMs = performance.now();
      const server = await start();
      const tookMs = performance.now() - startMs;
      await server.stop();
      return { startMs: tookMs };
    },
  });
  const lists = await measureLoad(contestants, mode, ({ list }) => (list ? async () => [list] : null));
  const turns = await measureLoad(contestants, mode, ({ turns }) => turns);
  const events = Object.fromEntries(
    Object.entries(turns).map(([name, values]) => [name, values.map((count) => count * spec.stream.frames.length)]),
  );
  return [
    { what: 'spawn until it listens', unit: 'ms', samples: startMs },
    { what: 'list of 20', unit: 'requests per CPU s', samples: lists },
    { what: 'instant turns of 200 events', unit: 'events per CPU s', samples: events },
    await measurePaced({ mode, folder }, peers.aimock),
  ];
}

function toContestant({ args, probe, list, turn }: Peer): Contestant {
  return { start: () => startOnPort(args, probe), list, turns: async () => [turn] };
}

/** Answers per second of processor time, of those that have something to be asked. */
async function measureLoad(
  contestants: Readonly<Record<string, Contestant>>,
  { rounds, seconds, warmSeconds }: Bench['mode'],
  requestsOf: (contestant: Contestant) => Contestant['turns'] | null,
): Promise<Figure['samples']> {
  const able = Object.entries(contestants).flatMap(([name, contestant]) => {
    const requests = requestsOf(contestant);
    return requests ? [{ name, start: contestant.start, requests }] : [];
  });
  const started = await Promise.all(
    able.map(async ({ name, start, requests }) => [name, { server: await start(), requests }] as const),
  );
  const load = async ({ server, requests }: (typeof started)[number][1], forSeconds: number) =>
    loadWithRequests(server, { seconds: forSeconds, requests: await requests(server) });
  for (const [, one] of started) await load(one, warmSeconds);
  const { perCpuSecond } = await inTurn(Object.fromEntries(started), {
    rounds,
    measure: (one) => load(one, seconds),
  });
  await Promise.all(started.map(([, { server }]) => server.stop()));
  return perCpuSecond;
}

async function measurePaced({ mode, folder }: Bench, aimock: Peer): Promise<Figure> {
  const flags = scenarioFlags(folder, { kind: 'text', events: EVENTS, gapMs: GAP_MS });
  const pacedArgs = (port: number) => [...aimock.args(port), '--latency', String(GAP_MS)];
  const contestants = {
    mock: { start: () => startServer(mockArgs('--quiet', ...flags)), requests: turnsOfMock },
    aimock: {
      start: () => startOnPort(pacedArgs, aimock.probe),
      requests: async (_: Server, count: number) => Array.from({ length: count }, () => aimock.turn),
    },
  };
  const { cpuMicrosPerEvent } = await inTurn(contestants, {
    rounds: mode.pacedRounds,
    measure: ({ start, requests }) =>
      loadWithStreams(start, { streams: PACED, pacedEvents: mode.pacedEvents, requests }),
  });
  return { what: `an event of ${PACED} paced streams`, unit: 'µs of processor time', samples: cpuMicrosPerEvent };
}

async function measureFetch({ mode, folder }: Bench): Promise<Figure[]> {
  const flags = scenarioFlags(folder, { kind: 'text', events: EVENTS, gapMs: 0 });
  const { list, stream } = await recordSpec(flags, { prompt: '/turn' });
  const task = {
    ...{ installed: installPeers(), seconds: mode.seconds, warmSeconds: mode.warmSeconds },
    ...{ list, frames: stream.frames, headers: stream.headers, steps: readScenario(flags).steps },
  };
  const { list: lists, turn: turns } = await inTurn(
    { mock: 'mock', msw: 'msw' },
    {
      rounds: mode.rounds,
      measure: (kind) =>
        runJson<Readonly<Record<'list' | 'turn', number>>>([benchFile('clients/msw.mjs')], {
          input: JSON.stringify({ kind, ...task }),
        }),
    },
  );
  return [
    { what: 'list of 20', unit: 'calls per CPU s', samples: lists },
    { what: 'turns of 200 events', unit: 'turns per CPU s', samples: turns },
  ];
}
