import type { Event } from '../api/events.ts';
import type { Random } from '../runtime/random.ts';
import type { Wire } from './schema.ts';
import type { WireActions } from './wire.ts';

type Split = NonNullable<Wire['split']>;

/**
 * Decides which bytes make one write. Every piece is whole before it leaves, and a gap keeps it apart from the next:
 * so a boundary may fall inside a character, inside a line end, or between two of them.
 */
export function* split(
  actions: WireActions,
  kind: Split,
  { random, time }: { readonly random: Random; readonly time: number },
): WireActions {
  const pieces = new Pieces(toSizes(kind, random, time));
  let isFirst = true;
  for (let next = actions.next(); !next.done; ) {
    const action = next.value;
    if (action.kind === 'bytes') pieces.add(action.bytes, action.events);
    const ready = action.kind === 'end' ? pieces.rest() : action.kind === 'bytes' ? pieces.whole() : [];
    for (const piece of ready) {
      if (!isFirst) yield { kind: 'gap' };
      isFirst = false;
      yield { kind: 'bytes', ...piece };
    }
    next = actions.next(action.kind === 'bytes' ? undefined : yield action);
  }
}

/** The unit of piece sizes: bytes, the turn's own writes, or events with the comments between them. */
type Sizes = { readonly bytes: Iterator<number> } | 'writes' | { readonly events: number };

function toSizes(kind: Split, random: Random, time: number): Sizes {
  if (kind === 'event') return 'writes';
  if (kind === 'walk') return { bytes: between([time]) };
  if ('join_events' in kind) return { events: kind.join_events };
  if ('bytes' in kind) return { bytes: forever(() => kind.bytes) };
  if ('at' in kind) return { bytes: between(kind.at.toSorted((a, b) => a - b)) };
  const sizes = random.fork('split');
  const { max } = kind.random;
  return { bytes: forever(() => sizes.integer(1, max)) };
}

function* forever(size: () => number): Generator<number> {
  for (;;) yield size();
}

/** Sizes of the pieces between these offsets, then one piece for the rest. */
function* between(offsets: readonly number[]): Generator<number> {
  let before = 0;
  for (const offset of offsets) {
    if (offset > before) yield offset - before;
    before = offset;
  }
  for (;;) yield Infinity;
}

interface Piece {
  readonly bytes: Uint8Array;
  readonly events: readonly Event[];
}

/** Collects bytes until a piece is complete. */
class Pieces {
  readonly #sizes: Sizes;
  #parts: Piece[] = [];
  #sizeBytes = 0;
  #events = 0;
  #wantedBytes: number;

  constructor(sizes: Sizes) {
    this.#sizes = sizes;
    this.#wantedBytes = this.#next();
  }

  add(bytes: Uint8Array, events: readonly Event[]): void {
    if (bytes.byteLength === 0) return;
    this.#parts.push({ bytes, events });
    this.#sizeBytes += bytes.byteLength;
    this.#events += events.length;
  }

  /** The pieces that are complete now. */
  *whole(): Generator<Piece> {
    if (this.#sizes === 'writes' || 'events' in this.#sizes) {
      const isWhole = this.#sizes === 'writes' || this.#events >= this.#sizes.events;
      if (isWhole && this.#sizeBytes > 0) yield this.#take(this.#sizeBytes);
      return;
    }
    while (this.#sizeBytes >= this.#wantedBytes) {
      const piece = this.#take(this.#wantedBytes);
      this.#wantedBytes = this.#next();
      yield piece;
    }
  }

  /** All remaining pieces, complete or not. */
  *rest(): Generator<Piece> {
    yield* this.whole();
    if (this.#sizeBytes > 0) yield this.#take(this.#sizeBytes);
  }

  #next(): number {
    const sizes = this.#sizes;
    return typeof sizes === 'object' && 'bytes' in sizes ? (sizes.bytes.next().value ?? Infinity) : Infinity;
  }

  #take(sizeBytes: number): Piece {
    const bytes = new Uint8Array(sizeBytes);
    const events: Event[] = [];
    let filled = 0;
    while (filled < sizeBytes) {
      const part = this.#parts[0];
      if (!part) break;
      const room = sizeBytes - filled;
      bytes.set(part.bytes.subarray(0, room), filled);
      if (part.bytes.byteLength > room) {
        this.#parts[0] = { bytes: part.bytes.subarray(room), events: part.events };
        filled = sizeBytes;
      } else {
        filled += part.bytes.byteLength;
        events.push(...part.events);
        this.#parts.shift();
      }
    }
    this.#sizeBytes -= sizeBytes;
    this.#events -= events.length;
    return { bytes, events };
  }
}
