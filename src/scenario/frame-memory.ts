import type { Event } from '../api/events.ts';
import { buildBlock, type Frame } from './frame.ts';
import { EventMoment } from './program/moment.ts';
import { type FramedEvent, Program } from './program/program.ts';
import type { Step } from './schema.ts';

/** Words and the texts of scripts repeat, so they are kept; longer ones, and more than a limit, are not. */
const limits = {
  text_delta: { events: 20_000, characters: 200 },
  thinking_delta: { events: 20_000, characters: 200 },
  text: { events: 64, characters: 65_536 },
  thinking: { events: 64, characters: 65_536 },
} as const;

/** Frames with more JSON than this are large: a copy for each of their readers would fill the memory. */
export const LARGE_CHARACTERS = 65_536;
const LARGE_FRAMES_BYTES = 64 * 1024 * 1024;

const KEPT_PROGRAMS = 500;
const KEPT_PROGRAM_BYTES = 64 * 1024 * 1024;
/** What a step costs beside its texts. */
const STEP_BYTES = 300;
/** What a frame costs beside its bytes. */
const FRAME_BYTES = 400;

/** Events whose only keys are type and content, in this order. */
export type PlainEvent = Extract<Event, { type: keyof typeof limits }>;

/** What turns of one server share, since to make it anew costs more than all else on its way. All of it is limited. */
export class FrameMemory {
  readonly #plain: Readonly<Record<PlainEvent['type'], Map<string, EventMoment>>> = {
    text_delta: new Map(),
    thinking_delta: new Map(),
    text: new Map(),
    thinking: new Map(),
  };
  readonly #large = new Map<string, Frame>();
  #largeBytes = 0;
  /** By their steps, the one that was used last at the end. */
  readonly #programs = new Map<readonly Step[], Kept>();
  #programBytes = 0;

  /** An event by its type and content. */
  plain(type: PlainEvent['type'], content: string): EventMoment {
    const moments = this.#plain[type];
    const known = moments.get(content);
    if (known) return known;
    const moment = new EventMoment({ type, content });
    const limit = limits[type];
    if (content.length > limit.characters) return moment;
    if (moments.size >= limit.events) moments.clear();
    moments.set(content, moment);
    return moment;
  }

  /** A large frame by its text, so that all its readers share one. */
  large(text: string, encode: () => Frame): Frame {
    const known = this.#large.get(text);
    if (known) return known;
    const frame = encode();
    const sizeBytes = frame.bytes.byteLength;
    if (this.#largeBytes + sizeBytes > LARGE_FRAMES_BYTES) {
      this.#large.clear();
      this.#largeBytes = 0;
    }
    if (sizeBytes > LARGE_FRAMES_BYTES) return frame;
    this.#large.set(text, frame);
    this.#largeBytes += sizeBytes;
    return frame;
  }

  /** The program of steps that answer again and again. It is made with the first turn; its frames from the second on. */
  program(steps: readonly Step[], toText: (event: Event) => string): Program {
    const known = this.#programs.get(steps);
    if (!known?.program.isOf(steps)) return this.#keep(steps);
    known.program.warm({ toText, frame: (parts, keptBytes) => this.#frame(known, { parts, keptBytes }) });
    this.#programs.delete(steps);
    this.#programs.set(steps, known);
    return known.program;
  }

  #keep(steps: readonly Step[]): Program {
    this.#forget(steps);
    const program = new Program(steps);
    // About what the steps take, which may be given for one turn only.
    const sizeBytes = STEP_BYTES * steps.length + 2 * JSON.stringify(steps).length;
    this.#programs.set(steps, { steps, program, sizeBytes });
    this.#programBytes += sizeBytes;
    this.#makeRoom();
    return program;
  }

  #frame(
    kept: Kept,
    { parts, keptBytes }: { readonly parts: readonly FramedEvent[]; readonly keptBytes: number },
  ): void {
    const small = parts.filter(({ text }) => text.length <= LARGE_CHARACTERS);
    const block = buildBlock(small.map(({ moment: { event }, text }) => ({ event, text })));
    for (const [index, { moment }] of small.entries()) moment.frame = block.frames[index] ?? null;
    const sizeBytes = block.bytes.byteLength + parts.length * FRAME_BYTES + keptBytes;
    kept.sizeBytes += sizeBytes;
    // A turn may still play one that had to make room.
    if (this.#programs.get(kept.steps) !== kept) return;
    this.#programBytes += sizeBytes;
    this.#makeRoom();
  }

  #makeRoom(): void {
    for (const steps of this.#programs.keys()) {
      if (this.#programs.size <= KEPT_PROGRAMS && this.#programBytes <= KEPT_PROGRAM_BYTES) return;
      this.#forget(steps);
    }
  }

  #forget(steps: readonly Step[]): void {
    this.#programBytes -= this.#programs.get(steps)?.sizeBytes ?? 0;
    this.#programs.delete(steps);
  }
}

interface Kept {
  readonly steps: readonly Step[];
  readonly program: Program;
  /** What it takes, frames included. */
  sizeBytes: number;
}
