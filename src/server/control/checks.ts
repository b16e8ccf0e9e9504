import { z } from 'zod';
import { ChatMockError } from '../../runtime/errors.ts';
import { checkDepth } from '../../runtime/nesting.ts';
import { type Issue, parseValue } from '../../runtime/parse-issue.ts';
import type { CompilePattern } from '../../runtime/pattern.ts';
import { findTwins } from '../../runtime/twins.ts';
import { checkAnswer } from '../../scenario/check-answer.ts';
import { checkWhen } from '../../scenario/check-pattern.ts';
import { checkRawSteps } from '../../scenario/check-steps.ts';
import { Scenario } from '../../scenario/schema.ts';
import type { Checks } from '../engine.ts';
import type { WaitOptions } from '../wait-until.ts';
import { bodies } from './bodies.ts';
import { checkBody, describeIssues } from './parse-body.ts';

const { count, timeout_ms: timeoutMs } = bodies.wait.shape;
/** A signal may be of any realm, so it is not looked at. */
const Patience = z
  .strictObject({ count, timeoutMs, signal: z.unknown() } satisfies Record<keyof WaitOptions, z.ZodType>)
  .partial();

/** What a program hands over is judged as what comes over HTTP, or in a file; only templates are not tried. */
export function createProgramChecks(compilePattern: CompilePattern): Checks {
  return {
    argument: (name, value) => refuse(`read what ${name} was given`, checkBody(name, { value, compilePattern })),
    patience: (options) => refuse('wait', parseValue(Patience, options).issues),
    scenarios: (scenarios) => {
      for (const scenario of scenarios)
        refuse(`load scenario "${scenario.scenario}"`, checkScenario(scenario, compilePattern));
      const names = scenarios.map(({ scenario }) => scenario);
      const [twin] = findTwins(names);
      if (twin !== undefined)
        throw new ChatMockError(
          'bad_argument',
          `Failed to load scenarios: two are named "${names[twin]}". Rename one of them.`,
        );
    },
  };
}

function checkScenario(value: Scenario, compilePattern: CompilePattern): readonly Issue[] {
  const early = checkDepth(value);
  if (early.length === 0) early.push(...checkRawSteps(value));
  if (early.length > 0) return early;
  const { data, issues } = parseValue(Scenario, value);
  return data ? [...checkWhen(value, compilePattern), ...checkAnswer(value)] : issues;
}

/** Throws with all that is wrong, if anything is. */
export function refuse(what: string, issues: readonly Issue[]): void {
  if (issues.length === 0) return;
  throw new ChatMockError('bad_argument', `Failed to ${what}: ${describeIssues(issues)}`);
}
