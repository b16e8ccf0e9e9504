import type { Event } from '../api/events.ts';
import type { Write } from './wire.ts';

const encoder = new TextEncoder();
const LINE_END = '\r\n';

/** Frames in one buffer, one after the other, each with the header and the end of its HTTP/1.1 chunk around it. */
export interface FrameBlock {
  readonly frames: readonly Frame[];
  readonly bytes: Uint8Array;
  /** Where the chunk of each frame begins, and where the last one ends. */
  readonly starts: readonly number[];
  /** How many bytes the frames before each one have without their chunks, and all of them. */
  readonly sizes: readonly number[];
  /** Those of its events that are not deltas, with their places. */
  readonly whole: readonly { readonly index: number; readonly event: Event }[];
}

/** What leaves as one write at most, where nothing waits. */
export const BATCH_BYTES = 64 * 1024;

/** Several frames in a row, with their totals. */
export abstract class FrameRun {
  /** The number of frames, each of one event. */
  abstract readonly length: number;
  /** How many bytes they have without their chunks. */
  abstract readonly sizeBytes: number;
  /** How many they have with them. */
  abstract readonly chunkedBytes: number;
  /** The bytes with their chunks around them; asked for once, when they are written. */
  abstract takeChunks(): Uint8Array;
  abstract readonly frames: readonly Pick<Write, 'bytes'>[];
  /** The bytes of all frames without their chunks. */
  abstract readonly body: Uint8Array;
  abstract readonly events: readonly Event[];
  /** Those that are not deltas. */
  abstract readonly wholeEvents: readonly Event[];

  /** Both as one, if the other follows in the same buffer. */
  join(_next: FrameRun): FrameRun | null {
    return null;
  }
}

/** Frames of a block: those from `from` to before `to`. */
export class BlockRun extends FrameRun {
  readonly block: FrameBlock;
  readonly from: number;
  /** Moves on with each frame that is added, by whoever made the run. */
  to: number;

  constructor(block: FrameBlock, { from, to }: { readonly from: number; readonly to: number }) {
    super();
    this.block = block;
    this.from = from;
    this.to = to;
  }

  get length(): number {
    return this.to - this.from;
  }

  get sizeBytes(): number {
    const { sizes } = this.block;
    return (sizes[this.to] ?? 0) - (sizes[this.from] ?? 0);
  }

  get chunkedBytes(): number {
    const { starts } = this.block;
    return (starts[this.to] ?? 0) - (starts[this.from] ?? 0);
  }

  takeChunks(): Uint8Array {
    const { bytes, starts } = this.block;
    return bytes.subarray(starts[this.from], starts[this.to]);
  }

  override join(next: FrameRun): FrameRun | null {
    if (!(next instanceof BlockRun) || next.block !== this.block || next.from !== this.to) return null;
    return new BlockRun(this.block, { from: this.from, to: next.to });
  }

  get events(): readonly Event[] {
    return this.frames.flatMap(({ events }) => events);
  }

  get wholeEvents(): readonly Event[] {
    return this.block.whole.filter(({ index }) => index >= this.from && index < this.to).map(({ event }) => event);
  }

  get body(): Uint8Array {
    const body = new Uint8Array(this.sizeBytes);
    let at = 0;
    for (const { bytes } of this.frames) {
      body.set(bytes, at);
      at += bytes.byteLength;
    }
    return body;
  }

  get frames(): readonly Frame[] {
    return this.block.frames.slice(this.from, this.to);
  }
}

/** The write of one event's frame. Frames of a block that follow each other can leave as one write. */
export class Frame implements Write {
  readonly kind = 'bytes';
  readonly bytes: Uint8Array;
  readonly events: readonly Event[];
  readonly block: FrameBlock | null;
  /** Which of its block it is. */
  readonly index: number;
  /** Its bytes with its chunk, once it has left alone. */
  chunk: Uint8Array | null = null;

  constructor(
    bytes: Uint8Array,
    event: Event,
    place: { readonly block: FrameBlock; readonly index: number } | null = null,
  ) {
    this.bytes = bytes;
    this.events = [event];
    this.block = place?.block ?? null;
    this.index = place?.index ?? 0;
  }
}

/** Makes a block of frames that are known before any turn. */
export function buildBlock(parts: readonly { readonly text: string; readonly event: Event }[]): FrameBlock {
  const encoded = parts.map(({ text }) => encoder.encode(text));
  const heads = encoded.map(({ byteLength }) => encoder.encode(`${byteLength.toString(16)}${LINE_END}`));
  const starts = [0];
  const sizes = [0];
  for (const [index, { byteLength }] of encoded.entries()) {
    starts.push((starts[index] ?? 0) + (heads[index]?.byteLength ?? 0) + byteLength + LINE_END.length);
    sizes.push((sizes[index] ?? 0) + byteLength);
  }
  const bytes = new Uint8Array(starts.at(-1) ?? 0);
  const frames: Frame[] = [];
  const whole = [...parts.entries()].flatMap(([index, { event }]) => (isDelta(event) ? [] : [{ index, event }]));
  const block: FrameBlock = { frames, bytes, starts, sizes, whole };
  for (const [index, { event }] of parts.entries()) {
    const [head, body] = [heads[index] ?? new Uint8Array(0), encoded[index] ?? new Uint8Array(0)];
    const from = (starts[index] ?? 0) + head.byteLength;
    bytes.set(head, starts[index]);
    bytes.set(body, from);
    bytes.set(encoder.encode(LINE_END), from + body.byteLength);
    frames.push(new Frame(bytes.subarray(from, from + body.byteLength), event, { block, index }));
  }
  return block;
}

/** Whether an event is a part of one that comes whole after it. */
export function isDelta({ type }: Event): boolean {
  return type === 'text_delta' || type === 'thinking_delta';
}
