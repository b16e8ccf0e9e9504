import { splitTokens } from '../tokens.ts';
import { EventMoment, type Moment } from './moment.ts';
import type { Cursor, Op } from './op.ts';
import type { Player } from './player.ts';

interface Text {
  readonly type: 'text' | 'thinking';
  readonly content: string;
  readonly deltas: readonly string[] | undefined;
}

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

  warm(events: EventMoment[]): void {
    if (this.isTemplate) return;
    const { content } = this.text;
    const { whole, delta } = typesOf(this.text);
    const deltas = piecesOf(this.text).map((piece) => new EventMoment({ type: delta, content: piece }));
    this.moments = [...deltas, new EventMoment({ type: whole, content })];
    for (const moment of this.moments) events.push(moment);
  }
}

class TextCursor implements Cursor {
  readonly #types: Types;
  /** Null: the moments are made. */
  readonly #pieces: readonly string[] | null;
  readonly #moments: readonly EventMoment[] | null;
  readonly #content: string;
  readonly #count: number;
  readonly #nextGapMs: () => number;
  #at = 0;
  #inBurst = 0;
  #hasWaited = false;

  constructor(op: TextOp, player: Player) {
    const { input } = player;
    const { text, index, moments } = op;
    const content = op.isTemplate ? input.fill(text.content, input.random.fork('step', index, 'fill')) : text.content;
    this.#types = typesOf(text);
    this.#content = content;
    this.#moments = moments;
    this.#pieces = moments ? null : piecesOf({ ...text, content });
    this.#count = (this.#pieces ?? moments ?? []).length - (moments ? 1 : 0);
    this.#nextGapMs = player.gaps(index);
  }

  next(player: Player): Moment | null {
    const at = this.#at;
    if (at < this.#count) {
      if (!this.#hasWaited && this.#inBurst === 0) {
        this.#hasWaited = true;
        return player.waitGap(this.#nextGapMs());
      }
      this.#hasWaited = false;
      this.#inBurst = (this.#inBurst + 1) % player.pace.burst;
      player.writtenTokens += 1;
    } else if (at > this.#count) return null;
    this.#at = at + 1;
    const known = this.#moments?.[at];
    if (known) return known;
    const { whole, delta } = this.#types;
    const piece = this.#pieces?.[at];
    return piece === undefined ? player.plain(whole, this.#content) : player.plain(delta, piece);
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

function piecesOf({ content, deltas }: Text): readonly string[] {
  return deltas ?? splitTokens(content);
}
