import type { Check, Flow } from '../contract/index.ts';
import { ChatMockError, FileProblemsError } from '../runtime/errors.ts';
import type { Io } from './io.ts';
import { readText } from './read-text.ts';

/** The flows of a directory and of those below it. Throws FileProblemsError with all problems of all files. */
export async function readFlows(
  directory: string,
  { checks, io }: { readonly checks: readonly Check[]; readonly io: Io },
): Promise<Flow[]> {
  const [{ parseFlows }, { findFiles }] = await Promise.all([io.load.contract(), io.load.files()]);
  const files = await findFiles(directory);
  if (files.length === 0)
    throw new ChatMockError(
      'no_files',
      `Failed to load flows: ${directory} holds none. Name a directory with .yaml, .yml or .json files in it, or below it.`,
    );
  const results = files.map((file) => {
    const text = readText(file, { thing: `the flows ${file}`, advice: 'Check that this user may read it.' });
    return parseFlows({ file, text }, checks);
  });
  const problems = results.flatMap((result) => ('problems' in result ? result.problems : []));
  if (problems.length > 0) throw new FileProblemsError('the flows', problems);
  return results.flatMap((result) => ('value' in result ? result.value.flows : []));
}
