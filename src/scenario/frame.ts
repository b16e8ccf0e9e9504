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
}

/** The write of one event's frame. Frames of a block that follow each other can leave as one write. */
export class Frame implements Write {
  readonly kind = 'bytes';
  readonly bytes: Uint8Array;
  readonly events: readonly Event[];
  readonly block: FrameBlock | null;
  /** Which of its block it is. */
  readonly index: number;

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
  for (const [index, { byteLength }] of encoded.entries())
    starts.push((starts[index] ?? 0) + (heads[index]?.byteLength ?? 0) + byteLength + LINE_END.length);
  const bytes = new Uint8Array(starts.at(-1) ?? 0);
  const frames: Frame[] = [];
  const block: FrameBlock = { frames, bytes, starts };
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
