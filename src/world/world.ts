import type { Choices } from '../api/choices.ts';
import { type Clock, type Pacing, type Speed, StreamClock } from '../runtime/clock.ts';
import type { Limits } from '../runtime/limits.ts';
import { createRandom, type Random } from '../runtime/random.ts';
import type { Tally } from '../runtime/tally.ts';
import { FIXED_START_MICROS } from '../runtime/timestamp.ts';
import { AnswerQueue } from './answer-queue.ts';
import { Chaos } from './chaos.ts';
import { Holds } from './holds.ts';
import { Journal } from './journal.ts';
import type { RecentMemory } from './recent-memory.ts';
import { ResumableTurns } from './resumable-turns.ts';
import type { Session } from './session.ts';
import { SessionStore } from './session-store.ts';
import { Storage } from './storage.ts';
import { StreamLog } from './stream-log.ts';
import type { Hash, Stoppable } from './stream-record.ts';

/** What a world is made of. */
export interface WorldOptions {
  readonly seed: number | string;
  /** Whether time in data is real time. */
  readonly isRealTime: boolean;
  readonly choices: Choices;
  /** Sessions every world starts with. */
  readonly shared: ReadonlyMap<string, Session>;
  /** How the time of streams passes at the start. */
  readonly pacing: Pacing;
  readonly speed: Speed;
  readonly wallClock: Clock;
  /** Real microseconds since 1970. */
  readonly nowMicros: () => number;
  /** Real milliseconds as clients see them; by default those of the wall clock. */
  readonly clientNowMs?: (() => number) | undefined;
  /** Whether a new world may push out an idle one by itself. Default true. */
  readonly makesRoom?: boolean | undefined;
  readonly createHash: () => Hash;
  readonly limits: Limits;
  /** What the sessions of all worlds hold, and what their journals hold, in bytes. */
  readonly stored: Tally;
  readonly recorded: Tally;
  /** What all worlds keep to be looked at. */
  readonly memory: RecentMemory;
}

/** All state of one test, or of all requests without X-Test-Id. Equal requests get equal answers in any two worlds. */
export class World {
  readonly name: string | null;
  readonly choices: Choices;
  readonly storage: Storage;
  readonly sessions: SessionStore;
  readonly random: Random;
  /** How many turns each session has that are being performed. */
  readonly running = new Map<string, number>();
  /** The clock that its streams wait on. */
  readonly clock: StreamClock;
  readonly queue: AnswerQueue;
  readonly holds: Holds;
  readonly chaos: Chaos;
  readonly journal: Journal;
  readonly streams: StreamLog;
  readonly resumable: ResumableTurns;
  /** Answers without a turn that are still being performed. */
  readonly hanging = new Set<Stoppable>();
  /** How often each scenario has answered. */
  readonly #answered = new Map<string, number>();
  readonly #wallMicros: () => number;
  #isOver = false;
  #realTime: boolean;
  #nowMicros = FIXED_START_MICROS;
  #created = 0;

  constructor(
    name: string | null,
    {
      seed,
      isRealTime,
      choices,
      shared,
      pacing,
      speed,
      wallClock,
      nowMicros,
      clientNowMs,
      createHash,
      limits,
      stored,
      recorded,
      memory,
    }: WorldOptions,
  ) {
    this.name = name;
    this.choices = choices;
    this.random = createRandom(seed);
    this.storage = new Storage(limits, stored);
    this.sessions = new SessionStore(shared, { order: choices.list_order, storage: this.storage });
    this.queue = new AnswerQueue(limits, this.storage);
    this.holds = new Holds(limits);
    this.resumable = new ResumableTurns(limits, this.storage);
    this.journal = new Journal(limits, recorded);
    this.#realTime = isRealTime;
    this.#wallMicros = nowMicros;
    this.clock = new StreamClock(wallClock, { pacing, speed, clientNowMs });
    this.chaos = new Chaos(this.random);
    this.streams = new StreamLog({ createHash, nowMs: wallClock.now, nowMicros, memory }, limits);
  }

  /** Whether time in data is real time. */
  get isRealTime(): boolean {
    return this.#realTime;
  }

  setRealTime(isRealTime: boolean): void {
    this.#realTime = isRealTime;
  }

  /** Counts an answer of this scenario; returns which it is, from 1. */
  countAnswer(scenario: string): number {
    const count = (this.#answered.get(scenario) ?? 0) + 1;
    this.#answered.set(scenario, count);
    return count;
  }

  /** Counts a turn that begins (1) or is over (-1). */
  countRunning(sessionId: string, change: 1 | -1): void {
    const count = (this.running.get(sessionId) ?? 0) + change;
    if (count > 0) this.running.set(sessionId, count);
    else this.running.delete(sessionId);
  }

  /** Time in data for a write; no two writes share one. The fixed clock moves one second per write. */
  writeMicros(): number {
    if (!this.#realTime) return this.#advance(1_000_000);
    this.#nowMicros = Math.max(this.#wallMicros(), this.#nowMicros + 1);
    return this.#nowMicros;
  }

  /** When a turn ends that began at `startMicros` and lasted this long by its script. */
  turnEndMicros(startMicros: number, scriptedMs: number): number {
    if (this.#realTime) return this.writeMicros();
    const endMicros = startMicros + Math.round(scriptedMs * 1000);
    this.#nowMicros = Math.max(this.#nowMicros, endMicros + 1_000_000);
    return endMicros;
  }

  /**
   * Whether somebody waits for something in it: a stream or another answer that is not over, or a test for an event.
   */
  get isBusy(): boolean {
    const { running, hanging, clock, journal, streams } = this;
    return running.size > 0 || hanging.size > 0 || clock.waiting > 0 || journal.isWatched || streams.isWatched;
  }

  /** True after the world was dropped: whatever still begins in it must end at once. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Ends all performances and all waits of this world. */
  stop(): void {
    this.#isOver = true;
    this.streams.stopAll();
    for (const answer of [...this.hanging]) answer.stop();
    this.clock.setPacing('instant');
    this.storage.end();
    this.journal.end();
  }

  /** Returns a new session id. */
  newSessionId(): string {
    this.#created += 1;
    return `ses-${this.random.fork('session', this.#created).text(20)}`;
  }

  #advance(micros: number): number {
    const now = this.#nowMicros;
    this.#nowMicros += micros;
    return now;
  }
}
