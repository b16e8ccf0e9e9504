import { compilePattern } from './compile-pattern.ts';
import { createSha256 } from './hash.ts';
import { createPageFileReader } from './page-files.ts';
import type { Platform } from './platform.ts';
import { createProcessReader } from './process-metrics.ts';

/** Node; what serves on a socket is loaded when it is first needed. */
export const nodePlatform: Platform = {
  compilePattern,
  createHash: createSha256,
  createPageFileReader,
  createProcessReader,
  loadListen: async () => (await import('./listen.ts')).listen,
  loadNodeHandler: async () => (await import('./node-handler.ts')).createNodeHandler,
};
