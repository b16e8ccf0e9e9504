import type { Choices } from '../api/choices.ts';
import type { EarlierPosition, Position, Session } from './session.ts';

type Order = Choices['list_order'];

/** The listing over all projects; no project has this id. */
const EVERY_PROJECT = '*';

/** Sessions of one world: the shared ones, and over them what this world has written and deleted. */
export class SessionStore {
  #shared: ReadonlyMap<string, Session>;
  /** Null: deleted here. */
  readonly #own = new Map<string, Session | null>();
  readonly #order: Order;
  /** Listings that somebody asked for, by project; each write moves its session in them. */
  readonly #listings = new Map<string, Session[]>();
  /** The bytes of pages as they were last sent, by what was asked for; a write forgets them. */
  readonly pages = new Map<string, Uint8Array>();
  /** Number of the newest write. */
  #write = 0;
  /** Number of the newest write that a listing has shown. */
  #shown = Number.NEGATIVE_INFINITY;

  constructor(shared: ReadonlyMap<string, Session>, order: Order) {
    this.#shared = shared;
    this.#order = order;
  }

  get writes(): number {
    return this.#write;
  }

  get size(): number {
    return this.#all().length;
  }

  get(id: string): Session | undefined {
    const own = this.#own.get(id);
    return own === undefined ? this.#shared.get(id) : (own ?? undefined);
  }

  /** Where a write that happens now stands. */
  nextPosition(micros: number): Position {
    this.#write += 1;
    return { micros, write: this.#write };
  }

  /** Writes a session where it stands; returns it. */
  put(session: Session): Session {
    this.pages.clear();
    const before = this.get(session.id);
    this.#own.set(session.id, session);
    if (before) this.#unlist(before);
    for (const listing of this.#listingsOf(session)) listing.splice(this.#indexIn(listing, session), 0, session);
    return session;
  }

  /**
   * Writes a session and moves it to where a write of now stands. Where it stood is kept only if a listing has shown
   * it there: no page can go by a moment that nobody has seen, so writing alone uses no memory.
   */
  move(session: Session, micros: number): Session {
    const { updatedAt, earlier } = session;
    return this.put({
      ...session,
      updatedAt: this.nextPosition(micros),
      earlier: updatedAt.write <= this.#shown ? { at: updatedAt, before: earlier } : earlier,
    });
  }

  delete(session: Session): void {
    this.pages.clear();
    // Only what shows through from below has to be covered: else all that ever was would be kept.
    if (this.#shared.has(session.id)) this.#own.set(session.id, null);
    else this.#own.delete(session.id);
    this.#unlist(session);
  }

  /** Starts from other sessions: those that nobody here has written change, come and go; the rest stays. */
  share(shared: ReadonlyMap<string, Session>): void {
    this.#shared = shared;
    this.pages.clear();
    this.#listings.clear();
  }

  /**
   * The project's sessions in listing order as they stood after write number `asOf`: without those created
   * since, and each where it stood then. So a walk over pages visits each exactly once, whatever is written meanwhile.
   * To be read at once: the next write changes it.
   */
  list(project: string | null, asOf: number): readonly Session[] {
    this.#shown = Math.max(this.#shown, asOf);
    const listing = this.#listing(project);
    if (asOf >= this.#write) return listing;
    const wasThere = listing.filter((session) => session.createdAt.write <= asOf);
    const stayed = wasThere.filter((session) => this.#position(session).write <= asOf);
    if (stayed.length === wasThere.length) return stayed;
    const moved = wasThere.filter((session) => this.#position(session).write > asOf);
    return [...stayed, ...moved].sort((a, b) => this.compare(this.position(a, asOf), this.position(b, asOf)));
  }

  /** Where a session stood in the listing after write number `asOf`. */
  position(session: Session, asOf: number): Position {
    const now = this.#position(session);
    if (now.write <= asOf) return now;
    let link: EarlierPosition | null = session.earlier;
    while (link && link.at.write > asOf) link = link.before;
    return link?.at ?? session.createdAt;
  }

  /** Negative if `a` is listed before `b`. */
  compare(a: Position, b: Position): number {
    const ascending = a.micros - b.micros || a.write - b.write;
    return this.#order.endsWith('asc') ? ascending : -ascending;
  }

  #position({ createdAt, updatedAt }: Session): Position {
    return this.#order.startsWith('created') ? createdAt : updatedAt;
  }

  #all(): Session[] {
    const untouched = [...this.#shared.values()].filter(({ id }) => !this.#own.has(id));
    return [...untouched, ...[...this.#own.values()].filter((session) => session !== null)];
  }

  #listing(project: string | null): Session[] {
    const key = project ?? EVERY_PROJECT;
    const known = this.#listings.get(key);
    if (known) return known;
    const sessions = project === null ? this.#all() : this.#all().filter((session) => session.project === project);
    const listing = sessions.sort((a, b) => this.compare(this.#position(a), this.#position(b)));
    // Anybody may ask for any project; only those that have sessions are kept.
    if (listing.length > 0) this.#listings.set(key, listing);
    return listing;
  }

  /** Takes a session out of the listings it stands in. */
  #unlist(session: Session): void {
    for (const listing of this.#listingsOf(session)) {
      // From there on: of fixtures that were replaced, an old one and a new one may stand at the same place.
      const index = listing.indexOf(session, this.#indexIn(listing, session));
      if (index !== -1) listing.splice(index, 1);
    }
  }

  #listingsOf({ project }: Session): readonly Session[][] {
    return [this.#listings.get(project), this.#listings.get(EVERY_PROJECT)].filter((listing) => listing !== undefined);
  }

  /** Where in a listing a session stands, or would stand. */
  #indexIn(listing: readonly Session[], session: Session): number {
    const position = this.#position(session);
    let low = 0;
    let high = listing.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const there = listing[middle];
      if (there && this.compare(this.#position(there), position) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
