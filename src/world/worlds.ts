import { World, type WorldOptions } from './world.ts';

const MAX_WORLDS = 10_000;

/** Every world by name. Created on first use; beyond the cap the least recently used idle one is dropped. */
export class Worlds {
  #options: WorldOptions;
  readonly #named = new Map<string, World>();
  #default: World;

  constructor(options: WorldOptions) {
    this.#options = options;
    this.#default = new World(null, options);
  }

  /** The world of this name; null is the default one. */
  get(name: string | null): World {
    if (name === null) return this.#default;
    const known = this.#named.get(name);
    if (known) {
      this.#named.delete(name); // Set again below: a Map remembers the order, so the first key is the least recently used.
      this.#named.set(name, known);
      return known;
    }
    this.#makeRoom();
    const world = new World(name, this.#options);
    this.#named.set(name, world);
    return world;
  }

  /** Forgets one world; returns it, so that its running turns can be ended. */
  reset(name: string | null): World | null {
    if (name === null) {
      const world = this.#default;
      this.#default = new World(null, this.#options);
      return world;
    }
    const world = this.#named.get(name) ?? null;
    this.#named.delete(name);
    return world;
  }

  resetAll(): readonly World[] {
    const worlds = this.all();
    this.#named.clear();
    this.#default = new World(null, this.#options);
    return worlds;
  }

  /** Every world, and those to come, start from other sessions; what a world has written itself stays. */
  share(shared: WorldOptions['shared']): void {
    this.#options = { ...this.#options, shared };
    for (const world of this.all()) world.sessions.share(shared);
  }

  all(): readonly World[] {
    return [this.#default, ...this.#named.values()];
  }

  #makeRoom(): void {
    if (this.#named.size < MAX_WORLDS) return;
    for (const [name, world] of this.#named) {
      if (world.running.size > 0) continue;
      this.#named.delete(name);
      return;
    }
  }
}
