import { Tally } from '../runtime/tally.ts';

/** Bytes that wait for slow readers, of all streams together. What several of them share counts once. */
export class WaitingBytes extends Tally {
  readonly #holders = new Map<ArrayBufferLike, number>();

  /** Counts a buffer that another stream may hold as well. */
  hold(buffer: ArrayBufferLike): void {
    const holders = this.#holders.get(buffer) ?? 0;
    this.#holders.set(buffer, holders + 1);
    if (holders === 0) this.add(buffer.byteLength);
  }

  /** The opposite of `hold`. */
  release(buffer: ArrayBufferLike): void {
    const holders = this.#holders.get(buffer) ?? 0;
    if (holders > 1) this.#holders.set(buffer, holders - 1);
    else if (this.#holders.delete(buffer)) this.add(-buffer.byteLength);
  }
}
