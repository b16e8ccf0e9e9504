import { type ChildProcess, spawn } from 'node:child_process';

export interface Finished {
  /** Exit code, or the signal that ended it. */
  readonly ended: number | NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: Record<string, string>;
  /** The program is ready: this was the first to come on stdout. */
  readonly onReady?: (child: ChildProcess, text: string) => void;
}

/** Runs a program with Node to its end, its output in pipes. */
export function runProcess(
  file: string,
  args: readonly string[],
  { cwd, env, onReady }: RunOptions = {},
): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const { PATH } = process.env;
    const child = spawn(process.execPath, [file, ...args], {
      cwd,
      env: { PATH, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (bytes) => {
      if (stdout === '') onReady?.(child, String(bytes));
      stdout += bytes;
    });
    child.stderr.on('data', (bytes) => {
      stderr += bytes;
    });
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ ended: code ?? signal, stdout, stderr }));
  });
}
