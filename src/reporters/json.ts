import { fromReport } from './reporter.ts';
import { writeJson } from './write-json.ts';

/** The whole report as JSON; `schema_version` versions its shape. */
export const json = fromReport(function* (report, { toolVersion }) {
  yield* writeJson({ tool: { name: 'chat-mock', version: toolVersion }, ...report });
  yield '\n';
});
