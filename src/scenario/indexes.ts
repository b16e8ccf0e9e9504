import type { Random } from '../runtime/random.ts';
import { inventIndex } from './agent/index-names.ts';
import type { IndexFixture } from './fixture-schema.ts';

/** What the agent knows of an index. */
export interface SearchableIndex {
  readonly id: string;
  readonly name: string;
  readonly files: readonly string[];
  readonly reachable: boolean;
}

/** Indexes by id. One that no fixture describes exists all the same, with a name and files made up for it. */
export class IndexCatalogue {
  readonly fixtures: readonly IndexFixture[];
  readonly #byId: ReadonlyMap<string, IndexFixture>;
  readonly #random: Random;

  constructor(fixtures: readonly IndexFixture[], random: Random) {
    this.fixtures = fixtures;
    this.#byId = new Map(fixtures.toReversed().map((index) => [index.id, index])); // Of twins the first counts.
    this.#random = random.fork('indexes');
  }

  resolve(id: string): SearchableIndex {
    const fixture = this.#byId.get(id);
    if (!fixture) return inventIndex(id, this.#random.fork(id));
    const { name, files, reachable } = fixture;
    return { id, name, files, reachable };
  }

  unreachable(ids: readonly string[]): readonly string[] {
    // One that is made up can always be queried, so none is made up to learn that.
    return ids.filter((id) => this.#byId.get(id)?.reachable === false);
  }
}
