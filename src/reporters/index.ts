import { console } from './console.ts';
import { json } from './json.ts';
import { ndjson } from './ndjson.ts';
import type { Reporter } from './reporter.ts';

/** Every format a run can be told in. */
export const reporters = { console, json, ndjson } as const satisfies Record<string, Reporter>;
export type ReportFormat = keyof typeof reporters;
export type { Reporter, ReporterOptions } from './reporter.ts';
