import { createRequire } from 'node:module';
import type { RE2JS } from 're2js';
import { type CompilePattern, createPatternCompiler } from '../runtime/pattern.ts';

const require = createRequire(import.meta.url);

/**
 * Compiles a pattern of a user. Programs hand over patterns in calls that wait for nothing, so the engine, which takes
 * 20 ms to load, is not imported but required, by the first of them.
 */
export const compilePattern: CompilePattern = createPatternCompiler(
  () => (require('re2js') as { readonly RE2JS: typeof RE2JS }).RE2JS,
);
