import { bareArgs, createRequest, listRequest, mockArgs, recordSpec } from '../harness/contestants.ts';
import { loadWithRequests, type RequestLoad } from '../harness/load.ts';
import { type Server, startServer } from '../harness/processes.ts';
import { inTurn } from '../harness/rounds.ts';
import type { Figure, Row } from '../row.ts';

/** Counts of sessions that are there when a server starts. */
const COUNTS = [20, 10_000, 100_000] as const;
const BUILT_IN = 16;

interface Shape {
  readonly name: string;
  readonly what: string;
  /** How many times Hono's requests per second. */
  readonly wanted: number;
  readonly load: (server: Server) => Promise<Omit<RequestLoad, 'seconds'>>;
}

const shapes: readonly Shape[] = [
  {
    name: 'create',
    what: 'POST create while somebody lists',
    wanted: 0.7,
    load: async () => ({ requests: [createRequest], onTheSide: listRequest }),
  },
  { name: 'list', what: 'list of 20', wanted: 1, load: async () => ({ requests: [listRequest] }) },
  {
    name: 'retrieve',
    what: 'retrieve one of 20 sessions',
    wanted: 1,
    load: async ({ url }) => ({ requests: (await firstSessions(url)).map((id) => ({ path: `/api/v1/chat/${id}` })) }),
  },
];

/** What is asked in JSON: as fast as a bare server, and the same among 20 sessions and among 100,000. */
export const requestRows: readonly Row[] = shapes.map((shape) => ({
  name: shape.name,
  what: `${shape.what}, with 20, 10,000 and 100,000 sessions`,
  measure: (bench) => measure(shape, bench),
}));

async function measure({ what, wanted, load }: Shape, { mode, folder }: Parameters<Row['measure']>[0]) {
  const [fewest] = COUNTS;
  const flags = (count: number) => ['--sessions', String(Math.max(count * mode.share, fewest) - BUILT_IN)];
  const spec = await recordSpec(flags(20), { prompt: 'Hello' });
  const names = COUNTS.map((count) => `mock ${count.toLocaleString('en')}`);
  const args = Object.fromEntries([
    ...COUNTS.map((count, index) => [names[index], mockArgs('--quiet', ...flags(count))]),
    ['hono', bareArgs('hono', spec, folder)],
    ['node', bareArgs('node', spec, folder)],
  ]) as Record<string, string[]>;
  const servers: Record<string, Server> = {};
  for (const [name, one] of Object.entries(args)) {
    servers[name] = await startServer(one);
    await loadWithRequests(servers[name], { ...(await load(servers[name])), seconds: mode.warmSeconds });
  }
  const { perSecond, perCpuSecond, p99Ms } = await inTurn(servers, {
    rounds: mode.rounds,
    measure: async (server) => loadWithRequests(server, { ...(await load(server)), seconds: mode.seconds }),
  });
  await Promise.all(Object.values(servers).map((server) => server.stop()));
  const [few = ''] = names;
  const beside = ({ hono = [], node = [] }: Figure['samples']) => ({ hono, node });
  return names.flatMap((name, index): Figure[] => [
    {
      what: `${what}: ${name.slice(5)} sessions`,
      unit: 'requests/s',
      samples: { mock: perSecond[name] ?? [], ...beside(perSecond) },
      wanted: { than: 'hono', atLeast: wanted },
    },
    {
      what: `${what}: ${name.slice(5)} sessions, by processor time`,
      unit: 'requests per CPU s',
      samples: {
        mock: perCpuSecond[name] ?? [],
        ...beside(perCpuSecond),
        ...(index > 0 && { [few.slice(5)]: perCpuSecond[few] ?? [] }),
      },
      wanted: index > 0 ? { than: few.slice(5), atLeast: 0.9 } : { than: 'hono', atLeast: wanted },
    },
    {
      what: `${what}: ${name.slice(5)} sessions, 99 of 100 within`,
      unit: 'ms',
      samples: { mock: p99Ms[name] ?? [], ...beside(p99Ms) },
    },
  ]);
}

/** Ids as they stand in a path. */
async function firstSessions(url: string): Promise<string[]> {
  const answer = await fetch(url + listRequest.path, { headers: { authorization: 'Bearer x' } });
  const { items } = (await answer.json()) as { readonly items: readonly { readonly session_id: string }[] };
  return items.map(({ session_id }) => encodeURIComponent(session_id));
}
