import { concealSecrets } from '../record/conceal.ts';
import type { Exchange } from '../record/exchange.ts';
import {
  RECORDING_VERSION,
  type RecordingHeader,
  type RecordingLine,
  toRecorded,
  writeLine,
} from '../record/recording.ts';
import { createRedactor } from '../record/redact.ts';
import type { Report } from '../verdict/report.ts';
import type { Pass } from './flow-results.ts';

/** Where a recording is written; each call holds whole lines. */
export interface RecordingSink {
  write(text: string): Promise<void>;
}

/** Writes what a run sends and receives, so that it can be judged again without the server. */
export interface Recorder {
  start(header: Omit<RecordingHeader, 'chat_mock_recording' | 'made_by'>): Promise<void>;
  exchange(exchange: Exchange): Promise<void>;
  note(text: string): Promise<void>;
  /** What was judged of a flow, once for each time it was performed. */
  flow(passes: readonly Pass[]): Promise<void>;
  end(facts: RecordedFacts): Promise<void>;
}

/** What the report says of a run that no exchange shows. */
export type RecordedFacts = Pick<Report, 'requests' | 'turns' | 'duration_ms' | 'left' | 'kept'> & {
  readonly isInterrupted: boolean;
};

/** Records nothing. */
export const noRecorder: Recorder = {
  start: async () => {},
  exchange: async () => {},
  note: async () => {},
  flow: async () => {},
  end: async () => {},
};

/** Creates a recorder of a run that began at `startMs`; the secrets are written nowhere. */
export function createRecorder(
  sink: RecordingSink,
  {
    startMs,
    secrets,
    values,
  }: {
    readonly startMs: number;
    readonly secrets: readonly string[];
    /** Values of the caller's own headers, however short. */
    readonly values: readonly string[];
  },
): Recorder {
  const redactor = createRedactor(secrets);
  const ids = new WeakMap<Exchange, number>();
  /** What came before the first line: the server is asked for its edition before the header can be written. */
  let waiting: string[] | null = [];
  let count = 0;
  const write = async (line: RecordingLine) => {
    if (waiting) waiting.push(writeLine(line));
    else await sink.write(writeLine(line));
  };
  return {
    start: async (header) => {
      const before = waiting ?? [];
      waiting = null;
      const made = { chat_mock_recording: RECORDING_VERSION, made_by: 'verify', ...redactor.value(header) } as const;
      await sink.write(writeLine(made) + before.join(''));
    },
    exchange: async (exchange) => {
      count += 1;
      ids.set(exchange, count);
      await write({ exchange: concealSecrets(toRecorded(exchange, { id: count, startMs }), { redactor, values }) });
    },
    note: (text) => write({ note: redactor.text(text) }),
    flow: async (passes) => {
      const [first] = passes;
      if (!first) return;
      await write({
        flow: {
          flow: first.record.flow.flow,
          passes: passes.map(({ record: { exchanges, stop }, plainMs }) => ({
            plain_ms: plainMs,
            stop: redactor.value(stop),
            exchanges: exchanges.flatMap((exchange) => ids.get(exchange) ?? []),
          })),
        },
      });
    },
    end: async ({ requests, turns, duration_ms, left, kept, isInterrupted }) => {
      const facts = { requests, turns, duration_ms, is_interrupted: isInterrupted };
      await write({ end: redactor.value({ ...facts, left: [...left], kept: [...kept] }) });
    },
  };
}
