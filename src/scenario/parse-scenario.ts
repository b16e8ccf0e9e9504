import { checkSteps, judgeSteps } from './check-steps.ts';
import { type Fault, type Reading, readDocument } from './document.ts';
import { Scenario } from './schema.ts';

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
  const faults = checkSteps(steps, ['steps']);
  if (scenario !== name)
    faults.unshift({ path: ['scenario'], message: `the name must equal the file's: "${name}", not "${scenario}"` });
  const prompt = when?.prompt;
  if (typeof prompt === 'object' && 'regex' in prompt) {
    try {
      new RegExp(prompt.regex, prompt.flags);
    } catch (error) {
      faults.push({
        path: ['when', 'prompt', 'regex'],
        message: error instanceof Error ? error.message : String(error),
      });
    }
  }
  return faults;
}
