import { type Issue, type ParseResult, readDocument } from '../runtime/document.ts';
import { type CompilePattern, checkPatternText } from '../runtime/pattern.ts';
import { checkAnswer } from './check-answer.ts';
import { checkWhen } from './check-pattern.ts';
import { checkRawSteps } from './check-steps.ts';
import { Scenario } from './schema.ts';
import type { CreateFill } from './template.ts';

/** Reads a scenario file; its name must equal the file's. With `createFill`, its templates are
 * tried out, with `compilePattern` its pattern. */
export function parseScenario({
  createFill,
  compilePattern = checkPatternText,
  ...source
}: {
  readonly file: string;
  readonly text: string;
  readonly createFill?: CreateFill | undefined;
  readonly compilePattern?: CompilePattern | undefined;
}): ParseResult<Scenario> {
  const name = scenarioNameOf(source.file);
  return readDocument({
    ...source,
    schema: Scenario,
    precheck: checkRawSteps,
    check: (scenario) => [
      ...checkName(scenario, name),
      ...checkWhen(scenario, compilePattern),
      ...checkAnswer(scenario, createFill),
    ],
  });
}

/** The name that a scenario in this file must have. */
export function scenarioNameOf(file: string): string {
  return file.replace(/^.*[\\/]/, '').replace(/\.(?:ya?ml|json)$/i, '');
}

function checkName({ scenario }: Scenario, name: string): Issue[] {
  if (scenario === name) return [];
  return [{ path: ['scenario'], message: `the name must equal the file's: "${name}", not "${scenario}"` }];
}
