import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createRealClock } from '../../src/runtime/clock.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test('a timer that nobody waits for any more does not keep the process alive', () => {
  const clock = createRealClock();
  const woken: string[] = [];
  const deadlineMs = clock.now() + 60_000;
  const giveUp = ['first', 'second'].map((name) => clock.schedule(deadlineMs, () => woken.push(name)));
  giveUp[0]?.();
  expect(vi.getTimerCount()).toBe(1);
  giveUp[1]?.();
  expect(vi.getTimerCount()).toBe(0);
  clock.schedule(deadlineMs, () => woken.push('third'));
  giveUp[0]?.();
  vi.advanceTimersByTime(60_002);
  expect(woken).toEqual(['third']);
});

test('who waits for the same tick is woken by one timer; who gives up within it is not', () => {
  const clock = createRealClock();
  const woken: string[] = [];
  const deadlineMs = clock.now() + 10;
  let giveUp: (() => void) | undefined;
  clock.schedule(deadlineMs, () => {
    woken.push('first');
    giveUp?.();
  });
  giveUp = clock.schedule(deadlineMs, () => woken.push('second'));
  expect(vi.getTimerCount()).toBe(1);
  vi.advanceTimersByTime(12);
  expect(woken).toEqual(['first']);
});
