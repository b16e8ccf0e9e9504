import type { Report, RunEvent } from '../contract/verdict/report.ts';

/** What a reporter needs besides the run's events. */
export interface ReporterOptions {
  readonly toolVersion: string;
  /** Styles text for a terminal; returns it unchanged elsewhere. */
  readonly paint: (style: 'red' | 'green' | 'yellow' | 'dim' | 'bold' | 'cyan', text: string) => string;
  /** The file in the repository that annotations point to. */
  readonly annotates: boolean;
}

/** Converts the run's events to text, piece by piece. It never prints, exits or sees the runner. */
export type Reporter = (events: AsyncIterable<RunEvent>, options: ReporterOptions) => AsyncIterable<string>;

/** A reporter that needs only the final report, which it renders piece by piece. */
export function fromReport(render: (report: Report, options: ReporterOptions) => Iterable<string>): Reporter {
  return async function* (events, options) {
    for await (const event of events) if (event.type === 'finished') yield* render(event.report, options);
  };
}
