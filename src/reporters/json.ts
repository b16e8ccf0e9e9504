import { fromReport } from './reporter.ts';

/** The whole report; its shape is versioned by `schema_version`. */
export const json = fromReport((report, { toolVersion }) => {
  return `${JSON.stringify({ tool: { name: 'chat-mock', version: toolVersion }, ...report }, null, 2)}\n`;
});
