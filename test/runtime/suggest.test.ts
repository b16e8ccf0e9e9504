import { expect, test } from 'vitest';
import { suggest } from '../../src/runtime/suggest.ts';

const steps = ['think', 'text', 'tool', 'together', 'wait_ms', 'hold', 'event', 'raw', 'huge', 'stop', 'fail'];
const tool = ['tool', 'arguments', 'takes_ms', 'result', 'image'];
const file = ['scenario', 'description', 'when', 'pace', 'steps', 'wire', 'ends', 'status', 'delay_ms', 'violates'];

test.each([
  { word: 'wait', known: steps, meant: 'wait_ms' },
  { word: 'WAIT', known: steps, meant: 'wait_ms' },
  { word: 'sleep', known: steps, meant: 'wait_ms' },
  { word: 'thinking', known: steps, meant: 'think' },
  { word: 'txet', known: steps, meant: 'text' },
  { word: 'constructor', known: steps, meant: null },
  { word: 't', known: steps, meant: null },
  { word: 'args', known: tool, meant: 'arguments' },
  { word: 'params', known: tool, meant: 'arguments' },
  { word: 'takes', known: tool, meant: 'takes_ms' },
  { word: 'wait', known: tool, meant: 'takes_ms' },
  { word: 'duration', known: tool, meant: 'takes_ms' },
  { word: 'sleep', known: file, meant: 'delay_ms' },
  { word: 'output', known: tool, meant: 'result' },
  { word: 'output', known: steps, meant: null },
  { word: 'desc', known: file, meant: 'description' },
  { word: 'delay', known: file, meant: 'delay_ms' },
  { word: 'sta', known: ['status', 'stable'], meant: null },
  { word: 'cut', known: ['cut-mid-word', 'split-walk'], meant: 'cut-mid-word' },
])('$word among $known is $meant', ({ word, known, meant }) => {
  expect(suggest(word, known)).toBe(meant);
});
