import { expect, test } from 'vitest';
import { causeMessageOf } from '../../src/runtime/errors.ts';

const failed = (cause: unknown) => new TypeError('fetch failed', { cause });

test.each([
  ['its cause', failed(new Error('connect ECONNREFUSED 127.0.0.1:1')), 'connect ECONNREFUSED 127.0.0.1:1'],
  [
    'the first of several causes',
    failed(
      new AggregateError([new Error('connect ECONNREFUSED ::1:1'), new Error('connect ECONNREFUSED 127.0.0.1:1')]),
    ),
    'connect ECONNREFUSED ::1:1',
  ],
  ['itself, where the cause says nothing', failed(new Error('')), 'fetch failed'],
  ['itself, where there is no cause', new TypeError('fetch failed'), 'fetch failed'],
  ['a thrown text', 'no', 'no'],
])('the reason of a failed fetch is %s', (_, error, message) => {
  expect(causeMessageOf(error)).toBe(message);
});
