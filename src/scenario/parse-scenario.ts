import { type Fault, type Reading, readDocument } from '../runtime/document.ts';
import { checkSteps, judgeSteps } from './check-steps.ts';
import { checkTemplates } from './parse-templates.ts';
import { Scenario, type When } from './schema.ts';

/** Reads a scenario file; its name must be the file's. */
export function parseScenario(source: { readonly file: string; readonly text: string }): Reading<Scenario> {
  const name = source.file.replace(/^.*[\\/]/, '').replace(/\.(?:ya?ml|json)$/, '');
  return readDocument({
    ...source,
    schema: Scenario,
    judge: judgeSteps,
    check: (scenario) => checkScenario(scenario, name),
  });
}

function checkScenario({ scenario, when, steps }: Scenario, name: string): Fault[] {
  const faults = [...checkSteps(steps, ['steps']), ...checkTemplates(steps, ['steps']), ...checkRegex(when?.prompt)];
  if (scenario === name) return faults;
  return [{ path: ['scenario'], message: `the name must equal the file's: "${name}", not "${scenario}"` }, ...faults];
}

function checkRegex(prompt: When['prompt']): Fault[] {
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
