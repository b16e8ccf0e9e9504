#!/usr/bin/env node
import process from 'node:process';
import { createProcessIo } from './process-io.ts';
import { describeFailure, runProgram } from './program.ts';

const io = createProcessIo({
  mock: () => import('../node/mock.ts'),
  files: () => import('../node/files.ts'),
  openapi: () => import('../openapi/document.ts'),
  document: () => import('../scenario/document.ts'),
});

// What no `await` sees, such as a failure in a timer of the engine.
process.on('uncaughtException', (error) => {
  const { text, exitCode } = describeFailure(error);
  io.stderr.write(text);
  process.exit(exitCode);
});

void runProgram(io).then((exitCode) => {
  process.exitCode = exitCode;
});
