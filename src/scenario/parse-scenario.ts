import { type Issue, type ParseResult, readDocument } from '../runtime/document.ts';
import { checkAnswer } from './check-answer.ts';
import { checkRawSteps } from './check-steps.ts';
import { Scenario, type When } from './schema.ts';
import type { CreateFill } from './template.ts';

/** Reads a scenario file; its name must equal the file's. With `createFill`, its templates are tried out. */
export function parseScenario({
  createFill,
  ...source
}: {
  readonly file: string;
  readonly text: string;
  readonly createFill?: CreateFill | undefined;
}): ParseResult<Scenario> {
  const name = source.file.replace(/^.*[\\/]/, '').replace(/\.(?:ya?ml|json)$/i, '');
  return readDocument({
    ...source,
    schema: Scenario,
    precheck: checkRawSteps,
    check: (scenario) => [
      ...checkName(scenario, name),
      ...checkRegex(scenario.when?.prompt),
      ...checkAnswer(scenario, createFill),
    ],
  });
}

function checkName({ scenario }: Scenario, name: string): Issue[] {
  if (scenario === name) return [];
  return [{ path: ['scenario'], message: `the name must equal the file's: "${name}", not "${scenario}"` }];
}

function checkRegex(prompt: When['prompt']): Issue[] {
  if (typeof prompt !== 'object' || !('regex' in prompt)) return [];
  const path = ['when', 'prompt'];
  const { regex, flags = '' } = prompt;
  if (regexError('', flags) !== null)
    return [
      { path: [...path, 'flags'], message: `"${flags}" is not a set of regex flags. Allowed: d, g, i, m, s, u, v, y.` },
    ];
  const error = regexError(regex, flags);
  return error === null ? [] : [{ path: [...path, 'regex'], message: `the regex does not compile: ${error}` }];
}

function regexError(regex: string, flags: string): string | null {
  try {
    new RegExp(regex, flags);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
