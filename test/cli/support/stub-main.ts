import process from 'node:process';
import type { Loaders } from '../../../src/cli/io.ts';
import { createProcessIo } from '../../../src/cli/process-io.ts';
import { runProgram } from '../../../src/cli/program.ts';
import type { Activity } from '../../../src/world/activity.ts';

// The real program and process around an engine without a socket: it logs without end, and closes only if told so.
const mock = async () => ({
  buildMock: ({ onActivity = () => {} }: { onActivity?: (activity: Activity) => void } = {}) => ({
    scenarioNames: [],
    sessionCount: 0,
    resetAll: () => [],
    listen: async ({ port }: { port: number }) => {
      const request: Activity = {
        kind: 'request',
        ...{ id: 1, cameMs: 0, clockMs: 0, sessionId: null, stream: null },
        method: 'GET',
        path: '/',
        status: 200,
        durationMs: 0,
        world: null,
        operation: null,
        scenario: null,
        why: null,
      };
      const signals = process.env['STUB_SIGNALS']?.split(' ') ?? [];
      const timer = setInterval(() => {
        onActivity(request);
        // From within, so that it comes before the end however long the machine lets this process wait.
        const signal = signals.shift();
        if (signal !== undefined) process.kill(process.pid, signal);
      }, 1);
      const close = async () => clearInterval(timer);
      return {
        url: `http://stub:${port}`,
        port,
        socketPath: null,
        close: process.env['STUB_HANGS'] ? () => new Promise(() => {}) : close,
      };
    },
  }),
});
const io = createProcessIo({ mock } as unknown as Loaders); // The part of the project that these tests reach.

void runProgram(io).then((exitCode) => {
  process.exitCode = exitCode;
});
