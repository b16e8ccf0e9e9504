import { ChatMockError } from '../runtime/errors.ts';
import type { InlineScenario } from '../scenario/schema.ts';
import { countPatterns, mismatches, type RequestFacts, type RequestMatch } from './request-match.ts';

/** More queued answers than this mean an endless loop. */
export const MAX_QUEUED = 1000;

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

  get size(): number {
    return this.#waiting.length;
  }

  add(answer: Omit<QueuedAnswer, 'id' | 'used'>): QueuedAnswer {
    const patterns = countPatterns(answer.match);
    if (this.#waiting.length >= MAX_QUEUED) throw full(`${MAX_QUEUED} wait already`);
    if (this.#patterns + patterns > MAX_QUEUED_PATTERNS)
      throw full(`with it, more than ${MAX_QUEUED_PATTERNS} regexes would wait`);
    this.#added += 1;
    this.#patterns += patterns;
    const queued = { ...answer, id: this.#added, used: 0 };
    this.#waiting.push(queued);
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

  list(): readonly QueuedAnswer[] {
    return [...this.#waiting];
  }

  /** Empties the queue and returns what was in it. */
  clear(): readonly QueuedAnswer[] {
    this.#patterns = 0;
    return this.#waiting.splice(0);
  }

  #remove(answer: QueuedAnswer): void {
    const index = this.#waiting.indexOf(answer);
    if (index === -1) return;
    this.#waiting.splice(index, 1);
    this.#patterns -= countPatterns(answer.match);
  }
}

function full(reason: string): ChatMockError {
  return new ChatMockError(
    'queue_full',
    `Failed to queue an answer: ${reason}. Take some with requests, or reset the world.`,
  );
}
