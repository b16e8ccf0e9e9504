import type { ReportFormat } from './index.ts';

/** The names of the formats, for a command line that must not load them all. A missing one does not compile. */
const names: Readonly<Record<ReportFormat, true>> = {
  console: true,
  json: true,
  junit: true,
  sarif: true,
  ctrf: true,
  tap: true,
  markdown: true,
  html: true,
  ndjson: true,
  har: true,
};
/** The names of all report formats. */
export const reportFormats = Object.keys(names) as readonly ReportFormat[]; // A record of just these.
