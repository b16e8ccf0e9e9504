import { fromReport } from './reporter.ts';

/** The whole report as JSON; `schema_version` versions its shape. */
export const json = fromReport((report, { toolVersion }) => {
  return `${JSON.stringify({ tool: { name: 'chat-mock', version: toolVersion }, ...report }, null, 2)}\n`;
});
