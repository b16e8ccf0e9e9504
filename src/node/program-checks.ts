import { z } from 'zod';
import { ChatMockError } from '../runtime/errors.ts';
import { checkDepth } from '../runtime/nesting.ts';
import { type Issue, parseValue } from '../runtime/parse-issue.ts';
import type { CompilePattern } from '../runtime/pattern.ts';
import { findTwins } from '../runtime/twins.ts';
import { checkAnswer } from '../scenario/check-answer.ts';
import { checkWhen } from '../scenario/check-pattern.ts';
import { checkRawSteps } from '../scenario/check-steps.ts';
import { Scenario } from '../scenario/schema.ts';
import { type BodyName, bodies } from '../server/control/bodies.ts';
import { checkBody, describeIssues } from '../server/control/parse-body.ts';
import type { WaitOptions } from '../server/wait-until.ts';
import { checkOptions, checkWhere, checkWorldName } from './mock-options.ts';

const { count, timeout_ms: timeoutMs } = bodies.wait.shape;
/** A signal may be of any realm, so it is not looked at. */
const Patience = z
  .strictObject({ count, timeoutMs, signal: z.unknown() } satisfies Record<keyof WaitOptions, z.ZodType>)
  .partial();

/** Judges all that a program hands to a mock; each throws ChatMockError `bad_argument` with all that is wrong. */
export interface MockChecks {
  options(what: string, given: unknown): void;
  where(given: unknown): void;
  worldName(given: unknown): void;
  /** What the control API would refuse as a body. */
  argument(name: BodyName, value: unknown): void;
  /** Options of a wait. */
  patience(options: unknown): void;
  /** Scenarios that a file could not hold, and two of one name. Templates are not tried. */
  scenarios(scenarios: readonly Scenario[]): void;
}

/** What judges programs where patterns are compiled like this. */
export function createMockChecks(compilePattern: CompilePattern): MockChecks {
  return {
    options: (what, given) => throwIssues(what, checkOptions(given)),
    where: (given) => throwIssues('listen', checkWhere(given)),
    worldName: (given) => throwIssues('find a world', checkWorldName(given)),
    argument: (name, value) => throwIssues(`read what ${name} was given`, checkBody(name, { value, compilePattern })),
    patience: (options) => throwIssues('wait', parseValue(Patience, options).issues),
    scenarios: (scenarios) => {
      for (const scenario of scenarios)
        throwIssues(`load scenario "${scenario.scenario}"`, checkScenario(scenario, compilePattern));
      const names = scenarios.map(({ scenario }) => scenario);
      const [twin] = findTwins(names);
      if (twin === undefined) return;
      const reason = `two are named "${names[twin]}". Rename one of them.`;
      throw new ChatMockError('bad_argument', `Failed to load scenarios: ${reason}`);
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
function throwIssues(what: string, issues: readonly Issue[]): void {
  if (issues.length === 0) return;
  throw new ChatMockError('bad_argument', `Failed to ${what}: ${describeIssues(issues)}`);
}
