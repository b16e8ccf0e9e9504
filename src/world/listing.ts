import type { Choices } from '../api/choices.ts';
import type { EarlierPosition, Position, Session } from './session.ts';
import { SortedList } from './sorted-list.ts';

type Order = Choices['list_order'];

/** Which page of a listing. */
export interface PageOptions {
  /** Number of the write that the listing shows the state after. */
  readonly asOf: number;
  /** Where the page before ended; null for the first page. */
  readonly after: Position | null;
  readonly size: number;
}

/** One page of a list, with the token of the next page. */
export interface SessionPage {
  readonly sessions: readonly Session[];
  /** Where the next page begins; null after the last page. */
  readonly next: Position | null;
}

/**
 * Sessions in listing order. The newest is at the end whatever the order, since that is where nearly every write puts
 * its session; newest first is read backwards.
 */
export class Listing {
  readonly #order: Order;
  readonly #sessions: SortedList<Session, Position>;
  /** Sessions that a write has moved, by the number of that write: a page of an older state shows them elsewhere. */
  readonly #moved: SortedList<Session, number>;

  /** `sessions` in any order; those that stand at the same place are listed as they come. */
  constructor(sessions: readonly Session[], order: Order) {
    this.#order = order;
    const keyOf = (session: Session) => this.#now(session);
    const listed = sessions.toSorted((a, b) => this.#compare(keyOf(a), keyOf(b)));
    this.#sessions = new SortedList(isNewestFirst(order) ? listed.reverse() : listed, { keyOf, compare: byTime });
    const moved = sessions.filter((session) => this.#isMoved(session));
    const byWrite = { keyOf: ({ updatedAt }: Session) => updatedAt.write, compare: byNumber };
    this.#moved = new SortedList(
      moved.sort((a, b) => a.updatedAt.write - b.updatedAt.write),
      byWrite,
    );
  }

  add(session: Session): void {
    this.#sessions.add(session);
    if (this.#isMoved(session)) this.#moved.add(session);
  }

  delete(session: Session): void {
    this.#sessions.delete(session);
    if (this.#isMoved(session)) this.#moved.delete(session);
  }

  /**
   * The sessions as they stood after write number `asOf`: without those created since, and each where it stood then.
   * So a walk over pages visits each session exactly once, whatever is written meanwhile.
   */
  page({ asOf, after, size }: PageOptions): SessionPage {
    const then = (session: Session) => this.#then(session, asOf);
    const moved = [...this.#moved.forwards(asOf)]
      .filter((session) => session.createdAt.write <= asOf && (!after || this.#compare(then(session), after) > 0))
      .sort((a, b) => this.#compare(then(b), then(a))); // The next one is last.
    const page: Session[] = [];
    for (const session of this.#from(after)) {
      if (page.length > size) break;
      const position = this.#now(session);
      if (position.write > asOf) continue;
      for (let next = moved.at(-1); next && this.#compare(then(next), position) < 0; next = moved.at(-1)) {
        page.push(next);
        moved.pop();
      }
      page.push(session);
    }
    const sessions = [...page, ...moved.reverse()].slice(0, size + 1);
    const last = sessions[size - 1];
    const hasNext = sessions.length > size && last !== undefined;
    return { sessions: sessions.slice(0, size), next: hasNext ? then(last) : null };
  }

  #from(after: Position | null): Iterable<Session> {
    return isNewestFirst(this.#order) ? this.#sessions.backwards(after) : this.#sessions.forwards(after);
  }

  #compare(a: Position, b: Position): number {
    return isNewestFirst(this.#order) ? byTime(b, a) : byTime(a, b);
  }

  /** Where a session stands. */
  #now({ createdAt, updatedAt }: Session): Position {
    return this.#order.startsWith('created') ? createdAt : updatedAt;
  }

  /** Where a session stood after write number `asOf`. */
  #then(session: Session, asOf: number): Position {
    const now = this.#now(session);
    if (now.write <= asOf) return now;
    let link: EarlierPosition | null = session.earlier;
    while (link && link.at.write > asOf) link = link.before;
    return link?.at ?? session.createdAt;
  }

  #isMoved({ createdAt, updatedAt }: Session): boolean {
    return this.#order.startsWith('updated') && updatedAt.write !== createdAt.write;
  }
}

function isNewestFirst(order: Order): boolean {
  return order.endsWith('desc');
}

function byTime(a: Position, b: Position): number {
  return a.micros - b.micros || a.write - b.write;
}

function byNumber(a: number, b: number): number {
  return a - b;
}
