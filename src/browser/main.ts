import type { loadScenarios as load } from '../node/files.ts';
import { onlyInNode } from './browser-platform.ts';

export { defineConfig } from '../node/define-config.ts';
export { parseScenarios } from '../scenario/parse-scenarios.ts';
export * from './index.ts';

/** Reads files, which a page has not: give their texts to `parseScenarios`, as with `import.meta.glob`. */
export const loadScenarios: typeof load = async () => {
  throw onlyInNode('load scenarios from a directory');
};
