import { expect, test } from 'vitest';
import { createSha256 } from '../../src/node/hash.ts';
import { RecentMemory } from '../../src/world/recent-memory.ts';
import { KEPT_STATES, StreamRecord } from '../../src/world/stream-record.ts';

/** A stream on a clock that is moved by hand. */
function record(memory = new RecentMemory()) {
  const clock = { nowMs: 0 };
  const start = { sessionId: 'ses-1', scenario: 'x', why: 'prompt' };
  return {
    clock,
    stream: new StreamRecord(1, start, {
      createHash: createSha256,
      nowMs: () => clock.nowMs,
      nowMicros: () => 0,
      memory,
    }),
  };
}
const write = (text: string) => ({ kind: 'bytes', bytes: new TextEncoder().encode(text), events: [] }) as const;

test('a stream keeps what it sent, with both times, until the room is needed', () => {
  const memory = new RecentMemory(5000);
  const { clock, stream } = record(memory);
  stream.sent(write('abc'), 10);
  clock.nowMs = 25;
  stream.sent(write('de'), 20);
  expect([...stream.sentLog.writes()]).toEqual([
    { atMs: 10, sentMs: 0, offset: 0, bytes: write('abc').bytes, events: 0 },
    { atMs: 20, sentMs: 25, offset: 3, bytes: write('de').bytes, events: 0 },
  ]);
  record(memory).stream.sent(write('x'.repeat(4990)), 0);
  expect([stream.sentLog.state, [...stream.sentLog.writes()]]).toEqual(['forgotten', []]);
  stream.sent(write('more'), 30);
  expect([...stream.sentLog.writes()]).toEqual([]);
  expect(stream.bytes).toBe(9);
});

test('of many changes of state the first and the newest are kept', () => {
  const { clock, stream } = record();
  for (clock.nowMs = 0; clock.nowMs < 3 * KEPT_STATES; clock.nowMs++) stream.changed();
  expect(stream.states).toHaveLength(KEPT_STATES);
  expect([stream.states[0]?.sentMs, stream.states.at(-1)?.sentMs]).toEqual([0, 3 * KEPT_STATES - 1]);
});
