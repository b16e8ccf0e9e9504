import type { Choices } from '../api/choices.ts';
import type { Position, Session } from './session.ts';

type Order = Choices['list_order'];

/** Sessions of one world. They start as the shared ones and are copied at the first write. */
export class SessionStore {
  #sessions: ReadonlyMap<string, Session>;
  #shared: ReadonlyMap<string, Session>;
  #own: Map<string, Session> | null = null;
  readonly #order: Order;
  /** The listing as of the newest write, per project; a write forgets it. */
  readonly #listings = new Map<string, readonly Session[]>();
  /** The bytes of pages as they were last sent, by what was asked for; any change forgets them. */
  readonly pages = new Map<string, Uint8Array>();
  /** Number of the newest write. */
  #write = 0;

  constructor(shared: ReadonlyMap<string, Session>, order: Order) {
    this.#sessions = shared;
    this.#shared = shared;
    this.#order = order;
  }

  get writes(): number {
    return this.#write;
  }

  get size(): number {
    return this.#sessions.size;
  }

  get(id: string): Session | undefined {
    return this.#sessions.get(id);
  }

  /** Where a write that happens now stands. */
  nextPosition(micros: number): Position {
    this.#write += 1;
    return { micros, write: this.#write };
  }

  put(session: Session): void {
    this.pages.clear();
    this.#writable().set(session.id, session);
    this.#listings.delete(session.project);
  }

  delete(session: Session): void {
    this.pages.clear();
    this.#writable().delete(session.id);
    this.#listings.delete(session.project);
  }

  /** Starts from other sessions: those that nobody here has written change, come and go; the rest stays. */
  share(shared: ReadonlyMap<string, Session>): void {
    const before = this.#shared;
    this.#shared = shared;
    this.pages.clear();
    this.#listings.clear();
    if (!this.#own) {
      this.#sessions = shared;
      return;
    }
    for (const [id, session] of before) {
      if (this.#own.get(id) === session && !shared.has(id)) this.#own.delete(id);
    }
    for (const [id, session] of shared) {
      if (this.#own.get(id) === before.get(id)) this.#own.set(id, session);
    }
  }

  /**
   * The project's sessions in listing order as they stood after write number `asOf`: without those created
   * since, and each where it stood then. So a walk over pages visits each exactly once, whatever is written meanwhile.
   */
  list(project: string | null, asOf: number): readonly Session[] {
    if (asOf >= this.#write) return this.#listing(project ?? '*', project);
    return this.#sorted(
      (session) => (project === null || session.project === project) && session.createdAt.write <= asOf,
      asOf,
    );
  }

  /** Where a session stood in the listing after write number `asOf`. */
  position(session: Session, asOf: number): Position {
    if (this.#order.startsWith('created')) return session.createdAt;
    if (session.updatedAt.write <= asOf) return session.updatedAt;
    return session.earlier.findLast(({ write }) => write <= asOf) ?? session.createdAt;
  }

  /** Negative if `a` is listed before `b`. */
  compare(a: Position, b: Position): number {
    const ascending = a.micros - b.micros || a.write - b.write;
    return this.#order.endsWith('asc') ? ascending : -ascending;
  }

  #listing(key: string, project: string | null): readonly Session[] {
    const known = this.#listings.get(key);
    if (known) return known;
    const listing = this.#sorted((session) => project === null || session.project === project, this.#write);
    // Listings over all projects would outlive writes, which only know their own project.
    if (project !== null) this.#listings.set(key, listing);
    return listing;
  }

  #sorted(wanted: (session: Session) => boolean, asOf: number): readonly Session[] {
    return [...this.#sessions.values()]
      .filter(wanted)
      .sort((a, b) => this.compare(this.position(a, asOf), this.position(b, asOf)));
  }

  #writable(): Map<string, Session> {
    if (!this.#own) {
      this.#own = new Map(this.#sessions);
      this.#sessions = this.#own;
    }
    return this.#own;
  }
}
