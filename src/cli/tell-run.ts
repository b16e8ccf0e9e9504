import type { RunEvent, RunTrace } from '../contract/index.ts';
import { type ReportFormat, reporters } from '../reporters/index.ts';
import { createChannel } from '../runtime/channel.ts';
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
}

/**
 * Passes the run's events to every reporter and shows progress; resolves with the report and trace. A run waits for
 * slow files. Where a report cannot be written the others still are, and then it throws `output`.
 */
export async function tellRun(
  events: AsyncIterable<RunEvent>,
  { outputs, io, toolVersion }: Telling,
): Promise<RunTrace> {
  const annotates = Boolean(io.env['GITHUB_ACTIONS']);
  const loaded = await Promise.all(
    outputs.map(async (output) => ({ ...output, report: await reporters[output.format]() })),
  );
  const told = loaded.map(({ report, file, sink }) => {
    const mailbox = createChannel<RunEvent>();
    const paint: Io['paint'] = file === '-' ? io.paint : (_, text) => text;
    const pieces = report(mailbox, { toolVersion, paint, annotates });
    return { mailbox, failure: writeAll(pieces, sink) };
  });
  const { traceRun } = await io.load.contract();
  let done = 0;
  let flows = 0;
  const onEvent = async (event: RunEvent) => {
    if (event.type === 'started') flows = event.flows.length;
    if (event.type === 'flow') {
      done += 1;
      io.progress(`${done} of ${flows} flows, ${event.flow}`);
    }
    if (event.type === 'finished') io.progress('');
    await Promise.all(told.map(({ mailbox }) => mailbox.push(event)));
  };
  const trace = await traceRun(events, onEvent).finally(() => {
    io.progress('');
    // Also where the run failed: what was told so far is written, and no file stays open.
    for (const { mailbox } of told) mailbox.end();
    return Promise.all(told.map(({ failure }) => failure));
  });
  for (const { failure } of told) {
    const failed = await failure;
    if (failed) throw failed.error;
  }
  return trace;
}

/** Writes a report to its end; resolves with what went wrong, or null. The first failure ends this report only. */
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
