import { benchFile, createSessions, turnRequest } from './contestants.ts';
import { runJson, type Server, startServer } from './processes.ts';
import { GAP_MS } from './scenarios.ts';

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
  /** Whether the server makes sessions; a bare one has none. */
  readonly hasSessions: boolean;
}

const WATCH_MS = 100;
/** What a stream may take beyond its script. */
const PATIENCE_MS = 20_000;

/** Starts a server for this load alone, so that the memory of another one is not counted. */
export async function loadWithStreams(args: readonly string[], task: PacedTask): Promise<PacedRates> {
  const server = await startServer(args);
  try {
    // Code that has run once, and its memory, is no stream's.
    await run(server, { ...task, streams: 100, pacedEvents: 10 });
    return await run(server, task);
  } finally {
    await server.stop();
  }
}

async function run(server: Server, { streams, pacedEvents, hasSessions }: PacedTask): Promise<PacedRates> {
  const ids = hasSessions ? await createSessions(server.url, streams) : Array.from({ length: streams }, () => 'x');
  const task = {
    url: server.url,
    requests: ids.map((id) => turnRequest(id, '/turn')),
    // Begun evenly: a second's worth of connections at once is another test.
    rampMs: 1000,
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
