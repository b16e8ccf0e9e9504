import { styleText } from 'node:util';
import { wallTimer } from '../runtime/timer.ts';
import type { Io, Loaders, Output } from './io.ts';

const FLUSH_MS = 16;
const CANNOT_WRITE = 2;
/** How often the line of progress is renewed. */
const PROGRESS_MS = 500;
/** Of a line in a log, which no terminal wraps. */
const LOG_COLUMNS = 160;
/** One Ctrl-C arrives twice under npm: from the terminal, and forwarded by npm. */
const SAME_PRESS_MS = 50;

/** The real process as an `Io`. */
export function createProcessIo(load: Loaders): Io {
  // styleText checks isTTY, NO_COLOR, FORCE_COLOR and TERM; ask once instead of for every log line.
  const isColoured = styleText('red', 'x', { stream: process.stdout }) !== 'x';
  return {
    argv: process.argv.slice(2),
    env: process.env,
    cwd: process.cwd(),
    pid: process.pid,
    versions: process.versions,
    readStdin,
    ask,
    stdout: toOutput(process.stdout, 'stdout'),
    stderr: toOutput(process.stderr, 'stderr'),
    progress: createProgress(),
    columns: process.stdout.columns ?? (Number(process.env['COLUMNS']) || LOG_COLUMNS),
    paint: (style, text) => (isColoured ? styleText(style, text, { validateStream: false }) : text),
    defer: (run) => void setTimeout(run, FLUSH_MS).unref(),
    interrupted: untilInterrupted,
    pause: (delayMs) => new Promise((resolve) => void setTimeout(resolve, delayMs).unref()),
    wait: (delayMs) => new Promise((resolve) => void setTimeout(resolve, delayMs)),
    exitAfter: (delayMs, exitCode) => void setTimeout(() => exitByForce(exitCode), delayMs).unref(),
    load,
  };
}

/** Node waits in `exit` for a thread that a silent file system holds, and would do so for ever. */
function exitByForce(exitCode: number): void {
  if (process.getActiveResourcesInfo().some((name) => name.startsWith('FSReq'))) process.kill(process.pid, 'SIGKILL');
  process.exit(exitCode);
}

async function ask(question: string): Promise<string | null> {
  if (!process.stdin.isTTY || !process.stdout.isTTY) return null;
  const { createInterface } = await import('node:readline/promises');
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return await terminal.question(question);
  } finally {
    terminal.close();
  }
}

async function readStdin(limitBytes: number): Promise<Uint8Array> {
  const parts: Buffer[] = [];
  let sizeBytes = 0;
  for await (const bytes of process.stdin as AsyncIterable<Buffer>) {
    sizeBytes += bytes.byteLength;
    if (sizeBytes > limitBytes) throw new Error(`it is larger than ${limitBytes} bytes`);
    parts.push(bytes);
  }
  return Buffer.concat(parts);
}

/**
 * A reader may close the pipe (`chat-mock | head -1`); later writes are dropped without an error. Where the text cannot
 * be written for another reason, such as a full disk, stderr says so once and the program exits with 2 at its end: what
 * it has begun, such as deleting sessions, it finishes.
 */
function toOutput(stream: NodeJS.WriteStream, name: string): Output {
  let isOpen = true;
  stream.on('error', (error: NodeJS.ErrnoException) => {
    const isFirst = isOpen;
    isOpen = false;
    if (error.code === 'EPIPE' || !isFirst) return;
    if (stream !== process.stderr)
      process.stderr.write(
        `Failed to write to ${name}: ${error.message}. Make room there, or send the output elsewhere.\n`,
      );
    process.on('exit', () => {
      process.exitCode ||= CANNOT_WRITE;
    });
  });
  return {
    write: (text) => {
      if (isOpen) stream.write(text);
    },
  };
}

/** One progress line on a terminal, overwritten in place; in a log it would be noise. */
function createProgress(): Io['progress'] {
  const { stderr, env } = process;
  if (!stderr.isTTY || env['CI']) return () => {};
  let timer: NodeJS.Timeout | undefined;
  return (line) => {
    clearInterval(timer);
    const show = () => stderr.write(`\r\u001b[K${(line?.() ?? '').slice(0, stderr.columns - 1)}`);
    show();
    if (line) timer = setInterval(show, PROGRESS_MS).unref();
  };
}

function untilInterrupted(): Promise<void> {
  return new Promise((resolve) => {
    let firstAtMs: number | undefined;
    const onSignal = () => {
      firstAtMs ??= wallTimer.now();
      if (wallTimer.now() - firstAtMs > SAME_PRESS_MS) process.exit(130);
      resolve();
    };
    process.on('SIGINT', onSignal);
    process.on('SIGTERM', onSignal);
    // A terminal that is closed sends it, and its shell may send it again: that is no impatience.
    process.on('SIGHUP', () => resolve());
  });
}
