import type { RunEvent, RunTrace } from '../contract/index.ts';
import { type ReportFormat, reporters } from '../reporters/index.ts';
import { createChannel } from '../runtime/channel.ts';
import { wallTimer } from '../runtime/timer.ts';
import type { Io } from './io.ts';
import { openText, type TextSink } from './write-text.ts';

/** A report to write. */
export interface Output {
  readonly format: ReportFormat;
  /** `-` is stdout. */
  readonly file: string;
}

/** A report whose file is open. */
export interface OpenOutput extends Output {
  readonly sink: TextSink;
}

/** Opens the file of each report. Throws `output` for the first that cannot be written, and closes the others. */
export async function openOutputs(outputs: readonly Output[], io: Io): Promise<readonly OpenOutput[]> {
  const opened: OpenOutput[] = [];
  try {
    for (const output of outputs)
      opened.push({ ...output, sink: output.file === '-' ? toStdout(io) : await openText(output.file, '--report') });
  } catch (error) {
    for (const { sink } of opened) await sink.close();
    throw error;
  }
  return opened;
}

function toStdout({ stdout }: Io): TextSink {
  return { write: async (text) => stdout.write(text), close: async () => {} };
}

/** Where the events of a run are written. */
export interface Telling {
  readonly outputs: readonly OpenOutput[];
  readonly io: Io;
  readonly toolVersion: string;
  readonly isVerbose: boolean;
  /** A file of the user's repository, for reports that must name one. */
  readonly anchorFile: string;
}

/**
 * Passes the run's events to every reporter and shows progress; resolves with the report and trace. A run waits for
 * slow files. Where a report cannot be written the others still are, and then it throws `output`.
 */
export async function tellRun(events: AsyncIterable<RunEvent>, { outputs, io, ...told }: Telling): Promise<RunTrace> {
  const annotates = Boolean(io.env['GITHUB_ACTIONS']);
  const loaded = await Promise.all(
    outputs.map(async (output) => ({ ...output, report: await reporters[output.format]() })),
  );
  const writing = loaded.map(({ report, file, sink }) => {
    const mailbox = createChannel<RunEvent>();
    const paint: Io['paint'] = file === '-' ? io.paint : (_, text) => text;
    const width = file === '-' ? io.columns : Infinity;
    const pieces = report(mailbox, { ...told, paint, annotates, width });
    return { mailbox, failure: writeAll(pieces, sink) };
  });
  const { traceRun } = await io.load.contract();
  const line = startProgress(io);
  const onEvent = async (event: RunEvent) => {
    line.follow(event);
    await Promise.all(writing.map(({ mailbox }) => mailbox.push(event)));
  };
  const trace = await traceRun(events, onEvent).finally(() => {
    line.end();
    // Also if the run failed: every report gets the events so far, and no file stays open.
    for (const { mailbox } of writing) mailbox.end();
    return Promise.all(writing.map(({ failure }) => failure));
  });
  for (const { failure } of writing) {
    const failed = await failure;
    if (failed) throw failed.error;
  }
  return trace;
}

/** Shows the running flows in one line of the terminal until the run is over. */
function startProgress(io: Io): { follow(event: RunEvent): void; end(): void } {
  const startMs = wallTimer.now();
  const atWork = new Set<string>();
  let [done, flows, requests] = [0, 0, 0];
  const line = () => {
    const seconds = Math.floor((wallTimer.now() - startMs) / 1000);
    return `${done} of ${flows} flows · ${requests} requests · ${seconds} s · ${[...atWork].join(', ')}`;
  };
  return {
    follow: (event) => {
      switch (event.type) {
        case 'started':
          flows = event.flows.length;
          break;
        case 'exchange':
          requests += 1;
          atWork.add(event.exchange.flow);
          break;
        case 'flow':
          done += 1;
          atWork.delete(event.flow);
          break;
        case 'finished':
          return io.progress(null);
        default:
          return;
      }
      io.progress(line);
    },
    end: () => io.progress(null),
  };
}

/** Writes a report to its end; resolves with the error or null. The first failure ends this report only. */
async function writeAll(pieces: AsyncIterable<string>, sink: TextSink): Promise<{ readonly error: unknown } | null> {
  try {
    for await (const piece of pieces) await sink.write(piece);
    await sink.close();
    return null;
  } catch (error) {
    await sink.close().catch(() => {}); // The first failure says why.
    return { error };
  }
}
