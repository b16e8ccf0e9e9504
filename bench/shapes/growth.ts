import { benchFile, createSessions, turnRequest } from '../harness/contestants.ts';
import { type Holdings, readHoldings, startMeasuredMock } from '../harness/measured-mock.ts';
import { runJson, type Server } from '../harness/processes.ts';
import { readScenario, scenarioFlags } from '../harness/scenarios.ts';
import type { Bench, Figure, Row } from '../row.ts';

// A connection that the harness keeps open would count as a handle of the mock.
const key = { authorization: 'Bearer x', 'content-type': 'application/json', connection: 'close' };
/** The journal and the log of streams keep so many of each; they are full before anything is measured. */
const KEPT = 2000;
const AT_ONCE = 20;
const HEAP_MIB = 2;

/** Nothing that is over is held. */
export const growthRow: Row = {
  name: 'growth',
  what: 'heap and handles after many turns that clients left, worlds that were reset, and turns in one session that was deleted, against before',
  measure,
};

async function measure({ mode, folder }: Bench): Promise<Figure[]> {
  const isFull = mode.name === 'full';
  const flags = scenarioFlags(folder, { kind: 'events', events: 50, gapMs: 20 });
  const mock = await startMeasuredMock({ scenarios: [readScenario(flags)] });
  const instant = await startMeasuredMock({ speed: 'instant' });
  const aborted = (count: number) => abortTurns(mock, count);
  const worlds = (count: number) => makeWorlds(instant, count);
  const figures = [
    ...(await compare(`${mode.growth.toLocaleString('en')} turns that clients left`, {
      server: mock,
      before: () => aborted(isFull ? KEPT : mode.growth),
      run: () => aborted(mode.growth),
    })),
    ...(await compare(`${mode.growth.toLocaleString('en')} worlds with a turn each, made and reset`, {
      server: instant,
      // The answers of more worlds than these are not kept.
      before: () => worlds(mode.growth / 4),
      run: () => worlds(mode.growth),
    })),
  ];
  // A turn of 2.4 s, one after another for an hour.
  const turns = isFull ? 1500 : 100;
  let turnMs: Record<'first' | 'last', number> = { first: 0, last: 0 };
  figures.push(
    ...(await compare(`${turns.toLocaleString('en')} turns in one session, which was then deleted`, {
      server: instant,
      before: async () => void (await takeTurns(instant, isFull ? KEPT : turns)),
      run: async () => {
        turnMs = await takeTurns(instant, turns);
      },
    })),
    {
      what: 'a turn at the end of that session, beside one at its start',
      unit: 'ms',
      samples: { mock: [turnMs.last], start: [turnMs.first] },
      wanted: { than: 'start', atMost: 1.5 },
    },
  );
  await Promise.all([mock.stop(), instant.stop()]);
  return figures;
}

interface Comparison {
  readonly server: Server;
  /** What fills memories that are bounded. */
  readonly before: () => Promise<void>;
  readonly run: () => Promise<void>;
}

async function compare(what: string, { server, before, run }: Comparison): Promise<Figure[]> {
  await before();
  const start: Holdings = await readHoldings(server);
  await run();
  const end = await readHoldings(server);
  return [
    {
      what: `${what}: more heap`,
      unit: 'MiB',
      samples: { mock: [end.heapMiB - start.heapMiB] },
      wanted: { atMost: HEAP_MIB },
    },
    {
      what: `${what}: more handles`,
      unit: '',
      samples: { mock: [end.handles - start.handles] },
      wanted: { atMost: 0 },
    },
  ];
}

async function abortTurns(server: Server, count: number): Promise<void> {
  const ids = await createSessions(server.url, AT_ONCE);
  const requests = ids.map((id) => turnRequest(id, '/turn'));
  await runJson([benchFile('clients/leave.mjs')], {
    input: JSON.stringify({ url: server.url, requests, count, afterBytes: 200, pauseMs: 0 }),
  });
  await Promise.all(ids.map((id) => call(server, { method: 'DELETE', path: `/api/v1/chat/${id}` })));
}

async function makeWorlds(server: Server, count: number): Promise<void> {
  let made = 0;
  const makeOneByOne = async () => {
    while (made < count) {
      made += 1;
      const world = `world ${made}`;
      const { session_id } = JSON.parse(
        await call(server, { method: 'POST', path: '/api/v1/chat', body: '{}', world }),
      );
      await call(server, { ...turnRequest(session_id, 'Hello'), world });
      await call(server, { path: '/api/v1/chat', world });
      await call(server, { method: 'POST', path: '/__mock/reset', body: '{}', world });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, makeOneByOne));
}

/** Turns in one session, which is then deleted; how long one of the first and one of the last ten took. */
async function takeTurns(server: Server, count: number): Promise<Record<'first' | 'last', number>> {
  const [id = ''] = await createSessions(server.url, 1);
  const tookMs: number[] = [];
  for (let turn = 0; turn < count; turn++) {
    const startMs = performance.now();
    await call(server, turnRequest(id, `What about point ${turn}?`));
    tookMs.push(performance.now() - startMs);
  }
  await call(server, { method: 'DELETE', path: `/api/v1/chat/${id}` });
  const least = (values: readonly number[]) => Math.min(...values);
  // The least of some: a turn that met another process on the machine says nothing.
  return { first: least(tookMs.slice(0, 50)), last: least(tookMs.slice(-50)) };
}

interface Call {
  readonly method?: string;
  readonly path: string;
  readonly body?: string;
  readonly world?: string;
}

async function call({ url }: Server, { path, world, ...init }: Call): Promise<string> {
  const headers = { ...key, ...(world !== undefined && { 'x-test-id': world }) };
  const answer = await fetch(url + path, { ...init, headers });
  if (!answer.ok) throw new Error(`${init.method ?? 'GET'} ${path} was answered with ${answer.status}.`);
  return answer.text();
}
