import type { HoldOutcome } from '../scenario/wire.ts';
import type { TurnInput } from '../server/inputs.ts';
import type { Performance, StreamTransport } from '../server/performance.ts';
import type { Hash, Performing } from '../world/stream-record.ts';

/** Sums of scripted waits differ by less than this, in milliseconds. */
const ROUNDING_MS = 1e-6;

type Ended = Extract<TurnInput, { kind: 'ended' }>;

/**
 * Performs an answer by what its inputs say, instead of by a clock and for a client. A turn goes as far as its next
 * input; any other answer runs to its end at once.
 */
export class ReplayedStream implements StreamTransport, Performing {
  readonly gapMs = 0;
  readonly hold = null;
  /** All that was sent. */
  readonly hash: Hash;
  bytes = 0;
  #performance: Performance | null = null;
  #state: Performing['state'] = 'running';
  #writes = 0;
  #elapsedMs = 0;
  readonly #holds: HoldOutcome[] = [];
  #outcome: HoldOutcome | undefined;
  readonly #onOver: () => void;

  constructor(hash: Hash, onOver: () => void) {
    this.hash = hash;
    this.#onOver = onOver;
  }

  get state(): Performing['state'] {
    return this.#state;
  }

  perform(performance: Performance): Performing {
    this.#performance = performance;
    if (performance.onBytes) return this;
    // No turn: its inputs do not say how far it came.
    while (this.#act({}) !== 'end');
    this.#end('close', this.#elapsedMs);
    return this;
  }

  /** Sends what its input says was sent. */
  play({ writes, holds, elapsedMs }: Pick<TurnInput, 'writes' | 'holds' | 'elapsedMs'>): void {
    this.#holds.push(...holds);
    while (this.#writes < writes && this.#act({ writes, elapsedMs }) !== 'end');
  }

  /** Ends it as its input says. */
  finish(input: Ended): void {
    this.play(input);
    // What follows is waited for already: whoever finishes the turn unseen does not wait for it again.
    const isWaiting = () => this.#elapsedMs + ROUNDING_MS < input.elapsedMs;
    if (input.how === 'client_left') while (isWaiting() && this.#act({}) !== 'end');
    this.#elapsedMs = input.elapsedMs;
    if (input.hung) {
      this.#state = 'hanging';
      this.#performance?.onState?.();
    }
    this.#end(input.how, input.endMs);
  }

  stop(): void {
    this.#end('stopped', this.#elapsedMs);
  }

  /** Ends it because nobody knows how it went on. */
  leave(): void {
    this.#end('client_left', this.#elapsedMs);
  }

  #end(how: Ended['how'], endMs: number): void {
    if (this.#state === 'over') return;
    this.#state = 'over';
    this.#performance?.onEnd(how, this.#elapsedMs, endMs);
    this.#onOver();
  }

  /** One action. The last write of an input leaves when the input says. */
  #act(until: { readonly writes?: number; readonly elapsedMs?: number }): 'end' | 'other' {
    const outcome = this.#outcome;
    this.#outcome = undefined;
    const next = this.#performance?.actions.next(outcome);
    if (!next || next.done || next.value.kind === 'end') return 'end';
    const action = next.value;
    if (action.kind === 'wait') this.#elapsedMs += action.ms;
    if (action.kind === 'hold') this.#outcome = this.#nextOutcome();
    if (action.kind === 'bytes') {
      this.#writes += 1;
      this.bytes += action.bytes.byteLength;
      this.hash.update(action.bytes);
      const isLast = this.#writes === until.writes && until.elapsedMs !== undefined;
      this.#performance?.onBytes?.(action, isLast ? (until.elapsedMs ?? 0) : this.#elapsedMs);
    }
    return 'other';
  }

  #nextOutcome(): HoldOutcome | undefined {
    const outcome = this.#holds.shift();
    if (outcome) this.#performance?.onOutcome?.(outcome);
    return outcome;
  }

  pause(): void {}
  resume(): void {}
  endNow(): void {}
  step(): boolean {
    return false;
  }
  write(): boolean {
    return true;
  }
  flush(): void {}
  end(): void {}
  onReady(): void {}
  onClose(): void {}
}
