import { FrameRun } from '../scenario/frame.ts';
import type { Write } from '../scenario/wire.ts';
import type { Keepsake, RecentMemory } from './recent-memory.ts';
import { SentPieces } from './sent-pieces.ts';

/** Of one stream, so many bytes are kept at most. */
export const KEPT_STREAM_BYTES = 1024 * 1024;
/** What is kept beside the bytes of a write, in bytes. */
const WRITE_BYTES = 64;
/** It reports its growth after so much: a stream of many small writes asks for room rarely. */
const REPORT_BYTES = 2048;

/** A write that was sent: when, where in the body, and how many events it completed. */
export interface SentWrite {
  /** Scripted milliseconds since the stream began. */
  readonly atMs: number;
  /** Real milliseconds since the stream began. */
  readonly sentMs: number;
  /** Where in the body it begins. */
  readonly offset: number;
  readonly bytes: Uint8Array;
  readonly events: number;
}

/** When something was sent. */
interface SentTimes {
  readonly atMs: number;
  readonly sentMs: number;
}

/** What a stream has sent, write by write, as long as there is room for it. */
export class SentLog implements Keepsake {
  readonly #memory: RecentMemory;
  #pieces: SentPieces | null = new SentPieces();
  /** For each time that something was sent: how many writes, and both times. In one list, since there may be many. */
  #times: number[] = [];
  #sizeBytes = 0;
  #reportedBytes = 0;
  #isFull = false;

  constructor(memory: RecentMemory) {
    this.#memory = memory;
  }

  /** What is kept: all of it, the beginning of a long stream, or nothing, since newer streams needed the room. */
  get state(): 'whole' | 'cut' | 'forgotten' {
    if (!this.#pieces) return 'forgotten';
    return this.#isFull ? 'cut' : 'whole';
  }

  /** When the first write was sent; null: none was, or it is forgotten. */
  get firstSentMs(): number | null {
    return this.#times[2] ?? null;
  }

  add(write: Write, times: SentTimes): void {
    const pieces = this.#takes(write.bytes.byteLength);
    if (!pieces) return;
    pieces.add(write);
    this.#note(1, times);
  }

  /** Takes several writes that left as one run. */
  addRun(run: FrameRun, times: SentTimes): void {
    const pieces = this.#takes(run.sizeBytes);
    if (!pieces) return;
    pieces.addRun(run);
    this.#note(run.length, times);
  }

  forget(): void {
    this.#pieces = null;
    this.#times = [];
  }

  /**
   * Every write that is kept. Frames that left as one run are writes of their own, their times spread evenly from the
   * write before.
   */
  *writes(): Generator<SentWrite> {
    const times = this.#times;
    let [offset, beforeMs] = [0, 0];
    let [at, nth] = [0, 0];
    for (const piece of this.#pieces?.all ?? []) {
      const frames = piece instanceof FrameRun ? piece.frames : [piece];
      for (const { bytes } of frames) {
        const [count = 1, atMs = 0, sentMs = 0] = times.slice(at, at + 3);
        nth += 1;
        const events = piece instanceof FrameRun ? 1 : piece.events.length;
        const shareMs = nth === count ? atMs : beforeMs + ((atMs - beforeMs) * nth) / count;
        yield { atMs: shareMs, sentMs, offset, bytes, events };
        offset += bytes.byteLength;
        if (nth < count) continue;
        [at, nth, beforeMs] = [at + 3, 0, atMs];
      }
    }
  }

  /** Where to keep so many bytes; null: nowhere. */
  #takes(sizeBytes: number): SentPieces | null {
    if (!this.#pieces || this.#isFull) return null;
    const growth = sizeBytes + WRITE_BYTES;
    if (this.#sizeBytes + growth > KEPT_STREAM_BYTES) {
      this.#isFull = true;
      return null;
    }
    this.#sizeBytes += growth;
    if (this.#sizeBytes - this.#reportedBytes >= REPORT_BYTES || this.#reportedBytes === 0) {
      const growthBytes = this.#sizeBytes - this.#reportedBytes;
      this.#reportedBytes = this.#sizeBytes;
      this.#memory.keep(this, growthBytes); // It may be this log that is forgotten to make room.
    }
    return this.#pieces;
  }

  #note(writes: number, { atMs, sentMs }: SentTimes): void {
    this.#times.push(writes, atMs, sentMs);
  }
}
