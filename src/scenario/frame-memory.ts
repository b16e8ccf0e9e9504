import type { Event } from '../api/events.ts';
import type { WireAction } from './wire.ts';

/** Words and the texts of scripts repeat, so their frames are kept; longer ones, and more than a limit, are not. */
const limits = {
  text_delta: { frames: 20_000, characters: 200 },
  thinking_delta: { frames: 20_000, characters: 200 },
  text: { frames: 64, characters: 65_536 },
  thinking: { frames: 64, characters: 65_536 },
} as const;

/** Frames with more JSON than this are large: a copy for each of their readers would fill the memory. */
const LARGE_CHARACTERS = 65_536;
const LARGE_FRAMES_BYTES = 64 * 1024 * 1024;

/** Events whose only keys are type and content, in this order. */
export type PlainEvent = Extract<Event, { type: keyof typeof limits }>;
/** A write of bytes, with the events they carry. */
export type Write = Extract<WireAction, { kind: 'bytes' }>;

/**
 * The writes of plain events by kind and content: to make one anew costs more than all else on its way. And those of
 * large frames, so that all their readers share one.
 */
export class FrameMemory {
  readonly #large = new Map<string, Write>();
  #largeBytes = 0;
  readonly #writes: Readonly<Record<PlainEvent['type'], Map<string, Write>>> = {
    text_delta: new Map(),
    thinking_delta: new Map(),
    text: new Map(),
    thinking: new Map(),
  };

  write(event: PlainEvent, encode: (event: Event) => Write): Write {
    const writes = this.#writes[event.type];
    const known = writes.get(event.content);
    if (known) return known;
    const write = encode(event);
    const limit = limits[event.type];
    if (event.content.length > limit.characters) return write;
    if (writes.size >= limit.frames) writes.clear();
    writes.set(event.content, write);
    return write;
  }

  /** The write of a frame by all that decides its bytes: how it is framed, and its JSON. */
  writeFrame({ framing, json }: { readonly framing: string; readonly json: string }, encode: () => Write): Write {
    if (json.length <= LARGE_CHARACTERS) return encode();
    const key = framing + json;
    const known = this.#large.get(key);
    if (known) return known;
    const write = encode();
    const sizeBytes = write.bytes.byteLength;
    if (this.#largeBytes + sizeBytes > LARGE_FRAMES_BYTES) {
      this.#large.clear();
      this.#largeBytes = 0;
    }
    if (sizeBytes > LARGE_FRAMES_BYTES) return write;
    this.#large.set(key, write);
    this.#largeBytes += sizeBytes;
    return write;
  }
}
