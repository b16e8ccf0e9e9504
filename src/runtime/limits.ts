import { ChatMockError } from './errors.ts';

const MIB = 1024 * 1024;

/** One limit: its default, what may be set instead, and what happens beyond it. */
export interface LimitRow {
  readonly default: number;
  readonly min: number;
  readonly max: number;
  readonly unit: 'count' | 'bytes' | 'ms';
  /** What has the limit: the whole server, each world, or each request. */
  readonly of: 'server' | 'world' | 'request';
  /** What is counted, as it follows "Most …" or, of a time, "Longest …". */
  readonly what: string;
  /** What happens beyond it. */
  readonly beyond: string;
}

/**
 * Every limit that can be set. Flags, the option `limits` of a program, keys of a configuration file, docs/limits.md and
 * the metrics derive from it.
 */
export const limitRows = {
  maxConnections: {
    default: 20_000,
    min: 1,
    max: 1_000_000,
    unit: 'count',
    of: 'server',
    what: 'open connections',
    beyond: '503 `connections_full`, then the connection is closed',
  },
  maxStreams: {
    default: 20_000,
    min: 1,
    max: 1_000_000,
    unit: 'count',
    of: 'server',
    what: 'answers under way that are streamed, held or hanging',
    beyond: '503 `streams_full`',
  },
  maxWaitingBytes: {
    default: 256 * MIB,
    min: 65_536,
    max: 2 ** 40,
    unit: 'bytes',
    of: 'server',
    what: 'bytes that wait for slow readers; a frame that many readers share counts once',
    beyond: 'a reader for whom more would wait is cut off, and a new stream is a 503 `readers_full`',
  },
  maxWorlds: {
    default: 10_000,
    min: 1,
    max: 1_000_000,
    unit: 'count',
    of: 'server',
    what: 'worlds',
    beyond: 'the least recently used one that is idle is dropped; if none is, 503 `worlds_full`',
  },
  maxStoredBytes: {
    default: 512 * MIB,
    min: 1024,
    max: 2 ** 40,
    unit: 'bytes',
    of: 'server',
    what: 'bytes, estimated, of the sessions and turns that requests have made in all worlds',
    beyond: '429 `storage_full` for a new session, turn or title',
  },
  maxRecordBytes: {
    default: 256 * MIB,
    min: 1024,
    max: 2 ** 40,
    unit: 'bytes',
    of: 'server',
    what: 'bytes of the journals of all worlds',
    beyond: 'the journals of the least recently used worlds are emptied; `dropped` counts what is gone',
  },
  maxSessions: {
    default: 200_000,
    min: 1,
    max: 10_000_000,
    unit: 'count',
    of: 'world',
    what: 'sessions that requests have made',
    beyond: '429 `sessions_full`',
  },
  maxEvents: {
    default: 10_000_000,
    min: 1,
    max: 1_000_000_000,
    unit: 'count',
    of: 'world',
    what: 'events of finished turns',
    beyond: '429 `events_full` for a new turn',
  },
  maxHolds: {
    default: 10_000,
    min: 1,
    max: 1_000_000,
    unit: 'count',
    of: 'world',
    what: 'streams that wait at holds',
    beyond: '429 `holds_full` for a new turn',
  },
  maxQueued: {
    default: 1000,
    min: 1,
    max: 100_000,
    unit: 'count',
    of: 'world',
    what: 'queued answers',
    beyond: '429 `queue_full`',
  },
  maxJournalEntries: {
    default: 1000,
    min: 1,
    max: 1_000_000,
    unit: 'count',
    of: 'world',
    what: 'requests that the journal always keeps; at twice as many it drops the older half',
    beyond: 'the oldest are forgotten; `dropped` counts them',
  },
  maxJournalBytes: {
    default: 4 * MIB,
    min: 1024,
    max: 2 ** 32,
    unit: 'bytes',
    of: 'world',
    what: 'bytes of the journal',
    beyond: 'the oldest half is forgotten; `dropped` counts it',
  },
  maxStreamRecords: {
    default: 1000,
    min: 1,
    max: 1_000_000,
    unit: 'count',
    of: 'world',
    what: 'finished streams that `GET streams` always keeps; at twice as many it drops the older half',
    beyond: '`dropped` counts the others',
  },
  maxResumableTurns: {
    default: 1000,
    min: 1,
    max: 1_000_000,
    unit: 'count',
    of: 'world',
    what: 'turns that `Last-Event-ID` can resume (choice `sse_resume`), the newest of each session',
    beyond: 'the oldest are forgotten; a request that resumes one is a 409',
  },
  maxResumableBytes: {
    default: 4 * MIB,
    min: 1024,
    max: 2 ** 32,
    unit: 'bytes',
    of: 'world',
    what: 'bytes, estimated, of the scripts of those turns',
    beyond: 'the oldest are forgotten; a request that resumes one is a 409',
  },
  resumeMs: {
    default: 300_000,
    min: 1,
    max: 86_400_000,
    unit: 'ms',
    of: 'world',
    what: 'time after its stream has ended in which a turn can be resumed',
    beyond: 'a request that resumes it is a 409',
  },
  maxHeaderBytes: {
    default: 16 * 1024,
    min: 1024,
    max: MIB,
    unit: 'bytes',
    of: 'request',
    what: 'bytes of the headers',
    beyond: '431',
  },
  headerTimeoutMs: {
    default: 60_000,
    min: 100,
    max: 3_600_000,
    unit: 'ms',
    of: 'request',
    what: 'time for the headers to arrive',
    beyond: '408, then the connection is closed',
  },
  uploadIdleMs: {
    default: 30_000,
    min: 10,
    max: 3_600_000,
    unit: 'ms',
    of: 'request',
    what: 'time between two pieces of a body',
    beyond: '408, then the connection is closed',
  },
} as const satisfies Readonly<Record<string, LimitRow>>;

/** The name of a limit. */
export type LimitName = keyof typeof limitRows;

/** The values of all limits. */
export type Limits = Readonly<Record<LimitName, number>>;

/** Every limit’s default. */
export const defaultLimits = Object.fromEntries(
  Object.entries(limitRows).map(([name, row]) => [name, row.default]),
) as Limits; // Its names are those of the table.

/** What refuses when a limit is reached: the status and the code of its error. */
const refusals = {
  maxConnections: { status: 503, code: 'connections_full' },
  maxStreams: { status: 503, code: 'streams_full' },
  maxWaitingBytes: { status: 503, code: 'readers_full' },
  maxWorlds: { status: 503, code: 'worlds_full' },
  maxStoredBytes: { status: 429, code: 'storage_full' },
  maxSessions: { status: 429, code: 'sessions_full' },
  maxEvents: { status: 429, code: 'events_full' },
  maxHolds: { status: 429, code: 'holds_full' },
  maxQueued: { status: 429, code: 'queue_full' },
} as const satisfies Partial<Record<LimitName, { readonly status: number; readonly code: string }>>;

/** The limits that refuse. */
export type RefusingLimit = keyof typeof refusals;

/** A limit is reached. The message reads "Failed to «act»: «reason». «advice»". */
export class LimitError extends ChatMockError {
  readonly limit: RefusingLimit;
  readonly status: number;

  constructor(
    limit: RefusingLimit,
    { act, reason, advice }: { readonly act: string; readonly reason: string; readonly advice: string },
  ) {
    const flag = limit.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    super(refusals[limit].code, `Failed to ${act}: ${reason}. ${advice}, or start with a larger --${flag}.`);
    this.name = 'LimitError';
    this.limit = limit;
    this.status = refusals[limit].status;
  }
}
