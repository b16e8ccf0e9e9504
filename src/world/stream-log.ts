import type { Limits } from '../runtime/limits.ts';
import { type Makers, StreamRecord, type StreamStart } from './stream-record.ts';

/** The most recent streams of a world. Older ones are kept only while they run; the rest is counted. */
export class StreamLog {
  #records: StreamRecord[] = [];
  #count = 0;
  readonly #makers: Makers;
  readonly #kept: number;
  readonly #watchers = new Set<(record: StreamRecord) => void>();

  constructor(makers: Makers, { maxStreamRecords }: Limits) {
    this.#makers = makers;
    this.#kept = maxStreamRecords;
  }

  /** Calls back with a stream that has begun, waits, goes on or is over; returns how to stop. */
  watch(look: (record: StreamRecord) => void): () => void {
    this.#watchers.add(look);
    return () => this.#watchers.delete(look);
  }

  get isWatched(): boolean {
    return this.#watchers.size > 0;
  }

  changed(record: StreamRecord): void {
    record.changed();
    for (const look of [...this.#watchers]) look(record);
  }

  get dropped(): number {
    return this.#count - this.#records.length;
  }

  /** The newest is last. */
  get records(): readonly StreamRecord[] {
    return this.#records;
  }

  add(start: StreamStart): StreamRecord {
    this.#count += 1;
    const record = new StreamRecord(this.#count, start, this.#makers);
    this.#records.push(record);
    if (this.#records.length >= 2 * this.#kept) {
      const old = this.#records.slice(0, -this.#kept).filter(({ performing }) => performing !== null);
      this.#records = [...old, ...this.#records.slice(-this.#kept)];
    }
    return record;
  }

  /** Ends every stream that is still performed. */
  stopAll(): void {
    for (const { performing } of [...this.#records]) performing?.stop();
  }
}
