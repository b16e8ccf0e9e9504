#!/usr/bin/env node
import * as builtIn from '../node/built-in.ts';
import * as mock from '../node/mock.ts';
import { createProcessIo } from './process-io.ts';
import { describeFailure, runProgram } from './program.ts';

// `process` is the global one here: importing `node:process` makes all it has, stdin too, at each start.
const io = createProcessIo({
  // Not lazy: nearly every run is `serve`, and each extra file costs milliseconds.
  mock: async () => mock,
  builtIn: async () => builtIn,
  files: () => import('../node/files.ts'),
  newScenario: () => import('../node/new-scenario.ts'),
  play: () => import('../node/play.ts'),
  watch: () => import('../node/watch.ts'),
  openapi: () => import('../openapi/index.ts'),
  openapiDiff: () => import('../openapi/diff/index.ts'),
  certificate: () => import('../node/certificate.ts'),
  record: () => import('../record/index.ts'),
  selfTest: () => import('../self-test/run.ts'),
  contract: () => import('../contract/index.ts'),
  lineDiff: () => import('./line-diff.ts'),
  childProcess: () => import('./child-process.ts'),
  telemetry: () => import('./telemetry/start.ts'),
  openUrl: () => import('./open-url.ts'),
  log: () => import('../log/index.ts'),
  document: () => import('../runtime/document.ts'),
});

// Errors that no `await` receives, such as one in a timer of the engine.
process.on('uncaughtException', (error) => {
  const { text, exitCode } = describeFailure(error);
  io.stderr.write(text);
  process.exit(exitCode);
});

void runProgram(io).then((exitCode) => {
  process.exitCode = exitCode;
});
