import { ChatMockError, FileProblemsError, type Problem } from '../runtime/errors.ts';
import { findTwins } from '../runtime/twins.ts';
import { parseScenario, scenarioNameOf } from './parse-scenario.ts';
import type { Scenario } from './schema.ts';

/**
 * Reads scenarios from texts, by name or by file name, where there are no files to read: in a browser. Templates are not
 * tried. Throws FileProblemsError with all that is wrong with them.
 *
 * @example
 * parseScenarios(import.meta.glob('./scenarios/*.yaml', { query: '?raw', import: 'default', eager: true }));
 */
export function parseScenarios(texts: Readonly<Record<string, string>>): Scenario[] {
  // A query such as ?raw is not part of the name.
  const entries = Object.entries(texts).map(([file, text]) => [file.replace(/\?.*$/, ''), text] as const);
  const noText = entries.find(([, text]) => typeof text !== 'string')?.[0];
  if (noText !== undefined)
    throw new ChatMockError(
      'bad_argument',
      `Failed to parse scenarios: ${noText} is not a text. With import.meta.glob, ask for { query: '?raw', import: 'default', eager: true }.`,
    );
  const results = entries.map(([file, text]) => parseScenario({ file, text }));
  const problems = results.flatMap((result) => ('problems' in result ? result.problems : []));
  const scenarios = results.flatMap((result) => ('value' in result ? [result.value] : []));
  const names = entries.map(([file]) => scenarioNameOf(file));
  const twins = findTwins(names).map((index): Problem => {
    const [file = ''] = entries[index] ?? [];
    return { file, line: 1, column: 1, message: 'another text holds a scenario of this name' };
  });
  if (problems.length + twins.length > 0) throw new FileProblemsError('scenarios', [...problems, ...twins]);
  return scenarios;
}
