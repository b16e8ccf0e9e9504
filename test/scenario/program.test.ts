import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRandom } from '../../src/runtime/random.ts';
import type { Script } from '../../src/scenario/agent/script.ts';
import { FrameMemory } from '../../src/scenario/frame-memory.ts';
import { anyEnds, anyScript, anySplit } from '../support/arbitrary-scenarios.ts';
import { compile } from '../support/compiled.ts';
import { runs } from '../support/runs.ts';

/** Actions as values: what is remembered may be any kind of object. */
function valuesOf(script: Script, given: Parameters<typeof compile>[1]): unknown[] {
  return compile(script, given).map((action) =>
    action.kind === 'bytes' ? [Buffer.from(action.bytes).toString('hex'), action.events] : { ...action },
  );
}

describe('a script that is told again', () => {
  test('sends the same, whatever is remembered of the turns before', () => {
    fc.assert(
      fc.property(
        anyScript,
        fc.option(anySplit, { nil: undefined }),
        fc.option(anyEnds, { nil: undefined }),
        (given, split, ends) => {
          const wire = { ...given.wire, ...(split && { split }) };
          const script: Script = { ...given, wire, ...(ends && { ends }), isKept: true };
          const frames = new FrameMemory();
          for (const turn of [1, 2, 2, 3, 1]) {
            const input = { turn, random: createRandom(turn) };
            expect(valuesOf(script, { ...input, frames })).toEqual(valuesOf(script, input));
          }
        },
      ),
      { numRuns: runs(200) },
    );
  });

  test('sends each event as JSON writes it', () => {
    fc.assert(
      fc.property(
        anyScript,
        fc.string(),
        fc.constantFrom('2026-05', '2026-09'),
        ({ wire, ...given }, error, edition) => {
          const script: Script = { ...given, steps: [...given.steps, { fail: error }] };
          for (const action of compile(script, { edition, skippedIndexIds: ['a "b"'] })) {
            if (action.kind !== 'bytes' || action.events.length === 0) continue;
            const frame = Buffer.from(action.bytes).toString();
            expect(frame.slice(frame.indexOf('data: ') + 6, -2)).toBe(JSON.stringify(action.events[0]));
          }
        },
      ),
      { numRuns: runs(200) },
    );
  });

  test('follows the list of its steps where a program changes it', () => {
    const steps = [{ text: 'one' }, { text: 'two' }];
    const script: Script = { steps, isKept: true };
    const frames = new FrameMemory();
    const take = () => valuesOf(script, { frames });
    const [first] = [take(), take()];
    steps[1] = { text: 'other' };
    expect(take()).not.toEqual(first);
    expect(take()).toEqual(valuesOf(script, {}));
  });

  test('shares the frames of all its events between turns, but that of its stop', () => {
    const script: Script = {
      steps: [{ text: 'small' }, { huge: 100_000 }, { event: { type: 'text', content: 'x'.repeat(99_999) } }],
      isKept: true,
    };
    const frames = new FrameMemory();
    const writes = () => compile(script, { frames }).filter((action) => action.kind === 'bytes');
    writes();
    const [before, after] = [writes(), writes()];
    expect(after.map((write, index) => write === before[index])).toEqual([true, true, true, true, false]);
  });
});
