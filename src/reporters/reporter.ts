import type { Report, RunEvent } from '../contract/verdict/report.ts';

/** What a reporter needs besides the run's events. */
export interface ReporterOptions {
  readonly toolVersion: string;
  /** Styles text for a terminal; returns it unchanged elsewhere. */
  readonly paint: (style: 'red' | 'green' | 'yellow' | 'dim' | 'bold' | 'cyan', text: string) => string;
  /** Whether the log is read by GitHub Actions, which shows annotations. */
  readonly annotates: boolean;
  /** Characters of a line of the terminal; Infinity where nothing is cut. */
  readonly width: number;
  /** Whether every place of every finding is shown. */
  readonly isVerbose: boolean;
  /** A file of the repository that annotations may point to, relative to its root. */
  readonly anchorFile: string;
}

/** Converts the run's events to text, piece by piece. It never prints, exits or sees the runner. */
export type Reporter = (events: AsyncIterable<RunEvent>, options: ReporterOptions) => AsyncIterable<string>;

/** A reporter that needs only the final report, which it renders piece by piece. */
export function fromReport(render: (report: Report, options: ReporterOptions) => Iterable<string>): Reporter {
  return async function* (events, options) {
    for await (const event of events) if (event.type === 'finished') yield* render(event.report, options);
  };
}
