import { benchFile, createSessions, turnRequest } from './contestants.ts';
import type { RequestLoad } from './load.ts';
import { runJson, type Server } from './processes.ts';
import { GAP_MS } from './scenarios.ts';

type Request = RequestLoad['requests'][number];

/** How some paced streams at once went. */
export interface PacedRates {
  readonly whole: number;
  readonly events: number;
  readonly gapP99Ms: number;
  readonly lateP50Ms: number;
  readonly lateMaxMs: number;
  readonly cpuMicrosPerEvent: number;
  readonly cores: number;
  readonly kibPerStream: number;
}

interface PacedTask {
  readonly streams: number;
  readonly pacedEvents: number;
  /** What begins so many streams. */
  readonly requests: (server: Server, count: number) => Promise<readonly Request[]>;
}

/** Turns of a mock, each in a session of its own. */
export async function turnsOfMock({ url }: Server, count: number): Promise<readonly Request[]> {
  return (await createSessions(url, count)).map((id) => turnRequest(id, '/turn'));
}

/** Turns of a bare server, which has no sessions. */
export async function turnsOfBare(_: Server, count: number): Promise<readonly Request[]> {
  return Array.from({ length: count }, () => turnRequest('x', '/turn'));
}

const WATCH_MS = 100;
/** Events of the streams before those that are measured. */
const WARM_EVENTS = 10;
/** What a stream may take beyond its script. */
const PATIENCE_MS = 20_000;

/** Starts a server for this load alone, so that the memory of another one is not counted. */
export async function loadWithStreams(start: () => Promise<Server>, task: PacedTask): Promise<PacedRates> {
  const server = await start();
  try {
    // Code that has run once, and its memory, is not a stream's.
    await run(server, { ...task, streams: Math.min(100, task.streams), pacedEvents: WARM_EVENTS });
    // Servers run long: their code is compiled when so many streams begin, which is half of what the first ones cost.
    const { kibPerStream } = await run(server, { ...task, pacedEvents: WARM_EVENTS });
    // After these, memory that they have left is used again.
    return { ...(await run(server, task)), kibPerStream };
  } finally {
    await server.stop();
  }
}

async function run(server: Server, { streams, pacedEvents, requests }: PacedTask): Promise<PacedRates> {
  const task = {
    url: server.url,
    requests: await requests(server, streams),
    // Begun evenly: that all connect at once is another test.
    rampMs: Math.min(1000, streams),
    gapMs: GAP_MS,
    pacedEvents,
    timeoutMs: pacedEvents * GAP_MS + PATIENCE_MS,
  };
  const before = server.usage();
  const startMs = performance.now();
  let residentBytes = before.residentBytes;
  const watch = setInterval(() => {
    residentBytes = Math.max(residentBytes, server.usage().residentBytes);
  }, WATCH_MS);
  const seen = await runJson<{
    readonly events: number;
    readonly whole: number;
    readonly gapP99: number;
    readonly lateP50: number;
    readonly lateMax: number;
  }>([benchFile('clients/paced.mjs')], { input: JSON.stringify(task) }).finally(() => clearInterval(watch));
  const cpuSeconds = server.usage().cpuSeconds - before.cpuSeconds;
  return {
    whole: seen.whole / streams,
    events: seen.events,
    gapP99Ms: seen.gapP99,
    lateP50Ms: seen.lateP50,
    lateMaxMs: seen.lateMax,
    cpuMicrosPerEvent: (cpuSeconds * 1e6) / seen.events,
    cores: cpuSeconds / ((performance.now() - startMs) / 1000),
    kibPerStream: (residentBytes - before.residentBytes) / 1024 / streams,
  };
}
