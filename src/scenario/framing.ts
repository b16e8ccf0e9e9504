import type { Choices } from '../api/choices.ts';
import type { Event } from '../api/events.ts';
import { commentText, type Framing, frameText, retryText } from '../runtime/sse.ts';
import { Frame, isDelta } from './frame.ts';
import { type FrameMemory, LARGE_CHARACTERS } from './frame-memory.ts';
import type { EventMoment, HugeMoment } from './program/moment.ts';
import type { Wire } from './schema.ts';
import { newlines } from './usual-newline.ts';
import type { Write } from './wire.ts';

const encoder = new TextEncoder();

/** The text of an event's frame. */
export function textOf(event: Event, framing: Framing, json = JSON.stringify(event)): string {
  return frameText(eventName(event), json, framing);
}

/** Makes the frames of one turn. In the usual framing each event keeps its frame for the next turn, unless it is large. */
export class Framer {
  readonly #newline: Framing['newline'];
  readonly #memory: FrameMemory | null;
  /** Whether frames look as those do that are kept. */
  readonly isUsual: boolean;
  /** How many frames had an id; null: they have none. */
  #ids: number | null;

  constructor(wire: Wire, { choices, frames }: { readonly choices: Choices; readonly frames: FrameMemory | null }) {
    const { newline = choices.sse_newline, ids = choices.sse_ids } = wire;
    this.#newline = newlines[newline];
    this.#memory = frames;
    this.#ids = ids ? 0 : null;
    this.isUsual = newline === choices.sse_newline && !ids;
  }

  frame(moment: EventMoment): Frame {
    if (moment.frame !== null && this.isUsual) return moment.frame;
    const frame = this.#encode(moment.event, moment.json);
    if (this.isUsual && frame.bytes.byteLength <= LARGE_CHARACTERS) moment.frame = frame;
    return frame;
  }

  huge(moment: HugeMoment): Frame {
    return this.#encode(this.#hugeText(moment.sizeBytes), null);
  }

  comment(text: string): Write {
    return { kind: 'bytes', bytes: encoder.encode(commentText(text, this.#newline)), events: [] };
  }

  retry(ms: number): Write {
    return { kind: 'bytes', bytes: encoder.encode(retryText(ms, this.#newline)), events: [] };
  }

  #encode(event: Event, json: string | null): Frame {
    if (this.#ids !== null) this.#ids += 1;
    const text = textOf(event, { newline: this.#newline, id: this.#ids }, json ?? undefined);
    const encode = () => new Frame(encoder.encode(text), event);
    return this.#memory && text.length > LARGE_CHARACTERS ? this.#memory.large(text, encode) : encode();
  }

  /** A text whose frame has exactly this many bytes, including framing. */
  #hugeText(sizeBytes: number): Event {
    const id = this.#ids === null ? null : this.#ids + 1;
    const bare = textOf({ type: 'text', content: '' }, { newline: this.#newline, id }).length;
    return { type: 'text', content: 'x'.repeat(Math.max(0, sizeBytes - bare)) };
  }
}

/** The documented event names: `delta` for incremental content, `message` for everything else. */
function eventName(event: Event): 'delta' | 'message' {
  return isDelta(event) ? 'delta' : 'message';
}
