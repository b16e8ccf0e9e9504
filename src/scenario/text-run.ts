import type { Event } from '../api/events.ts';
import { type Framing, frameText } from '../runtime/sse.ts';
import { BATCH_BYTES, FrameRun } from './frame.ts';
import { tokenEnd } from './tokens.ts';
import type { Write } from './wire.ts';

type DeltaType = 'text_delta' | 'thinking_delta';

const encoder = new TextEncoder();
const LINE_END = '\r\n';
const DELETE = 0x7f;

/** A text that is streamed once, so that nothing of it is kept, and how its deltas are framed. */
export interface ToldText {
  readonly content: string;
  readonly type: DeltaType;
  readonly newline: Framing['newline'];
}

/**
 * Deltas of a text that is streamed once, made together without an object for each. What was written is not
 * kept either; to see it later, it is made again.
 */
export class TextRun extends FrameRun {
  readonly length: number;
  readonly sizeBytes: number;
  readonly chunkedBytes: number;
  readonly wholeEvents = [];
  /** Where the next delta begins. */
  readonly end: number;
  readonly #told: ToldText;
  readonly #start: number;
  #chunks: Uint8Array | null;

  /** Deltas from here on until they fill a write; `before` is called before each. */
  constructor(told: ToldText, { start, before }: { readonly start: number; readonly before: () => void }) {
    super();
    const { content } = told;
    const [head, tail] = aroundDeltas(told);
    const bareBytes = head.length + tail.length;
    const end = tail + LINE_END;
    /** What comes before a delta, by the size of its frame. */
    const starts: string[] = [];
    let text = '';
    let [length, sizeBytes, at] = [0, 0, start];
    for (; at < content.length && sizeBytes < BATCH_BYTES; length++) {
      before();
      const to = tokenEnd(content, at);
      const piece = escapeJson(content.slice(at, to));
      const bytes = bareBytes + byteLength(piece);
      let begin = starts[bytes];
      if (begin === undefined) {
        begin = bytes.toString(16) + LINE_END + head;
        starts[bytes] = begin;
      }
      text += begin + piece + end;
      sizeBytes += bytes;
      at = to;
    }
    this.#told = told;
    this.#start = start;
    this.#chunks = encoder.encode(text);
    this.end = at;
    this.length = length;
    this.sizeBytes = sizeBytes;
    this.chunkedBytes = this.#chunks.byteLength;
  }

  takeChunks(): Uint8Array {
    const chunks = this.#chunks ?? new TextRun(this.#told, { start: this.#start, before: () => {} }).takeChunks();
    this.#chunks = null;
    return chunks;
  }

  get frames(): readonly Pick<Write, 'bytes'>[] {
    const [head, tail] = aroundDeltas(this.#told);
    return this.#pieces().map((piece) => ({ bytes: encoder.encode(head + escapeJson(piece) + tail) }));
  }

  get body(): Uint8Array {
    const [head, tail] = aroundDeltas(this.#told);
    return encoder.encode(this.#pieces().reduce((text, piece) => text + head + escapeJson(piece) + tail, ''));
  }

  get events(): readonly Event[] {
    const { type } = this.#told;
    return this.#pieces().map((content) => ({ type, content }));
  }

  #pieces(): string[] {
    const { content } = this.#told;
    const pieces: string[] = [];
    for (let at = this.#start; at < this.end; ) {
      const end = tokenEnd(content, at);
      pieces.push(content.slice(at, end));
      at = end;
    }
    return pieces;
  }
}

/** The bytes of a frame before and after the content of a delta. */
function aroundDeltas({ type, newline }: ToldText): readonly [head: string, tail: string] {
  const bare = frameText('delta', `{"type":"${type}","content":""}`, { newline, id: null });
  const at = bare.indexOf('""') + 1;
  return [bare.slice(0, at), bare.slice(at)];
}

/** As JSON.stringify, without its quotes, and without its call for a word that has nothing to escape. */
function escapeJson(piece: string): string {
  for (let index = 0; index < piece.length; index++) {
    const unit = piece.charCodeAt(index);
    if (unit < 0x20 || unit === 0x22 || unit === 0x5c || (unit >= 0xd800 && unit <= 0xdfff))
      return JSON.stringify(piece).slice(1, -1);
  }
  return piece;
}

/** In UTF-8. No surrogate is alone: JSON.stringify has escaped those. */
function byteLength(json: string): number {
  let bytes = json.length;
  for (let index = 0; index < json.length; index++) {
    const unit = json.charCodeAt(index);
    if (unit <= DELETE) continue;
    // A pair of surrogates is four bytes, so each of them two.
    bytes += unit < 0x800 || (unit >= 0xd800 && unit <= 0xdfff) ? 1 : 2;
  }
  return bytes;
}
