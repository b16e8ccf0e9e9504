import type { Choices } from '../api/choices.ts';
import type { Event } from '../api/events.ts';
import { FrameRun, isDelta } from '../scenario/frame.ts';
import type { Write } from '../scenario/wire.ts';
import type { TurnSize } from './storage.ts';

/**
 * The events of a session, turn after turn. Each turn adds to it and few clients read it, so it is a chain that is
 * put together when somebody looks: a write costs the same after the first turn and after the thousandth.
 */
export class History {
  static readonly empty = new History(null, () => []);
  readonly #before: History | null;
  /** What the newest turn adds; a function while it runs. */
  #newest: readonly Event[] | (() => readonly Event[]);
  /** What the newest turn holds, once it is over; null for one that every world starts with. */
  #size: TurnSize | null = null;

  /** `newest` is asked again whenever somebody looks, since a turn grows while it runs. */
  constructor(before: History | null, newest: () => readonly Event[]) {
    this.#before = before;
    this.#newest = newest;
  }

  /** The newest turn is over: what it adds is asked for once more, and kept in a list of that length. */
  close(): void {
    this.#newest = [...this.#added];
  }

  /** Whether these turns are all among its own. */
  includes(other: History): boolean {
    for (let link: History | null = this; link; link = link.#before) if (link === other) return true;
    return false;
  }

  /** Notes what the newest turn holds. */
  weigh(size: TurnSize): void {
    this.#size = size;
  }

  /** Whether it is noted what the newest turn holds. */
  get isWeighed(): boolean {
    return this.#size !== null;
  }

  /** What its finished turns hold, one by one. */
  get sizes(): readonly TurnSize[] {
    const sizes: TurnSize[] = [];
    for (let link: History | null = this; link; link = link.#before) if (link.#size) sizes.push(link.#size);
    return sizes;
  }

  /** Removes the newest turn. */
  forget(): void {
    this.#newest = [];
  }

  get events(): readonly Event[] {
    const turns: (readonly Event[])[] = [];
    for (let link: History | null = this; link; link = link.#before) turns.push(link.#added);
    return turns.reverse().flat();
  }

  get #added(): readonly Event[] {
    return typeof this.#newest === 'function' ? this.#newest() : this.#newest;
  }
}

/**
 * What history holds of a turn: the prompt, then its complete events. Deltas repeat those, so they stay only
 * where the turn broke (or as the choice says). A fold over what was sent, whatever the turn's fate.
 */
export function turnHistory(
  prompt: string,
  sent: readonly (Pick<Write, 'events'> | FrameRun)[],
  { broke, deltas }: { readonly broke: boolean; readonly deltas: Choices['deltas_in_history'] },
): readonly Event[] {
  const keep = deltas === 'always' || (deltas === 'when_broken' && broke);
  const events: Event[] = [{ type: 'user_input', content: prompt }];
  const add = (event: Event) => {
    if (event.type !== 'user_input' && (keep || !isDelta(event))) events.push(event);
  };
  for (const piece of sent) {
    const one = piece instanceof FrameRun && !keep ? piece.wholeEvents : piece.events;
    for (const event of one) add(event);
  }
  return events;
}
