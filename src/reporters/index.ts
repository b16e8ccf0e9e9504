import type { Reporter } from './reporter.ts';

/** All report formats. Each is loaded when it is asked for: the names alone cost the command line nothing. */
export const reporters = {
  console: async () => (await import('./console.ts')).console,
  json: async () => (await import('./json.ts')).json,
  junit: async () => (await import('./junit.ts')).junit,
  sarif: async () => (await import('./sarif.ts')).sarif,
  ctrf: async () => (await import('./ctrf.ts')).ctrf,
  tap: async () => (await import('./tap.ts')).tap,
  markdown: async () => (await import('./markdown.ts')).markdown,
  html: async () => (await import('./html.ts')).html,
  ndjson: async () => (await import('./ndjson.ts')).ndjson,
  har: async () => (await import('./har.ts')).har,
} as const satisfies Record<string, () => Promise<Reporter>>;
/** The name of a report format. */
export type ReportFormat = keyof typeof reporters;

/** The names of all report formats. */
export const reportFormats = Object.keys(reporters) as readonly ReportFormat[]; // The keys of the table.
