import type { Scenario } from './schema.ts';

/**
 * Returns its argument, typed as a scenario, so that an editor completes and checks it.
 *
 * @example
 * const greeting = defineScenario({ scenario: 'greeting', steps: [{ text: 'Good morning!' }] });
 * const mock = createChatMock({ scenarios: [greeting] });
 */
export function defineScenario(scenario: Scenario): Scenario {
  return scenario;
}
