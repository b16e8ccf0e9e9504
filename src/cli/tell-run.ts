import type { RunEvent, RunTrace } from '../contract/index.ts';
import type { ReportFormat } from '../reporters/index.ts';
import { createChannel } from '../runtime/channel.ts';
import type { Io } from './io.ts';
import { writeText } from './write-text.ts';

interface Output {
  readonly format: ReportFormat;
  /** `-` means stdout. */
  readonly file: string;
}

/** Where the events of a run are written. */
export interface Telling {
  readonly outputs: readonly Output[];
  readonly io: Io;
  readonly toolVersion: string;
}

/** Passes the run's events to every reporter and shows progress; resolves with the report and trace. */
export async function tellRun(
  events: AsyncIterable<RunEvent>,
  { outputs, io, toolVersion }: Telling,
): Promise<RunTrace> {
  const { reporters } = await io.load.reporters();
  const annotates = Boolean(io.env['GITHUB_ACTIONS']);
  const told = outputs.map(({ format, file }) => {
    const mailbox = createChannel<RunEvent>();
    const isStdout = file === '-';
    const paint: Io['paint'] = isStdout ? io.paint : (_, text) => text;
    const written = writeAll(reporters[format](mailbox, { toolVersion, paint, annotates }), {
      write: isStdout ? (text) => io.stdout.write(text) : null,
    });
    return { mailbox, file, written };
  });
  const { traceRun } = await io.load.contract();
  let done = 0;
  let flows = 0;
  const onEvent = (event: RunEvent) => {
    if (event.type === 'started') flows = event.flows.length;
    if (event.type === 'flow') {
      done += 1;
      io.progress(`${done} of ${flows} flows, ${event.flow}`);
    }
    if (event.type === 'finished') io.progress('');
    for (const { mailbox } of told) mailbox.push(event);
  };
  const tracing = traceRun(events, onEvent).finally(() => {
    for (const { mailbox } of told) mailbox.end();
  });
  const trace = await tracing;
  for (const { file, written } of told) {
    const text = await written;
    if (file !== '-') writeText(file, text, '--report');
  }
  return trace;
}

async function writeAll(
  pieces: AsyncIterable<string>,
  { write }: { readonly write: ((text: string) => void) | null },
): Promise<string> {
  const kept: string[] = [];
  for await (const piece of pieces) {
    if (write) write(piece);
    else kept.push(piece);
  }
  return kept.join('');
}
