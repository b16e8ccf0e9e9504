import { FrameRun } from '../scenario/frame.ts';
import type { Keepsake, RecentMemory } from './recent-memory.ts';

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

/** What was sent at once. */
interface Sent {
  readonly piece: Uint8Array | FrameRun;
  readonly sizeBytes: number;
  readonly events: number;
  readonly atMs: number;
  readonly sentMs: number;
}

/** What a stream has sent, write by write, as long as there is room for it. */
export class SentLog implements Keepsake {
  readonly #memory: RecentMemory;
  #sent: Sent[] | null = [];
  #sizeBytes = 0;
  #reportedBytes = 0;
  #isFull = false;

  constructor(memory: RecentMemory) {
    this.#memory = memory;
  }

  /** What is kept: all of it, the beginning of a long stream, or nothing, since newer streams needed the room. */
  get state(): 'whole' | 'cut' | 'forgotten' {
    if (!this.#sent) return 'forgotten';
    return this.#isFull ? 'cut' : 'whole';
  }

  /** Takes a write, or several that left as one run. */
  add(sent: Sent): void {
    if (!this.#sent || this.#isFull) return;
    const growth = sent.sizeBytes + WRITE_BYTES;
    if (this.#sizeBytes + growth > KEPT_STREAM_BYTES) {
      this.#isFull = true;
      return;
    }
    this.#sent.push(sent);
    this.#sizeBytes += growth;
    if (this.#sizeBytes - this.#reportedBytes < REPORT_BYTES && this.#reportedBytes > 0) return;
    const growthBytes = this.#sizeBytes - this.#reportedBytes;
    this.#reportedBytes = this.#sizeBytes;
    this.#memory.keep(this, growthBytes);
  }

  forget(): void {
    this.#sent = null;
  }

  /**
   * Every write that is kept. Frames that left as one run are writes of their own, their times spread evenly from the
   * write before.
   */
  *writes(): Generator<SentWrite> {
    let [offset, beforeMs] = [0, 0];
    for (const { piece, events, atMs, sentMs } of this.#sent ?? []) {
      const frames = piece instanceof FrameRun ? piece.frames : [{ bytes: piece }];
      for (const [index, { bytes }] of frames.entries()) {
        const isRun = piece instanceof FrameRun;
        const shareMs = isRun ? beforeMs + ((atMs - beforeMs) * (index + 1)) / frames.length : atMs;
        yield { atMs: shareMs, sentMs, offset, bytes, events: isRun ? 1 : events };
        offset += bytes.byteLength;
      }
      beforeMs = atMs;
    }
  }
}
