import type { Command } from '../command.ts';
import { createCompletion } from './completion.ts';
import { importCommand } from './import.ts';
import { init } from './init.ts';
import { openapi } from './openapi.ts';
import { openapiDiff } from './openapi-diff.ts';
import { record } from './record.ts';
import { replay } from './replay.ts';
import { run } from './run.ts';
import { scenarioCheck } from './scenario-check.ts';
import { scenarioNew } from './scenario-new.ts';
import { scenarioPlay } from './scenario-play.ts';
import { selfTest } from './self-test.ts';
import { serve } from './serve.ts';
import { verify } from './verify.ts';

/** Every command; the first one is the default. */
export const commands: readonly [Command, ...Command[]] = [
  serve,
  run,
  verify,
  record,
  importCommand,
  replay,
  selfTest,
  openapi,
  openapiDiff,
  scenarioCheck,
  scenarioNew,
  scenarioPlay,
  init,
  createCompletion(() => commands),
];
