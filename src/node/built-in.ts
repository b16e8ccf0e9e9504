import { builtInFixtures } from '../generated/fixtures.ts';
import type { IndexFixture, SessionFixture } from '../scenario/fixture-schema.ts';
import type { Scenario } from '../scenario/schema.ts';

/**
 * The scenarios that ship with the package. Give them to a mock together with your own; yours win by name.
 *
 * @example
 * createChatMock({ scenarios: [...builtInScenarios, ...(await loadScenarios('scenarios'))] });
 */
export const builtInScenarios: readonly Scenario[] = builtInFixtures.scenarios;

const shipped: ReadonlySet<Scenario> = new Set(builtInScenarios);

/** Returns the scenarios that do not ship with the package. */
export function findOwn(scenarios: readonly Scenario[]): readonly Scenario[] {
  return scenarios.filter((scenario) => !shipped.has(scenario));
}

/** Leaves out built-in scenarios where another one has their name. */
export function preferOwn(scenarios: readonly Scenario[]): readonly Scenario[] {
  const names = new Set(findOwn(scenarios).map(({ scenario }) => scenario));
  return scenarios.filter((scenario) => !shipped.has(scenario) || !names.has(scenario.scenario));
}

/** What a mock starts from. */
interface StartingData {
  readonly scenarios?: readonly Scenario[];
  readonly sessions?: readonly SessionFixture[];
  readonly indexes?: readonly IndexFixture[];
}

/** Adds the built-in data to each given list. Own data wins by name or id. */
export function addBuiltIn({ scenarios, sessions, indexes }: StartingData): StartingData {
  return {
    ...(scenarios && { scenarios: preferOwn([...builtInScenarios, ...scenarios]) }),
    ...(sessions && {
      sessions: merge(builtInFixtures.sessions, { own: sessions, idOf: ({ session_id }) => session_id }),
    }),
    ...(indexes && { indexes: merge(builtInFixtures.indexes, { own: indexes, idOf: ({ id }) => id }) }),
  };
}

function merge<Item>(
  builtIn: readonly Item[],
  { own, idOf }: { readonly own: readonly Item[]; readonly idOf: (item: Item) => string },
): readonly Item[] {
  const taken = new Set(own.map(idOf));
  return [...builtIn.filter((item) => !taken.has(idOf(item))), ...own];
}
