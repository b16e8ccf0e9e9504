import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createChatMock } from '../../src/node/checked-mock.ts';
import { reportFormats } from '../../src/reporters/index.ts';
import { type Bundle, bundle } from '../cli/support/bundle.ts';
import { hostilities, startHostile } from '../support/hostile-servers.ts';

const MAX_RSS_MB = 512;
const TIMEOUT_MS = 1000;
const MAX_RUN_MS = 10_000;
/** The run's own bound, the clean-up's, and the rest of a process on a busy machine. */
const MAX_MS = MAX_RUN_MS + 10_000 + 30_000;

let program: Bundle;
const directory = mkdtempSync(join(tmpdir(), 'chat-mock-hostile-'));
beforeAll(async () => {
  program = await bundle('src/cli/main.ts');
});
afterAll(() => {
  rmSync(directory, { recursive: true });
});

/** Runs `verify` with every report on; resolves with its exit code, its highest memory (Linux tells it) and its time. */
function runWatched(url: string) {
  const own = mkdtempSync(join(directory, 'run-'));
  const reports = reportFormats.flatMap((format) => ['--report', `${format}=${join(own, `report.${format}`)}`]);
  const args = ['verify', url, '--timeout-ms', String(TIMEOUT_MS), '--max-run-ms', String(MAX_RUN_MS), ...reports];
  const startMs = performance.now();
  return new Promise<{ exit: number | null; stderr: string; rssMb: number; tookMs: number }>((resolve) => {
    const child = spawn(process.execPath, [program.file, ...args], {
      env: { PATH: process.env['PATH'], XDG_STATE_HOME: own },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let stderr = '';
    let rssMb = 0;
    child.stderr.on('data', (bytes) => {
      stderr += bytes;
    });
    const watch = setInterval(() => {
      rssMb = Math.max(rssMb, peakOf(child.pid ?? 0));
    }, 20);
    const kill = setTimeout(() => child.kill('SIGKILL'), 2 * MAX_MS);
    child.on('close', (exit) => {
      clearInterval(watch);
      clearTimeout(kill);
      resolve({ exit, stderr, rssMb, tookMs: performance.now() - startMs });
    });
  });
}

function peakOf(pid: number): number {
  try {
    return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1] ?? 0) / 1024;
  } catch {
    return 0; // It has ended, or this is not Linux.
  }
}

// Most of their time is spent waiting, so a few run side by side (`maxConcurrency` of the slow suite).
test.concurrent.each(Object.entries(hostilities))('%s', { timeout: 3 * MAX_MS }, async (name, hostility) => {
  const { fetch } = createChatMock({ speed: 'instant' });
  const server = await startHostile(fetch, hostility, 1024);
  const { exit, stderr, rssMb, tookMs } = await runWatched(server.url);
  server.close();
  process.stderr.write(`${name}: exit ${exit}, ${Math.round(rssMb)} MB, ${Math.round(tookMs / 100) / 10} s\n`);
  expect([1, 3], stderr).toContain(exit);
  expect(rssMb).toBeLessThan(MAX_RSS_MB);
  expect(tookMs).toBeLessThan(MAX_MS);
});
