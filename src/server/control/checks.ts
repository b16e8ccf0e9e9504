import { z } from 'zod';
import { ChatMockError } from '../../runtime/errors.ts';
import { type Fault, parseOrFault } from '../../runtime/parse-issue.ts';
import { checkAnswer } from '../../scenario/check-answer.ts';
import { judgeSteps } from '../../scenario/check-steps.ts';
import { Scenario } from '../../scenario/schema.ts';
import type { Checks } from '../engine.ts';
import type { WaitOptions } from '../wait-until.ts';
import { bodies, judgeBody, placeOf } from './bodies.ts';

const { count, timeout_ms: timeoutMs } = bodies.wait.shape;
/** A signal may be of any realm, so it is not looked at. */
const Patience = z
  .strictObject({ count, timeoutMs, signal: z.unknown() } satisfies Record<keyof WaitOptions, z.ZodType>)
  .partial();

/** What a program hands over is judged as what comes over HTTP, or in a file; only templates are not tried. */
export const programChecks: Checks = {
  argument: (name, value) => refuse(`read what ${name} was given`, judgeBody(name, value)),
  patience: (options) => refuse('wait', parseOrFault(Patience, options).faults),
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
  const { data, faults } = parseOrFault(Scenario, value);
  return data ? checkAnswer(value) : faults;
}

/** Throws with all that is wrong, if anything is. */
export function refuse(what: string, faults: readonly Fault[]): void {
  if (faults.length === 0) return;
  const told = faults.map((fault) => `${placeOf(fault)}: ${fault.message}`);
  throw new ChatMockError('bad_argument', `Failed to ${what}: ${told.join('; ')}`);
}
