import type { Report, RunEvent } from '../contract/verdict/report.ts';

/** What a reporter needs besides the run's events. */
export interface ReporterOptions {
  readonly toolVersion: string;
  /** Styles a text for a terminal; returns it as it is where there is none. */
  readonly paint: (style: 'red' | 'green' | 'yellow' | 'dim' | 'bold' | 'cyan', text: string) => string;
  /** Where in a repository the report is read; GitHub shows annotations there. */
  readonly annotates: boolean;
}

/** Turns what a run tells into a text, piece by piece. It does not print, exit, or see the runner. */
export type Reporter = (events: AsyncIterable<RunEvent>, options: ReporterOptions) => AsyncIterable<string>;

/** A reporter that needs only the end of the run. */
export function fromReport(render: (report: Report, options: ReporterOptions) => string): Reporter {
  return async function* (events, options) {
    for await (const event of events) if (event.type === 'finished') yield render(event.report, options);
  };
}
