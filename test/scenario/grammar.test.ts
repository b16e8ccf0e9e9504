import { expect, test } from 'vitest';
import { turnRules } from '../../src/api/turn-rules.ts';
import { checks } from '../../src/contract/checks/index.ts';
import { checkTurn } from '../../src/scenario/grammar.ts';

const stop = { type: 'stop', is_error: false };
const delta = (content: string) => ({ type: 'text_delta', content });
const text = (content: string) => ({ type: 'text', content });
const call = (call_id: string, name = 'a') => ({ type: 'tool_call', call_id, name });
const result = (call_id: string, name = 'a') => ({ type: 'tool_result', call_id, name });

test.each([
  ['a plain turn', [delta('a'), delta('b'), text('ab'), stop]],
  ['no deltas', [text('ab'), stop]],
  ['an empty text, with an empty delta or none', [delta(''), text(''), text(''), stop]],
  ['a stop alone', [stop]],
  ['thinking deltas without their thinking', [{ type: 'thinking_delta', content: 'a' }, stop]],
  ['several texts', [delta('a'), text('a'), delta('b'), text('b'), stop]],
  ['parallel calls in any order', [call('1'), call('2', 'b'), result('2', 'b'), result('1'), stop]],
  ['an error with a call open and deltas left', [call('1'), delta('a'), { ...stop, is_error: true }]],
])('%s is legal', (_, events) => {
  expect(checkTurn(events)).toEqual([]);
});

test.each([
  ['no stop', [text('a')], 'stream.ends-once', 1],
  ['two stops', [stop, stop], 'stream.ends-once', 0],
  ['a text after the stop', [stop, text('a')], 'stream.ends-once', 0],
  ['a text that is not its deltas', [delta('a'), text('b'), stop], 'stream.text-adds-up', 1],
  [
    'a thinking that is not its deltas',
    [{ type: 'thinking_delta', content: 'a' }, { type: 'thinking', content: 'b' }, stop],
    'stream.thinking-adds-up',
    1,
  ],
  ['a text that is not its empty delta', [delta(''), text('a'), stop], 'stream.text-adds-up', 1],
  ['an empty delta without its text', [delta(''), stop], 'stream.deltas-closed', 1],
  [
    'a text that repeats the deltas of the one before',
    [delta('a'), text('a'), delta('b'), text('ab'), stop],
    'stream.text-adds-up',
    3,
  ],
  ['nothing at all', [], 'stream.ends-once', 0],
  ['deltas without their text', [delta('a'), stop], 'stream.deltas-closed', 1],
  ['a call id twice', [call('1'), result('1'), call('1'), result('1'), stop], 'stream.call-ids-unique', 2],
  ['a result of nothing', [result('1'), stop], 'stream.results-pair', 0],
  ['a result before its call', [result('1'), call('1'), { ...stop, is_error: true }], 'stream.results-pair', 0],
  ['a result twice', [call('1'), result('1'), result('1'), stop], 'stream.results-pair', 2],
  ['a result of another name', [call('1'), result('1', 'b'), { ...stop, is_error: true }], 'stream.results-pair', 1],
  ['a call without result', [call('1'), stop], 'stream.calls-answered', 1],
])('%s breaks a rule', (_, events, rule, index) => {
  expect(checkTurn(events)).toMatchObject([{ rule, index }]);
});

test('each rule has a check of the same name and requirement', () => {
  const stated = Object.fromEntries(checks.map(({ id, requirement }) => [id, requirement]));
  expect(stated).toMatchObject(turnRules);
});
