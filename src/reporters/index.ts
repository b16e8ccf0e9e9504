import { console } from './console.ts';
import { ctrf } from './ctrf.ts';
import { har } from './har.ts';
import { html } from './html.ts';
import { json } from './json.ts';
import { junit } from './junit.ts';
import { markdown } from './markdown.ts';
import { ndjson } from './ndjson.ts';
import type { Reporter } from './reporter.ts';
import { sarif } from './sarif.ts';
import { tap } from './tap.ts';

/** All report formats. */
export const reporters = {
  console,
  json,
  junit,
  sarif,
  ctrf,
  tap,
  markdown,
  html,
  ndjson,
  har,
} as const satisfies Record<string, Reporter>;
/** The name of a report format. */
export type ReportFormat = keyof typeof reporters;
