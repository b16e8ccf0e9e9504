import fc from 'fast-check';
import { expect, test } from 'vitest';
import { playDry } from '../../src/scenario/dry-turn.ts';
import { parseScenario } from '../../src/scenario/parse-scenario.ts';
import { countEvents, isStop } from '../../src/scenario/steps-to-events.ts';
import { anyScript } from '../support/arbitrary-scenarios.ts';
import { runs } from '../support/runs.ts';

test('events are counted as they are played', () => {
  fc.assert(
    fc.property(anyScript, ({ steps }) => {
      const counted = steps.reduce((sum, step) => sum + countEvents(step), steps.some(isStop) ? 0 : 1);
      expect(counted).toBe(playDry(steps).length);
    }),
    { numRuns: runs(200) },
  );
});

test('many events in a wrong order are found in one pass, each with its step', () => {
  const steps = Array.from({ length: 1000 }, () => ({ fail: 'No.' }));
  const read = parseScenario({ file: 'x.json', text: JSON.stringify({ scenario: 'x', steps }) });
  expect('problems' in read && read.problems).toHaveLength(999);
});

test('a text of 200,000 words is checked without a word of it being played', () => {
  const text = 'word '.repeat(200_000);
  const steps = [{ text }, { stop: {} }];
  const wire = { drop: [500_000] };
  const read = parseScenario({ file: 'x.json', text: JSON.stringify({ scenario: 'x', steps, wire }) });
  expect(read).toMatchObject({ problems: [{ message: 'there is no event 500000; the turn has 200003' }] });
});
