import type { Issue } from '../runtime/parse-issue.ts';
import { type CompilePattern, type Pattern, PatternError } from '../runtime/pattern.ts';
import type { Scenario } from './schema.ts';

/** Returns the problems of the pattern in a scenario's `when`. */
export function checkWhen({ when }: Scenario, compilePattern: CompilePattern): Issue[] {
  const { prompt } = when ?? {};
  if (typeof prompt !== 'object' || !('regex' in prompt)) return [];
  return checkPattern(prompt, { path: ['when', 'prompt'], compilePattern });
}

/** Returns the problems of a pattern at `path`. */
export function checkPattern(
  pattern: Pattern,
  { path, compilePattern }: { readonly path: readonly PropertyKey[]; readonly compilePattern: CompilePattern },
): Issue[] {
  try {
    compilePattern(pattern);
    return [];
  } catch (error) {
    if (!(error instanceof PatternError)) throw error;
    return [{ path: [...path, error.part], message: error.message }];
  }
}
