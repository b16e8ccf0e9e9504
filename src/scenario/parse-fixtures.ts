import { z } from 'zod';
import { type Fault, type Reading, readDocument } from '../runtime/document.ts';
import { FIXED_START_MICROS, parseMicros } from '../runtime/timestamp.ts';
import { checkSteps, judgeSteps } from './check-steps.ts';
import { IndexFixture, SessionFixture } from './fixture-schema.ts';
import { hasTemplates } from './template.ts';

interface Source {
  readonly file: string;
  readonly text: string;
}

/** Reads a session that exists at start. */
export function parseSessionFixture(source: Source): Reading<SessionFixture> {
  return readDocument({ ...source, schema: SessionFixture, judge: judgeSteps, check: checkSession });
}

/** Reads `indexes.yaml`: a list. */
export function parseIndexFixtures(source: Source): Reading<IndexFixture[]> {
  return readDocument({ ...source, schema: z.array(IndexFixture) });
}

function checkSession({ last_updated_at, turns = [] }: SessionFixture): readonly Fault[] {
  const steps = turns.flatMap(({ steps = [] }, index) => checkSteps(steps, { path: ['turns', index, 'steps'] }));
  for (const [index, turn] of turns.entries()) {
    if (hasTemplates(turn))
      steps.push({ path: ['turns', index], message: 'a session has no {{…}} templates; write the text that was said' });
  }
  if (parseMicros(last_updated_at) < FIXED_START_MICROS) return steps;
  return [
    ...steps,
    { path: ['last_updated_at'], message: 'must be before 2026-04-22T12:34:41.342245, where time in data starts' },
  ];
}
