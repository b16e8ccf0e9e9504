import { type ChildProcess, spawn } from 'node:child_process';
import { constants } from 'node:os';
import { ChatMockError } from '../runtime/errors.ts';
import { escapeUnsafe } from '../runtime/escape.ts';
import { shorten } from '../runtime/shorten.ts';

/** How long a program has from the request to stop until it is killed. */
const KILL_AFTER_MS = 5000;

/** A program that was started and goes on. */
export interface Started {
  /** Settles with its exit code; as in a shell, 128 and the number of the signal that ended it. */
  readonly ended: Promise<number>;
  /** Stops it and its own child processes; resolves when all have exited. */
  stop(): Promise<void>;
}

/** How a program is started. */
export interface StartOptions {
  /** Added to the environment. */
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Runs a program in the foreground, with this terminal, until its end; settles with its exit code. Throws ChatMockError
 * `usage` if there is no such program.
 */
export async function runChild([program = '', ...args]: readonly string[], { env }: StartOptions): Promise<number> {
  const isWindows = process.platform === 'win32'; // There, npm is a script that only a shell runs.
  const child = spawn(program, args, { env: { ...process.env, ...env }, stdio: 'inherit', shell: isWindows });
  // The terminal sends Ctrl-C to both; this one waits for the other. What was sent to this one alone is passed on.
  const wait = () => {};
  const pass = (signal: NodeJS.Signals) => void child.kill(signal);
  process.on('SIGINT', wait).on('SIGTERM', pass).on('SIGHUP', pass);
  try {
    return await untilEnded(child, program);
  } finally {
    process.off('SIGINT', wait).off('SIGTERM', pass).off('SIGHUP', pass);
  }
}

/** Starts a command line of a shell, whose output goes to stderr. */
export function startChild(line: string, { env }: StartOptions): Started {
  // A group of its own, so that all that the shell starts can be stopped.
  const child = spawn(line, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 2, 2],
    shell: true,
    detached: process.platform !== 'win32',
  });
  const ended = untilEnded(child, line);
  ended.catch(() => {}); // The caller may never await it; an unhandled rejection would end the process.
  return {
    ended,
    stop: async () => {
      signalAll(child, 'SIGTERM');
      const timer = setTimeout(() => signalAll(child, 'SIGKILL'), KILL_AFTER_MS);
      await ended.catch(() => {});
      clearTimeout(timer);
    },
  };
}

function signalAll(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined || process.platform === 'win32') {
    child.kill(signal);
    return;
  }
  try {
    process.kill(-child.pid, signal);
  } catch {
    // The group is gone already.
  }
}

function untilEnded(child: ChildProcess, program: string): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('error', (error: NodeJS.ErrnoException) => {
      const reason = error.code === 'ENOENT' ? 'there is no such program' : error.message;
      const name = escapeUnsafe(shorten(program));
      reject(new ChatMockError('usage', `Failed to run "${name}": ${reason}. Correct the command.`, { cause: error }));
    });
    child.once('exit', (code, signal) => resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)));
  });
}
