import { z } from 'zod';
import { ChatMockError } from '../runtime/errors.ts';
import { checkDepth } from '../runtime/nesting.ts';
import { type Issue, parseValue } from '../runtime/parse-issue.ts';
import { findTwins } from '../runtime/twins.ts';
import { checkAnswer } from '../scenario/check-answer.ts';
import { checkWhen } from '../scenario/check-pattern.ts';
import { checkRawSteps } from '../scenario/check-steps.ts';
import { Scenario } from '../scenario/schema.ts';
import { type BodyName, bodies } from '../server/control/bodies.ts';
import { checkBody, describeIssues } from '../server/control/parse-body.ts';
import type { WaitOptions } from '../server/wait-until.ts';
import { compilePattern } from './compile-pattern.ts';

const { count, timeout_ms: timeoutMs } = bodies.wait.shape;
/** A signal may be of any realm, so it is not looked at. */
const Patience = z
  .strictObject({ count, timeoutMs, signal: z.unknown() } satisfies Record<keyof WaitOptions, z.ZodType>)
  .partial();

/** Throws `bad_argument` for an argument that the control API would refuse as a body. */
export function checkArgument(name: BodyName, value: unknown): void {
  refuse(`read what ${name} was given`, checkBody(name, { value, compilePattern }));
}

/** Throws `bad_argument` for options of a wait that mean nothing. */
export function checkPatience(options: unknown): void {
  refuse('wait', parseValue(Patience, options).issues);
}

/** Throws `bad_argument` for a scenario that a file could not hold, and for two of one name. Templates are not tried. */
export function checkScenarios(scenarios: readonly Scenario[]): void {
  for (const scenario of scenarios) refuse(`load scenario "${scenario.scenario}"`, checkScenario(scenario));
  const names = scenarios.map(({ scenario }) => scenario);
  const [twin] = findTwins(names);
  if (twin === undefined) return;
  const reason = `two are named "${names[twin]}". Rename one of them.`;
  throw new ChatMockError('bad_argument', `Failed to load scenarios: ${reason}`);
}

function checkScenario(value: Scenario): readonly Issue[] {
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
