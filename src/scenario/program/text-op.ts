import { BATCH_BYTES, BlockRun, type FrameRun } from '../frame.ts';
import { TextRun } from '../text-run.ts';
import { splitTokens, tokenEnd } from '../tokens.ts';
import { usualNewline } from '../usual-newline.ts';
import type { ScriptTime } from '../wire.ts';
import { EventMoment, type Moment } from './moment.ts';
import type { Cursor, Op } from './op.ts';
import type { Player } from './player.ts';

interface Text {
  readonly type: 'text' | 'thinking';
  readonly content: string;
  readonly deltas: readonly string[] | undefined;
}

/** A longer text is made anew in each turn: to make all of it at once would keep everybody else waiting. */
const WARM_CHARACTERS = 16_384;

/** A thinking or a text: its deltas one after the other, then the whole. */
export class TextOp implements Op {
  readonly text: Text;
  readonly isTemplate: boolean;
  /** Its place among the steps, on which chance depends. */
  readonly index: number;
  /** The deltas, then the whole, once they are made for all turns. */
  moments: readonly EventMoment[] | null = null;

  constructor(text: Text, index: number) {
    this.text = text;
    this.isTemplate = text.content.includes('{{');
    this.index = index;
  }

  begin(player: Player): Moment | null {
    return player.follow(new TextCursor(this, player));
  }

  warm(): readonly EventMoment[] {
    const { content, deltas = null } = this.text;
    if (this.isTemplate || content.length > WARM_CHARACTERS) return [];
    const { whole, delta } = typesOf(this.text);
    const events = (deltas ?? splitTokens(content)).map((piece) => new EventMoment({ type: delta, content: piece }));
    this.moments = [...events, new EventMoment({ type: whole, content })];
    return this.moments;
  }
}

class TextCursor implements Cursor {
  readonly #types: Types;
  readonly #content: string;
  readonly #deltas: readonly string[] | null;
  /** Null: they are not made. */
  readonly #moments: readonly EventMoment[] | null;
  readonly #nextGapMs: () => number;
  /** Which delta is next. */
  #at = 0;
  /** Where it begins in the content. */
  #start = 0;
  #inBurst = 0;
  #hasWaited = false;
  #isOver = false;

  constructor(op: TextOp, player: Player) {
    const { input } = player;
    const { text, index, moments } = op;
    this.#types = typesOf(text);
    this.#content = op.isTemplate ? input.fill(text.content, input.random.fork('step', index, 'fill')) : text.content;
    this.#deltas = text.deltas ?? null;
    this.#moments = moments;
    this.#nextGapMs = player.gaps(index);
  }

  next(player: Player): Moment | null {
    if (this.#isOver) return null;
    if (!this.#hasDelta()) {
      this.#isOver = true;
      return this.#moments?.at(-1) ?? player.plain(this.#types.whole, this.#content);
    }
    if (!this.#hasWaited && this.#inBurst === 0) {
      this.#hasWaited = true;
      return player.waitGap(this.#nextGapMs());
    }
    this.#hasWaited = false;
    this.#inBurst = (this.#inBurst + 1) % player.pace.burst;
    player.writtenTokens += 1;
    return this.#take(player);
  }

  nextRun(player: Player, time: ScriptTime): FrameRun | null {
    const moments = this.#moments;
    if (!moments) return this.#deltas ? null : this.#tellRun(player, time);
    const first = moments[this.#at]?.frame;
    if (!first?.block || this.#isOver) return null;
    const { block, index: from } = first;
    const enoughBytes = (block.starts[from] ?? 0) + BATCH_BYTES;
    const deltas = moments.length - 1;
    let at = this.#at;
    let to = from;
    for (; at <= deltas && (block.starts[to] ?? 0) < enoughBytes; to++) {
      const frame = moments[at]?.frame;
      if (frame?.block !== block || frame.index !== to) break;
      at += 1;
      if (at > deltas) {
        this.#isOver = true;
        continue;
      }
      this.#pass(player, time);
    }
    this.#at = at;
    return new BlockRun(block, { from, to });
  }

  /** Deltas that are streamed once. */
  #tellRun(player: Player, time: ScriptTime): FrameRun | null {
    if (!this.#hasDelta()) return null;
    const told = { content: this.#content, type: this.#types.delta, newline: usualNewline(player.input.choices) };
    const run = new TextRun(told, { start: this.#start, before: () => this.#pass(player, time) });
    this.#start = run.end;
    this.#at += run.length;
    return run;
  }

  /** A delta comes, and before it the time that it waits for. */
  #pass(player: Player, time: ScriptTime): void {
    if (!this.#hasWaited && this.#inBurst === 0) {
      const gapMs = this.#nextGapMs();
      player.elapsedMs += gapMs;
      time.elapsedMs += gapMs;
    }
    this.#hasWaited = false;
    this.#inBurst = (this.#inBurst + 1) % player.pace.burst;
    player.writtenTokens += 1;
  }

  #hasDelta(): boolean {
    if (this.#moments) return this.#at < this.#moments.length - 1;
    return this.#deltas ? this.#at < this.#deltas.length : this.#start < this.#content.length;
  }

  #take(player: Player): Moment {
    const at = this.#at;
    this.#at = at + 1;
    const known = this.#moments?.[at];
    if (known) return known;
    const { delta } = this.#types;
    const piece = this.#deltas?.[at];
    if (piece !== undefined) return player.plain(delta, piece);
    const start = this.#start;
    this.#start = tokenEnd(this.#content, start);
    return player.plain(delta, this.#content.slice(start, this.#start));
  }
}

interface Types {
  readonly whole: 'text' | 'thinking';
  readonly delta: 'text_delta' | 'thinking_delta';
}

/** Constants: a string made anew for each event is looked up letter by letter wherever it is compared. */
const types = {
  text: { whole: 'text', delta: 'text_delta' },
  thinking: { whole: 'thinking', delta: 'thinking_delta' },
} as const satisfies Record<string, Types>;

function typesOf({ type }: Text): Types {
  return types[type];
}
