import type { Reporter } from './reporter.ts';

/** Writes each event of the run as one JSON line when it happens. */
export const ndjson: Reporter = async function* (events) {
  for await (const event of events) yield `${JSON.stringify(event)}\n`;
};
