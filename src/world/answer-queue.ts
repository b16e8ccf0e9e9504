import { LimitError, type Limits } from '../runtime/limits.ts';
import type { InlineScenario } from '../scenario/schema.ts';
import { countPatterns, mismatches, type RequestFacts, type RequestMatch } from './request-match.ts';
import type { Storage } from './storage.ts';

/** Regexes in the matches of all waiting answers: a request may have to be compared with each of them. */
export const MAX_QUEUED_PATTERNS = 100;

/** An answer that waits for its request. */
export interface QueuedAnswer {
  readonly id: number;
  readonly scenario: string;
  /** `*`: any. */
  readonly operation: string;
  readonly match: RequestMatch;
  /** How often it may answer, and how often it has. */
  readonly times: number;
  used: number;
  readonly script: InlineScenario;
}

/** The queued answers of a world, first in, first out. */
export class AnswerQueue {
  readonly #waiting: QueuedAnswer[] = [];
  #added = 0;
  #patterns = 0;
  /** The bytes of those that hold a script of their own. */
  readonly #sizes = new Map<QueuedAnswer, number>();
  readonly #limits: Limits;
  readonly #storage: Storage;

  constructor(limits: Limits, storage: Storage) {
    this.#limits = limits;
    this.#storage = storage;
  }

  get size(): number {
    return this.#waiting.length;
  }

  /** `sizeBytes`: about what it holds for itself. Throws LimitError if there is no room for one more. */
  add(answer: Omit<QueuedAnswer, 'id' | 'used'>, sizeBytes = 0): QueuedAnswer {
    const patterns = countPatterns(answer.match);
    const { maxQueued } = this.#limits;
    if (this.#waiting.length >= maxQueued) throw full(`${maxQueued} wait already`);
    if (this.#patterns + patterns > MAX_QUEUED_PATTERNS)
      throw full(`with it, more than ${MAX_QUEUED_PATTERNS} regexes would wait`);
    this.#storage.refuseWrite('queue an answer');
    this.#added += 1;
    this.#patterns += patterns;
    const queued = { ...answer, id: this.#added, used: 0 };
    this.#waiting.push(queued);
    if (sizeBytes > 0) this.#sizes.set(queued, sizeBytes);
    this.#storage.addBytes(sizeBytes);
    return queued;
  }

  /** Returns the first matching answer without removing it. */
  find(facts: RequestFacts): QueuedAnswer | null {
    return (
      this.#waiting.find(
        ({ operation, match }) =>
          (operation === '*' || operation === facts.operation) && mismatches(match, facts).length === 0,
      ) ?? null
    );
  }

  /** Counts a use of an answer and removes it after its last one. */
  take(answer: QueuedAnswer): void {
    answer.used += 1;
    if (answer.used >= answer.times) this.#remove(answer);
  }

  /** Takes an answer out and returns it; null if none of this number waits. */
  withdraw(id: number): QueuedAnswer | null {
    const answer = this.#waiting.find((one) => one.id === id) ?? null;
    if (answer) this.#remove(answer);
    return answer;
  }

  list(): readonly QueuedAnswer[] {
    return [...this.#waiting];
  }

  /** Empties the queue and returns what was in it. */
  clear(): readonly QueuedAnswer[] {
    this.#patterns = 0;
    for (const sizeBytes of this.#sizes.values()) this.#storage.addBytes(-sizeBytes);
    this.#sizes.clear();
    return this.#waiting.splice(0);
  }

  #remove(answer: QueuedAnswer): void {
    const index = this.#waiting.indexOf(answer);
    if (index === -1) return;
    this.#waiting.splice(index, 1);
    this.#storage.addBytes(-(this.#sizes.get(answer) ?? 0));
    this.#sizes.delete(answer);
    this.#patterns -= countPatterns(answer.match);
  }
}

function full(reason: string): LimitError {
  return new LimitError('maxQueued', {
    act: 'queue an answer',
    reason,
    advice: 'Take some with requests, reset the world',
  });
}
