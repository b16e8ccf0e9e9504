import type { Choices } from '../api/choices.ts';
import { Listing, type PageOptions, type SessionPage } from './listing.ts';
import type { Position, Session } from './session.ts';
import type { Storage } from './storage.ts';

type Order = Choices['list_order'];

/** The listing over all projects; no project has this id. */
const EVERY_PROJECT = '*';
/**
 * A client may ask for any project, so the number of listings needs a limit. One beyond it is made anew when asked for.
 */
const KEPT_LISTINGS = 100;

/** Sessions of one world: the shared ones, and over them what this world has written and deleted. */
export class SessionStore {
  #shared: ReadonlyMap<string, Session>;
  /** Null: deleted in this world. */
  readonly #own = new Map<string, Session | null>();
  readonly #order: Order;
  readonly #storage: Storage;
  /** Listings that a client asked for, by project; each write moves its session in them. */
  readonly #listings = new Map<string, Listing>();
  #state: object = {};
  /** Number of the newest write. */
  #write = 0;
  /** Number of the newest write that a listing has shown. */
  #shown = Number.NEGATIVE_INFINITY;

  constructor(
    shared: ReadonlyMap<string, Session>,
    { order, storage }: { readonly order: Order; readonly storage: Storage },
  ) {
    this.#shared = shared;
    this.#order = order;
    this.#storage = storage;
  }

  get writes(): number {
    return this.#write;
  }

  /** A new object after each change, so that a comparison shows whether anything changed. */
  get state(): object {
    return this.#state;
  }

  get size(): number {
    return this.#all().length;
  }

  get(id: string): Session | undefined {
    const own = this.#own.get(id);
    return own === undefined ? this.#shared.get(id) : (own ?? undefined);
  }

  /** Returns the position in lists of a write at this moment. */
  nextPosition(micros: number): Position {
    this.#write += 1;
    return { micros, write: this.#write };
  }

  /** Adds a session with an id that no session here has. Throws LimitError if there is no room for one more. */
  add(session: Session): void {
    this.#storage.refuseSession();
    this.#storage.addSession(textsOf(session));
    this.#state = {};
    this.#own.set(session.id, session);
    this.#list(session);
  }

  /** Replaces a session without moving it in lists; returns it. */
  put(session: Session): Session {
    this.#state = {};
    const before = this.get(session.id);
    const own = this.#own.get(session.id);
    if (own) this.#storage.removeSession(textsOf(own));
    this.#storage.addSession(textsOf(session));
    this.#own.set(session.id, session);
    if (before) this.#unlist(before);
    this.#list(session);
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
    this.#state = {};
    const own = this.#own.get(session.id);
    if (own) {
      this.#storage.removeSession(textsOf(own));
      for (const size of own.history.sizes) this.#storage.removeTurn(size);
    }
    // Only what shows through from below has to be covered: else all that ever was would be kept.
    if (this.#shared.has(session.id)) this.#own.set(session.id, null);
    else this.#own.delete(session.id);
    this.#unlist(session);
  }

  /** Starts from other sessions: those that nobody here has written change, come and go; the rest stays. */
  share(shared: ReadonlyMap<string, Session>): void {
    this.#shared = shared;
    this.#state = {};
    this.#listings.clear();
  }

  /** A page of the project's sessions; null lists those of every project. */
  page(project: string | null, options: PageOptions): SessionPage {
    this.#shown = Math.max(this.#shown, options.asOf);
    return this.#listing(project).page(options);
  }

  #all(): Session[] {
    const untouched = [...this.#shared.values()].filter(({ id }) => !this.#own.has(id));
    return [...untouched, ...[...this.#own.values()].filter((session) => session !== null)];
  }

  #listing(project: string | null): Listing {
    const key = project ?? EVERY_PROJECT;
    const known = this.#listings.get(key);
    if (known) return known;
    const sessions = project === null ? this.#all() : this.#all().filter((session) => session.project === project);
    const listing = new Listing(sessions, this.#order);
    const [oldest] = this.#listings.keys();
    if (oldest !== undefined && this.#listings.size >= KEPT_LISTINGS) this.#listings.delete(oldest);
    this.#listings.set(key, listing);
    return listing;
  }

  #list(session: Session): void {
    this.#listings.get(session.project)?.add(session);
    this.#listings.get(EVERY_PROJECT)?.add(session);
  }

  #unlist(session: Session): void {
    this.#listings.get(session.project)?.delete(session);
    this.#listings.get(EVERY_PROJECT)?.delete(session);
  }
}

/** The texts that a session holds by itself. */
function textsOf({ id, title, indexIds }: Session): readonly string[] {
  return [id, title ?? '', ...(indexIds ?? [])];
}
