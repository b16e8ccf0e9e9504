import type { ReportFormat } from './index.ts';

/** The format names, so that the command line need not load the reporters. A missing name does not compile. */
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
