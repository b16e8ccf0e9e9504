import type { Choices } from '../api/choices.ts';
import type { Event } from '../api/events.ts';
import type { Random } from '../runtime/random.ts';
import { commentText, type Framing, frameText, retryText } from '../runtime/sse.ts';
import { eventIdPrefix } from './event-ids.ts';
import { Frame, isDelta } from './frame.ts';
import { type FrameMemory, LARGE_CHARACTERS } from './frame-memory.ts';
import type { EventMoment, HugeMoment } from './program/moment.ts';
import type { Wire } from './schema.ts';
import { newlines } from './usual-newline.ts';
import type { Write } from './wire.ts';

const encoder = new TextEncoder();
/** What fills a text of a given size: `x`. */
const LETTER = 0x78;

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
  /** What the ids of the frames begin with; null: they have none. */
  readonly #idPrefix: string | null;
  /** How many frames had an id. */
  #ids = 0;

  constructor(wire: Wire, input: FramerInput) {
    const { choices, frames } = input;
    const { newline = choices.sse_newline, ids = choices.sse_ids || choices.sse_resume } = wire;
    this.#newline = newlines[newline];
    this.#memory = frames;
    this.#idPrefix = ids ? eventIdPrefix(input) : null;
    this.isUsual = newline === choices.sse_newline && !ids;
  }

  frame(moment: EventMoment): Frame {
    if (moment.frame !== null && this.isUsual) return moment.frame;
    const frame = this.#encode(moment.event, moment.json);
    if (this.isUsual && frame.bytes.byteLength <= LARGE_CHARACTERS) moment.frame = frame;
    return frame;
  }

  /** One whose text fills it up to its size, framing included. */
  huge({ sizeBytes }: HugeMoment): Frame {
    const bare = textOf({ type: 'text', content: '' }, { newline: this.#newline, id: this.#nextId() });
    const encode = () => buildFilled(bare, Math.max(0, sizeBytes - bare.length));
    return this.#memory && sizeBytes > LARGE_CHARACTERS ? this.#memory.large(`${sizeBytes} ${bare}`, encode) : encode();
  }

  comment(text: string): Write {
    return { kind: 'bytes', bytes: encoder.encode(commentText(text, this.#newline)), events: [] };
  }

  retry(ms: number): Write {
    return { kind: 'bytes', bytes: encoder.encode(retryText(ms, this.#newline)), events: [] };
  }

  #encode(event: Event, json: string | null): Frame {
    const text = textOf(event, { newline: this.#newline, id: this.#nextId() }, json ?? undefined);
    const encode = () => new Frame(encoder.encode(text), event);
    return this.#memory && text.length > LARGE_CHARACTERS ? this.#memory.large(text, encode) : encode();
  }

  #nextId(): string | null {
    if (this.#idPrefix === null) return null;
    this.#ids += 1;
    return `${this.#idPrefix}${this.#ids}`;
  }
}

/** What a turn's framing depends on. */
interface FramerInput {
  readonly choices: Choices;
  readonly frames: FrameMemory | null;
  /** The turn's, which names it in its ids. */
  readonly random: Random;
}

/** The frame of a text of so many letters, made without going through them: `bare` is that of an empty one. */
function buildFilled(bare: string, letters: number): Frame {
  const start = bare.indexOf('""') + 1;
  const bytes = new Uint8Array(bare.length + letters).fill(LETTER, start, start + letters);
  encoder.encodeInto(bare.slice(0, start), bytes);
  encoder.encodeInto(bare.slice(start), bytes.subarray(start + letters));
  return new Frame(bytes, { type: 'text', content: String.fromCharCode(LETTER).repeat(letters) });
}

/** The documented event names: `delta` for incremental content, `message` for everything else. */
function eventName(event: Event): 'delta' | 'message' {
  return isDelta(event) ? 'delta' : 'message';
}
