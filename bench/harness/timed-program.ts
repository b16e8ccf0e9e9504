import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { benchFile } from './contestants.ts';
import { runProgram } from './processes.ts';

export interface TimedRun {
  readonly wallMs: number;
  readonly cpuMs: number;
  readonly exitCode: number | null;
}

/** Runs a program to its end and measures it; `folder` holds what it reports of itself. */
export async function timeProgram(args: readonly string[], folder: string): Promise<TimedRun> {
  const file = join(folder, 'usage.json');
  const startMs = performance.now();
  const { exitCode } = await runProgram(['--import', benchFile('harness/report-usage.mjs'), ...args], {
    env: { BENCH_USAGE: file },
  });
  const wallMs = performance.now() - startMs;
  const { cpuMs } = JSON.parse(readFileSync(file, 'utf8')) as { readonly cpuMs: number };
  return { wallMs, cpuMs, exitCode };
}
