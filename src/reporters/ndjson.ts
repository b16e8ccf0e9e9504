import type { Reporter } from './reporter.ts';

/** Every event of the run, one JSON object a line, as it happens. */
export const ndjson: Reporter = async function* (events) {
  for await (const event of events) yield `${JSON.stringify(event)}\n`;
};
