import type { Scenario } from './schema.ts';

/** Gives a scenario written in code its type; returns it as it is. */
export function defineScenario(scenario: Scenario): Scenario {
  return scenario;
}
