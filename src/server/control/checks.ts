import { ChatMockError } from '../../runtime/errors.ts';
import { type Fault, toFaults } from '../../runtime/parse-issue.ts';
import { checkAnswer } from '../../scenario/check-answer.ts';
import { judgeSteps } from '../../scenario/check-steps.ts';
import { Scenario } from '../../scenario/schema.ts';
import type { Checks } from '../engine.ts';
import { judgeBody, placeOf } from './bodies.ts';

/** What a program hands over is judged as what comes over HTTP, or in a file; only templates are not tried. */
export const programChecks: Checks = {
  argument: (name, value) => refuse(`read what ${name} was given`, judgeBody(name, value)),
  scenarios: (scenarios) => {
    for (const scenario of scenarios) refuse(`load scenario "${scenario.scenario}"`, judgeScenario(scenario));
    const names = scenarios.map(({ scenario }) => scenario);
    const twice = names.find((name, index) => names.indexOf(name) !== index);
    if (twice !== undefined)
      throw new ChatMockError(
        'bad_argument',
        `Failed to load scenarios: two are named "${twice}". Rename one of them.`,
      );
  },
};

function judgeScenario(value: Scenario): Fault[] {
  const judged = judgeSteps(value);
  if (judged.length > 0) return judged;
  const { error } = Scenario.safeParse(value, { reportInput: true });
  return error ? error.issues.flatMap((issue) => toFaults(issue, { schema: Scenario, value })) : checkAnswer(value);
}

/** Throws with all that is wrong, if anything is. */
export function refuse(what: string, faults: readonly Fault[]): void {
  if (faults.length === 0) return;
  const told = faults.map((fault) => `${placeOf(fault)}: ${fault.message}`);
  throw new ChatMockError('bad_argument', `Failed to ${what}: ${told.join('; ')}`);
}
