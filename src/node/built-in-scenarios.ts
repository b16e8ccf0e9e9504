import { builtInFixtures } from '../generated/fixtures.ts';
import type { Scenario } from '../scenario/schema.ts';

/** The scenarios that ship with the package. */
export const builtInScenarios: readonly Scenario[] = builtInFixtures.scenarios;

/** Scenarios of your own, and the built-in ones whose names they do not take. */
export function withBuiltInScenarios(own: readonly Scenario[]): Scenario[] {
  const names = new Set(own.map(({ scenario }) => scenario));
  return [...own, ...builtInScenarios.filter(({ scenario }) => !names.has(scenario))];
}
