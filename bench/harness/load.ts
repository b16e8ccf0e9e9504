import { benchFile } from './contestants.ts';
import { runJson, type Server } from './processes.ts';

export interface RequestLoad {
  readonly seconds: number;
  readonly requests: readonly { readonly method?: string; readonly path: string; readonly body?: string }[];
  /** Repeated on one more connection, every 20 ms. */
  readonly onTheSide?: { readonly path: string };
}

/** What a server answered in a time, and what that cost it. */
export interface RequestRates {
  readonly perSecond: number;
  readonly perCpuSecond: number;
  readonly bytesPerSecond: number;
  readonly p99Ms: number;
  readonly residentMiB: number;
}

const CONNECTIONS = 32;

/** Loads a server from a process of its own. Rejects if an answer was not a success: its rate would mean nothing. */
export async function loadWithRequests(server: Server, { seconds, ...load }: RequestLoad): Promise<RequestRates> {
  const task = { url: server.url, seconds, connections: CONNECTIONS, ...load };
  const before = server.usage();
  const { answers, failures, bytes, p99 } = await runJson<{
    readonly answers: number;
    readonly failures: number;
    readonly bytes: number;
    readonly p99: number;
  }>([benchFile('clients/requests.mjs')], { input: JSON.stringify(task) });
  const after = server.usage();
  if (failures > 0) throw new Error(`${failures} of ${answers} answers of ${server.url} were not success.`);
  return {
    perSecond: answers / seconds,
    perCpuSecond: answers / (after.cpuSeconds - before.cpuSeconds),
    bytesPerSecond: bytes / seconds,
    p99Ms: p99,
    residentMiB: after.residentBytes / 2 ** 20,
  };
}
