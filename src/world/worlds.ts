import { LimitError } from '../runtime/limits.ts';
import type { QueuedAnswer } from './answer-queue.ts';
import { World, type WorldOptions } from './world.ts';

/** Of answers that were lost with their worlds, the newest are remembered. */
const MAX_LOST = 1000;

type Seed = WorldOptions['seed'];

/** Every world by name. Created on first use; beyond the cap the least recently used idle one is dropped. */
export class Worlds {
  #options: WorldOptions;
  readonly #named = new Map<string, World>();
  #default: World;
  /** The named world that was used last. */
  #newest: World | null = null;
  #lost: { readonly world: string; readonly answer: QueuedAnswer }[] = [];

  constructor(options: WorldOptions) {
    this.#options = options;
    this.#default = new World(null, options);
  }

  /**
   * The world of this name; null is the default one. `seed` is that of a world that begins now. Throws ChatMockError
   * `worlds_full` if every other one is busy.
   */
  get(name: string | null, seed?: Seed): World {
    if (name === null) return this.#default;
    const known = this.#named.get(name);
    if (known) {
      if (this.#newest === known) return known;
      this.#newest = known;
      this.#named.delete(name); // Set again below: a Map remembers the order, so the first key is the least recently used.
      this.#named.set(name, known);
      return known;
    }
    if (this.#isFull) this.#makeRoom();
    const world = new World(name, this.#seeded(seed));
    this.#named.set(name, world);
    this.#newest = world;
    return world;
  }

  /** The world of this name, if there is one; it is not used by that. */
  find(name: string | null): World | null {
    return name === null ? this.#default : (this.#named.get(name) ?? null);
  }

  /** Whether this world is there, and none was used after it. */
  isNewest(name: string | null): boolean {
    return name === null || (this.#newest !== null && this.#newest === this.#named.get(name));
  }

  /** The world that has to go before one of this name can begin; null: none has to, or none can. */
  findVictim(name: string | null): string | null {
    if (name === null || this.#named.has(name) || !this.#isFull) return null;
    for (const [idle, world] of this.#named) if (!world.isBusy) return idle;
    return null;
  }

  /** Drops a world to make room for another. What was queued in it is remembered. */
  drop(name: string): void {
    const world = this.#named.get(name);
    if (!world) return;
    this.#named.delete(name);
    if (this.#newest === world) this.#newest = null;
    const lost = end(world).map((answer) => ({ world: name, answer }));
    if (lost.length > 0) this.#lost = [...this.#lost, ...lost].slice(-MAX_LOST);
  }

  /** Creates a world that no later request can reach, for the answer that there is no room for another world. */
  outside(name: string | null): World {
    return new World(name, this.#options);
  }

  /** The answers that were queued in dropped worlds of this name. */
  lost(name: string | null): readonly QueuedAnswer[] {
    return this.#lost.filter(({ world }) => world === name).map(({ answer }) => answer);
  }

  /**
   * Forgets one world and ends what runs in it; with a seed, it begins anew with that. Returns what was queued in it and
   * never used.
   */
  reset(name: string | null, seed?: Seed): readonly QueuedAnswer[] {
    const lost = this.lost(name);
    this.#lost = this.#lost.filter(({ world }) => world !== name);
    const world = name === null ? this.#default : this.#named.get(name);
    if (this.#newest === world) this.#newest = null;
    if (name === null) this.#default = new World(null, this.#seeded(seed));
    else this.#named.delete(name);
    if (name !== null && seed !== undefined) this.get(name, seed);
    return world ? [...lost, ...end(world)] : lost;
  }

  /** The same for every world. */
  resetAll(): readonly QueuedAnswer[] {
    const lost = this.#lost.splice(0).map(({ answer }) => answer);
    const worlds = this.all();
    this.#named.clear();
    this.#newest = null;
    this.#default = new World(null, this.#options);
    return [...lost, ...worlds.flatMap(end)];
  }

  /** Replaces the initial sessions of all worlds, present and future. Keeps what a world has written itself. */
  share(shared: WorldOptions['shared']): void {
    this.#options = { ...this.#options, shared };
    for (const world of this.all()) world.sessions.share(shared);
  }

  /**
   * Makes room where the journals of all worlds hold more than they may: those of the least recently used worlds are
   * emptied, and the default world's last.
   */
  trimRecords(): void {
    const { recorded } = this.#options;
    if (!recorded.isFull) return;
    for (const world of [...this.#named.values(), this.#default]) {
      world.journal.forget();
      if (recorded.used <= recorded.max / 2) return;
    }
  }

  all(): readonly World[] {
    return [this.#default, ...this.#named.values()];
  }

  #seeded(seed: Seed | undefined): WorldOptions {
    return seed === undefined ? this.#options : { ...this.#options, seed };
  }

  get #isFull(): boolean {
    return this.#named.size >= this.#options.limits.maxWorlds;
  }

  #makeRoom(): void {
    const { makesRoom = true } = this.#options;
    for (const [name, world] of makesRoom ? this.#named : []) {
      if (world.isBusy) continue;
      this.drop(name);
      return;
    }
    throw new LimitError('maxWorlds', {
      act: 'make a world',
      reason: `there are ${this.#options.limits.maxWorlds}, and in every one somebody waits: for the end of a stream, for an answer that is late, or for an event`,
      advice: 'End some, POST /__mock/reset with {"all":true}',
    });
  }
}

/** Ends all that runs in a world that is forgotten; returns what was queued in it and never used. */
function end(world: World): readonly QueuedAnswer[] {
  const unused = world.queue.clear();
  world.stop();
  return unused;
}
