import { RE2JS } from 're2js';
import { createMockChecks } from '../node/program-checks.ts';
import { createPatternCompiler } from '../runtime/pattern.ts';

/** What judges a program, with all that it needs: half of the package, so that a page loads it only if it must. */
export const loadedChecks = createMockChecks(createPatternCompiler(() => RE2JS));
