import type { Choices } from '../api/choices.ts';
import { createRandom, type Random } from '../runtime/random.ts';
import { FIXED_START_MICROS, wallMicros } from '../runtime/timestamp.ts';
import type { Session } from './session.ts';
import { SessionStore } from './session-store.ts';
import type { Turn } from './turn.ts';

export interface WorldOptions {
  readonly seed: number | string;
  readonly clock: 'fixed' | 'real';
  readonly choices: Choices;
  /** Sessions every world starts with. */
  readonly shared: ReadonlyMap<string, Session>;
}

/** All state of one test, or of everybody who names none. Equal requests give equal answers in any two worlds. */
export class World {
  readonly name: string | null;
  readonly choices: Choices;
  readonly sessions: SessionStore;
  readonly random: Random;
  /** Turns that are being performed. */
  readonly running = new Set<Turn>();
  readonly #realTime: boolean;
  #nowMicros = FIXED_START_MICROS;
  #created = 0;

  constructor(name: string | null, { seed, clock, choices, shared }: WorldOptions) {
    this.name = name;
    this.choices = choices;
    this.random = createRandom(seed);
    this.sessions = new SessionStore(shared, choices.list_order);
    this.#realTime = clock === 'real';
  }

  /** Time in data for a write; no two writes share one. The fixed clock moves one second per write. */
  writeMicros(): number {
    if (!this.#realTime) return this.#advance(1_000_000);
    this.#nowMicros = Math.max(wallMicros(), this.#nowMicros + 1);
    return this.#nowMicros;
  }

  /** When a turn ends that began at `startMicros` and lasted this long by its script. */
  turnEndMicros(startMicros: number, scriptedMs: number): number {
    if (this.#realTime) return this.writeMicros();
    const endMicros = startMicros + Math.round(scriptedMs * 1000);
    this.#nowMicros = Math.max(this.#nowMicros, endMicros + 1_000_000);
    return endMicros;
  }

  /** A session id nobody in this world has. */
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
