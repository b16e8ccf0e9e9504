import { roundMs } from '../runtime/timestamp.ts';
import type { Ending } from '../scenario/endings.ts';
import { BATCH_BYTES, FrameRun } from '../scenario/frame.ts';
import type { PerformanceEnd, Write } from '../scenario/wire.ts';
import type { RecentMemory } from './recent-memory.ts';
import { SentLog } from './sent-log.ts';
import { SentPieces } from './sent-pieces.ts';

/** Larger pieces that share no buffer with others are those of one stream alone, so a record does not keep them for long. */
const LARGE_BYTES = 1024;
const KEPT_LARGE_BYTES = 4096;
/** Of one stream, so many of its changes of state are kept. */
export const KEPT_STATES = 200;

/** A running hash of bytes; made where the platform has one. */
export interface Hash {
  update(bytes: Uint8Array): unknown;
  /** May be called repeatedly while bytes are still being added. */
  hex(): string;
}

/** What a stream is doing now. */
export type StreamState = 'running' | 'paused' | 'held' | 'hanging' | 'over';

/** Something under way that can be ended. */
export interface Stoppable {
  /** Ends it well, at once. */
  stop(): void;
}

/** A stream while it is performed, as seen from outside. */
export interface Performing extends Stoppable {
  readonly state: StreamState;
  /** The name that it waits for. */
  readonly hold: string | null;
  pause(): void;
  resume(): void;
  /**
   * Lets a paused stream send so many events, without waiting for their time. False: it is not paused, or at a hold.
   */
  step(events: number): boolean;
  /** Ends it now, in this way. */
  endNow(how: Ending): void;
}

/** A change of the state of a stream. */
export interface StateChange {
  readonly state: StreamState;
  /** The name that it waits for. */
  readonly hold: string | null;
  /** Scripted milliseconds since the stream began. */
  readonly atMs: number;
  /** Real milliseconds since the stream began. */
  readonly sentMs: number;
}

/** What is known of a stream when it begins. */
export interface StreamStart {
  readonly sessionId: string;
  readonly scenario: string;
  readonly why: string;
}

/** A stream record in JSON. */
export interface StreamRecordJson {
  readonly id: number;
  readonly session_id: string;
  readonly scenario: string;
  readonly why: string;
  readonly state: StreamState;
  readonly hold: string | null;
  readonly events: number;
  readonly bytes: number;
  readonly sha256: string;
  readonly elapsed_ms: number;
  readonly end: PerformanceEnd | null;
  readonly client_left: StreamRecord['clientLeft'];
  readonly stalls: number;
  readonly stalled_ms: number;
}

/** The facts of one stream: what was sent, how it went, how it ended. Times are milliseconds since it began. */
export class StreamRecord {
  /** Counts from 1 in its world. */
  readonly id: number;
  readonly start: StreamStart;
  /** When it began, in milliseconds since 1970. */
  readonly beganMs: number;
  /** What it has sent. */
  readonly sentLog: SentLog;
  readonly #states: StateChange[] = [];
  readonly #startMs: number;
  /** Null until it begins and after it has ended. */
  performing: Performing | null = null;
  events = 0;
  bytes = 0;
  /** Scripted time of what was sent last. */
  elapsedMs = 0;
  end: PerformanceEnd | null = null;
  /** Scripted time that had passed when it ended. */
  endMs: number | null = null;
  /** How often, and how long in all, the reader was behind. */
  stalls = 0;
  stalledMs = 0;
  #stalledAtMs: number | null = null;
  #hash: Hash | null = null;
  readonly #createHash: () => Hash;
  /** What is not hashed yet. */
  readonly #batch = new SentPieces();
  #batchBytes = 0;
  /** How many of them are in large pieces. */
  #largeBytes = 0;
  readonly #nowMs: () => number;

  constructor(id: number, start: StreamStart, { createHash, nowMs, nowMicros, memory }: Makers) {
    this.id = id;
    this.beganMs = nowMicros() / 1000;
    this.#startMs = nowMs();
    this.sentLog = new SentLog(memory);
    this.start = start;
    this.#createHash = createHash;
    this.#nowMs = nowMs;
  }

  get sessionId(): string {
    return this.start.sessionId;
  }

  get scenario(): string {
    return this.start.scenario;
  }

  get why(): string {
    return this.start.why;
  }

  get state(): StreamState {
    return this.end === null ? (this.performing?.state ?? 'running') : 'over';
  }

  /** The name that it waits for. */
  get hold(): string | null {
    return this.performing?.hold ?? null;
  }

  /** Its changes of state: the first and the newest. */
  get states(): readonly StateChange[] {
    return this.#states;
  }

  /** Notes a change of its state. */
  changed(): void {
    const { state, hold, elapsedMs: atMs } = this;
    if (this.#states.length >= KEPT_STATES) this.#states.splice(1, 1);
    this.#states.push({ state, hold, atMs, sentMs: this.#realMs() });
  }

  sent(write: Write, elapsedMs: number): void {
    const { bytes, events, block = null } = write;
    const sizeBytes = bytes.byteLength;
    this.sentLog.add(write, { atMs: elapsedMs, sentMs: this.#realMs() });
    this.#batch.add(write);
    if (sizeBytes >= LARGE_BYTES && block === null) this.#largeBytes += sizeBytes;
    this.#count({ sizeBytes, events: events.length, elapsedMs });
  }

  sentRun(run: FrameRun, elapsedMs: number): void {
    this.sentLog.addRun(run, { atMs: elapsedMs, sentMs: this.#realMs() });
    this.#batch.addRun(run);
    this.#count({ sizeBytes: run.sizeBytes, events: run.length, elapsedMs });
  }

  stalled(isStalled: boolean): void {
    if (isStalled) {
      this.stalls += 1;
      this.#stalledAtMs = this.#nowMs();
    } else if (this.#stalledAtMs !== null) {
      this.stalledMs += this.#nowMs() - this.#stalledAtMs;
      this.#stalledAtMs = null;
    }
  }

  ended(how: PerformanceEnd, endMs: number): void {
    this.stalled(false);
    this.end = how;
    // What was stepped over, or came at once, has taken no time.
    this.endMs = Math.max(endMs, this.elapsedMs);
    this.performing = null;
    if (this.#largeBytes > KEPT_LARGE_BYTES) this.#hashBatch();
  }

  /** The bytes sent and the time when the client left; null if it stayed. */
  get clientLeft(): { readonly event: number; readonly byte: number; readonly ms: number } | null {
    if (this.end !== 'client_left') return null;
    return { event: this.events, byte: this.bytes, ms: roundMs(this.endMs ?? this.elapsedMs) };
  }

  /** Real milliseconds from its begin to its first byte; null if there was none, or that is forgotten. */
  get firstByteMs(): number | null {
    return this.sentLog.firstSentMs;
  }

  /** As the control API answers it. */
  toJSON(): StreamRecordJson {
    const { id, sessionId, scenario, why, state, hold, events, bytes, elapsedMs, end, stalls, stalledMs } = this;
    return {
      ...{ id, session_id: sessionId, scenario, why, state, hold, events, bytes },
      sha256: this.sha256(),
      elapsed_ms: roundMs(elapsedMs),
      end,
      client_left: this.clientLeft,
      stalls,
      stalled_ms: roundMs(stalledMs),
    };
  }

  /** SHA-256 of all bytes of the body that were sent so far, in hex. */
  sha256(): string {
    return this.#hashBatch().hex();
  }

  #realMs(): number {
    return this.#nowMs() - this.#startMs;
  }

  #count({ sizeBytes, events, elapsedMs }: { sizeBytes: number; events: number; elapsedMs: number }): void {
    this.events += events;
    this.bytes += sizeBytes;
    this.elapsedMs = elapsedMs;
    this.#batchBytes += sizeBytes;
    // Most streams are shorter, and are hashed only if somebody asks.
    if (this.#batchBytes >= BATCH_BYTES) this.#hashBatch();
  }

  #hashBatch(): Hash {
    this.#hash ??= this.#createHash();
    for (const sent of this.#batch.all) this.#hash.update(sent instanceof FrameRun ? sent.body : sent.bytes);
    this.#batch.clear();
    this.#batchBytes = 0;
    this.#largeBytes = 0;
    return this.#hash;
  }
}

/** What records are made with. */
export interface Makers {
  readonly createHash: () => Hash;
  readonly nowMs: () => number;
  /** Real microseconds since 1970. */
  readonly nowMicros: () => number;
  readonly memory: RecentMemory;
}
