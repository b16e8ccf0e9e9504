import type { Limits } from '../runtime/limits.ts';
import type { Script } from '../scenario/agent/script.ts';
import type { InlineScenario } from '../scenario/schema.ts';
import type { TurnInput } from '../scenario/turn.ts';
import type { HoldOutcome } from '../scenario/wire.ts';
import type { Storage } from './storage.ts';
import type { Turn } from './turn.ts';

/** What an entry costs beside its texts, in bytes. */
const ENTRY_BYTES = 1000;

/** What a turn was made of, from which it can be made again. */
export interface TurnRecipe {
  readonly sessionId: string;
  readonly scenario: string;
  readonly script: Script;
  /** What the scenario changes in the headers of its answer. */
  readonly headers: InlineScenario['headers'];
  readonly indexIds: readonly string[];
  readonly input: TurnInput;
  /** Whether fake data fills its texts: what fills them is made anew for each performance. */
  readonly isTemplate: boolean;
}

/** A turn that a client may resume, and how far it has come. */
export interface ResumableTurn {
  readonly recipe: TurnRecipe;
  /** The turn in its session. */
  turn: Turn;
  /** The number of its newest stream. */
  stream: number;
  /** How many of its events were sent, in its longest stream. */
  sentEvents: number;
  /** How its holds have ended, in order. */
  outcomes: HoldOutcome[];
  /** Whether the end that its scenario asks for has come: it comes once, or the turn could never be completed. */
  hasEnded: boolean;
  /** When its newest stream ended, in milliseconds since 1970; null while it runs. */
  endedMs: number | null;
}

/** The newest turn of each session, as long as it may be resumed; the oldest is forgotten first. */
export class ResumableTurns {
  readonly #turns = new Map<string, ResumableTurn>();
  readonly #sizes = new Map<string, number>();
  #sizeBytes = 0;
  readonly #limits: Limits;
  readonly #storage: Storage;

  constructor(limits: Limits, storage: Storage) {
    this.#limits = limits;
    this.#storage = storage;
  }

  get size(): number {
    return this.#turns.size;
  }

  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  /** Keeps a turn in place of the session's last one. */
  keep(turn: ResumableTurn): void {
    const { sessionId, script, input } = turn.recipe;
    this.forget(sessionId);
    const sizeBytes = ENTRY_BYTES + 2 * (JSON.stringify(script.steps).length + input.prompt.length);
    this.#turns.set(sessionId, turn);
    this.#sizes.set(sessionId, sizeBytes);
    this.#count(sizeBytes);
    const { maxResumableTurns, maxResumableBytes } = this.#limits;
    for (const oldest of this.#turns.keys()) {
      if (this.#turns.size <= maxResumableTurns && this.#sizeBytes <= maxResumableBytes) return;
      this.forget(oldest);
    }
  }

  /** The turn of a session; null if there is none, or its time is over. */
  find(sessionId: string, nowMs: number): ResumableTurn | null {
    const turn = this.#turns.get(sessionId);
    if (!turn) return null;
    if (turn.endedMs === null || nowMs - turn.endedMs <= this.#limits.resumeMs) return turn;
    this.forget(sessionId);
    return null;
  }

  forget(sessionId: string): void {
    this.#turns.delete(sessionId);
    this.#count(-(this.#sizes.get(sessionId) ?? 0));
    this.#sizes.delete(sessionId);
  }

  #count(sizeBytes: number): void {
    this.#sizeBytes += sizeBytes;
    this.#storage.addBytes(sizeBytes);
  }
}
