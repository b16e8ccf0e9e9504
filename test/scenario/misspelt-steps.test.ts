import { expect, test } from 'vitest';
import { checkRawSteps } from '../../src/scenario/check-steps.ts';

const verbs = 'think, text, tool, together, wait_ms, hold, event, raw, huge, stop, fail';

test.each([
  ['hold', 'step 1 is only the word "hold"; write hold: look'],
  ['stop', 'step 1 is only the word "stop"; write stop: {}'],
  ['holt', `step 1 is only the word "holt"; did you mean "hold"? Steps are: ${verbs}.`],
  ['constructor', `step 1 is only the word "constructor". Steps are: ${verbs}.`],
  [{ hold: null }, 'step 1 says nothing after "hold"; write hold: look'],
  [{ tool: null, arguments: {} }, 'step 1 says nothing after "tool"; write tool: retrieve'],
  [{ wait: 500 }, `step 1 is "wait"; did you mean "wait_ms"? Steps are: ${verbs}.`],
  [null, `step 1 must be a map with one of: ${verbs}`],
])('%j: %s', (step, message) => {
  expect(checkRawSteps({ steps: [step] })).toEqual([{ path: ['steps', 0], message }]);
});
