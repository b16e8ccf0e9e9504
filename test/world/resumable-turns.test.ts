import { expect, test } from 'vitest';
import { defaultLimits } from '../../src/runtime/limits.ts';
import { Tally } from '../../src/runtime/tally.ts';
import { dryTurn } from '../../src/scenario/dry-turn.ts';
import { type ResumableTurn, ResumableTurns } from '../../src/world/resumable-turns.ts';
import { Storage } from '../../src/world/storage.ts';

function ended(sessionId: string, endedMs: number | null): ResumableTurn {
  const recipe = {
    ...{ sessionId, scenario: 'agent', script: { steps: [] }, headers: undefined, indexIds: [] },
    ...{ input: dryTurn(), isTemplate: false },
  };
  const turn = {} as ResumableTurn['turn']; // Nothing looks at it.
  return { recipe, turn, stream: 1, sentEvents: 3, outcomes: [], hasEnded: false, endedMs };
}

test('a turn is forgotten a while after its end, and its bytes are free again', () => {
  const stored = new Tally(Number.POSITIVE_INFINITY);
  const limits = { ...defaultLimits, resumeMs: 1000 };
  const turns = new ResumableTurns(limits, new Storage(limits, stored));
  turns.keep(ended('ses-1', 5000));
  turns.keep(ended('ses-2', null));
  const used = stored.used;
  expect(turns.find('ses-1', 6000)?.sentEvents).toBe(3);
  expect(turns.find('ses-1', 6001)).toBe(null);
  expect(turns.find('ses-1', 6000)).toBe(null);
  expect(turns.find('ses-2', 1_000_000)?.sentEvents).toBe(3); // It still runs.
  expect(stored.used).toBe(used / 2);
  turns.forget('ses-2');
  turns.forget('ses-2');
  expect([turns.size, turns.sizeBytes, stored.used]).toEqual([0, 0, 0]);
});
