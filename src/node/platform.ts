import type { CompilePattern } from '../runtime/pattern.ts';
import type { ReadPageFile } from '../server/control/page-files.ts';
import type { Metric } from '../server/metrics/metric.ts';
import type { Hash } from '../world/stream-record.ts';
import type { listen } from './listen.ts';
import type { createNodeHandler } from './node-handler.ts';

/** What a mock needs of the platform it runs on. */
export interface Platform {
  readonly compilePattern: CompilePattern;
  /** A running SHA-256. */
  readonly createHash: () => Hash;
  readonly createPageFileReader: () => ReadPageFile;
  /** Metrics of the process. */
  readonly createProcessReader: () => () => readonly Metric[];
  readonly loadListen: () => Promise<typeof listen>;
  readonly loadNodeHandler: () => Promise<typeof createNodeHandler>;
}
