import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { type Pacing, StreamClock } from '../../src/runtime/clock.ts';
import { createRealClock } from '../../src/runtime/real-clock.ts';
import { FakeClock } from '../support/fake-clock.ts';

/** A stream clock on a fake real one, and a log of who was woken when, by its own time. */
function start(pacing: Pacing) {
  const real = new FakeClock();
  const clock = new StreamClock(real, { pacing });
  const log: [name: string, atMs: number][] = [];
  const wait = (name: string, deadlineMs: number) => clock.schedule(deadlineMs, () => log.push([name, clock.now()]));
  return { real, clock, log, wait };
}

describe('paced', () => {
  test.each([
    [1, 100],
    [2, 50],
    [0.5, 200],
    [1000, 0.1],
  ])('at speed %d, 100 ms last %d ms of real time', (speed, realMs) => {
    const { real, clock, log, wait } = start(speed);
    wait('a', 100);
    real.pass(realMs * 0.99);
    expect(log).toEqual([]);
    real.pass(realMs * 0.01);
    expect(log).toEqual([['a', expect.closeTo(100, 6)]]);
    expect(clock.now()).toBeCloseTo(100, 6);
  });

  test('starts at 0, wherever the real clock stands, and only moves with it', () => {
    const { real, clock } = start(3);
    expect(clock.now()).toBe(0);
    real.pass(7);
    expect(clock.now()).toBe(21);
  });

  test('a deadline that has passed, or is now, is not waited for', () => {
    const { real, log, wait, clock } = start(1);
    real.pass(10);
    expect([wait('past', 5), wait('now', 10)]).toEqual([undefined, undefined]);
    real.pass(100);
    expect([log, clock.waiting, real.waiting]).toEqual([[], 0, 0]);
  });

  test('who gives up is not woken and leaves nothing behind', () => {
    const { real, clock, log, wait } = start(1);
    const giveUp = wait('a', 10);
    wait('b', 20);
    expect([clock.waiting, real.waiting]).toEqual([2, 2]);
    giveUp?.();
    expect([clock.waiting, real.waiting]).toEqual([1, 1]);
    real.pass(100);
    expect(log).toEqual([['b', 20]]);
    expect([clock.waiting, real.waiting]).toEqual([0, 0]);
  });
});

test('instant: nobody ever waits, and the time stands still', () => {
  const { real, clock, wait } = start('instant');
  expect(wait('a', 1e9)).toBeUndefined();
  real.pass(50);
  expect([clock.now(), clock.waiting]).toEqual([0, 0]);
});

describe('manual', () => {
  test('real time does not move it, advancing does, to the millisecond', () => {
    const { real, clock, log, wait } = start('manual');
    wait('a', 10);
    real.pass(1e9);
    expect([clock.now(), log, clock.waiting]).toEqual([0, [], 1]);
    expect(clock.advance(9.5)).toBe(0);
    expect([clock.now(), log]).toEqual([9.5, []]);
    expect(clock.advance(0.5)).toBe(1);
    expect([clock.now(), log, clock.waiting]).toEqual([10, [['a', 10]], 0]);
  });

  test('goes through deadlines in their order, those of one moment in the order they were set', () => {
    const { clock, log, wait } = start('manual');
    for (const [name, deadlineMs] of [
      ['d', 30],
      ['b', 20],
      ['a', 10],
      ['c', 20],
      ['later', 31],
    ] as const)
      wait(name, deadlineMs);
    expect(clock.advance(30)).toBe(4);
    expect(log).toEqual([
      ['a', 10],
      ['b', 20],
      ['c', 20],
      ['d', 30],
    ]);
    expect(clock.now()).toBe(30);
  });

  test('what somebody waits for who was woken on the way is met too, if it is due by then', () => {
    const { clock, log, wait } = start('manual');
    const repeat = (count: number) => {
      log.push(['tick', clock.now()]);
      clock.schedule(count * 10, () => repeat(count + 1));
    };
    repeat(1);
    wait('other', 25);
    expect(clock.advance(30)).toBe(4);
    expect(log).toEqual([
      ['tick', 0],
      ['tick', 10],
      ['tick', 20],
      ['other', 25],
      ['tick', 30],
    ]);
    expect(clock.waiting).toBe(1);
  });

  test('who gives up because another was woken is not woken', () => {
    const { clock, log, wait } = start('manual');
    clock.schedule(10, () => giveUp?.());
    const giveUp = wait('given up', 10);
    expect(clock.advance(20)).toBe(1);
    expect([log, clock.waiting]).toEqual([[], 0]);
  });

  test('advancing in steps or at once is the same', () => {
    const run = (steps: readonly number[]) => {
      const { clock, log, wait } = start('manual');
      for (const deadlineMs of [1, 5, 5, 9, 12, 40]) wait(String(deadlineMs), deadlineMs);
      for (const ms of steps) clock.advance(ms);
      return [log, clock.now()];
    };
    expect(run([1, 0, 3, 1, 7, 18])).toEqual(run([30]));
  });
});

describe('changing the pacing while streams wait', () => {
  test('time goes on from where it stood', () => {
    const { real, clock } = start(2);
    real.pass(10);
    clock.setPacing('manual');
    real.pass(10);
    clock.advance(5);
    clock.setPacing(3);
    real.pass(10);
    clock.setPacing('instant');
    real.pass(10);
    expect([clock.now(), clock.pacing]).toEqual([55, 'instant']);
  });

  test('clients have a time of their own: real at any speed, but for a manual clock, whose time it is', () => {
    const { real, clock } = start(2);
    real.pass(10);
    expect(clock.unscaledNow()).toBe(10);
    clock.setPacing('manual');
    real.pass(10);
    clock.advance(5);
    expect(clock.unscaledNow()).toBe(15);
    clock.setPacing('instant');
    real.pass(10);
    expect(clock.unscaledNow()).toBe(25);
  });

  test('the speed is remembered while a clock is manual', () => {
    const { clock } = start(3);
    clock.setPacing('manual');
    expect(clock.speed).toBe(3);
    clock.setPacing('instant');
    clock.setPacing('manual');
    expect(clock.speed).toBe('instant');
    expect(new StreamClock(new FakeClock(), { pacing: 'manual', speed: 4 }).speed).toBe(4);
  });

  test.each<[from: Pacing, to: number, realMs: number]>([
    ['manual', 10, 10],
    [1, 10, 10],
    [10, 1, 100],
  ])('from %s to %d: what was to come in 100 ms comes in %d ms', (from, to, realMs) => {
    const { real, clock, log, wait } = start(from);
    wait('a', 100);
    clock.setPacing(to);
    expect(real.waiting).toBe(1);
    real.pass(realMs - 1);
    expect(log).toEqual([]);
    real.pass(1);
    expect(log).toEqual([['a', 100]]);
  });

  test('to manual: who waits is not woken by real time any more', () => {
    const { real, clock, log, wait } = start(1);
    wait('a', 10);
    clock.setPacing('manual');
    real.pass(1000);
    expect([log, real.waiting]).toEqual([[], 0]);
    clock.advance(10);
    expect(log).toEqual([['a', 10]]);
  });

  test('to instant: all are woken at once, in the order of their deadlines', () => {
    const { real, clock, log, wait } = start(1);
    wait('c', 30);
    wait('a', 10);
    wait('b', 30);
    clock.setPacing('instant');
    expect(log.map(([name]) => name)).toEqual(['a', 'c', 'b']);
    expect([clock.waiting, real.waiting]).toEqual([0, 0]);
  });

  test('who gives up because another was woken by the change is not woken', () => {
    const { clock, log, wait } = start('manual');
    clock.schedule(10, () => giveUp?.());
    const giveUp = wait('given up', 20);
    clock.setPacing('instant');
    expect([log, clock.waiting]).toEqual([[], 0]);
  });
});

describe('the real clock', () => {
  function fakeTimers() {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const clock = createRealClock();
    return { clock, startMs: clock.now() };
  }

  test('wakes at the deadline or up to one tick of 2 ms later, never before', () => {
    const { clock, startMs } = fakeTimers();
    const woken: number[] = [];
    for (const ms of [1, 2, 3, 9.5]) clock.schedule(startMs + ms, () => woken.push(clock.now() - startMs - ms));
    vi.advanceTimersByTime(20);
    expect(woken).toHaveLength(4);
    for (const lateMs of woken) {
      expect(lateMs).toBeGreaterThanOrEqual(0);
      expect(lateMs).toBeLessThanOrEqual(2);
    }
  });

  test('nobody is woken by a timer that is early, as timers of Node are', () => {
    const { clock, startMs } = fakeTimers();
    const timers: (() => void)[] = [];
    const setTimer = vi.spyOn(globalThis, 'setTimeout').mockImplementation((callback, _, ...given) => {
      timers.push(() => callback(...given));
      return {} as ReturnType<typeof setTimeout>;
    });
    onTestFinished(() => setTimer.mockRestore());
    const woken: number[] = [];
    clock.schedule(startMs + 2, () => woken.push(clock.now() - startMs));
    timers.shift()?.();
    expect(woken).toEqual([]);
    vi.advanceTimersByTime(4);
    timers.shift()?.();
    expect(woken).toEqual([4]);
  });

  test('a thousand streams that wait for the same tick share one timer', () => {
    const { clock, startMs } = fakeTimers();
    let woken = 0;
    for (let count = 0; count < 1000; count++) clock.schedule(startMs + 10, () => woken++);
    expect(vi.getTimerCount()).toBe(1);
    vi.advanceTimersByTime(12);
    expect(woken).toBe(1000);
  });

  test('who gives up leaves no timer behind that would keep the process alive', () => {
    const { clock, startMs } = fakeTimers();
    const first = clock.schedule(startMs + 60_000, () => {});
    const second = clock.schedule(startMs + 60_000, () => {});
    first?.();
    expect(vi.getTimerCount()).toBe(1);
    second?.();
    expect(vi.getTimerCount()).toBe(0);
  });

  test('a tick that was given up can be waited for again', () => {
    const { clock, startMs } = fakeTimers();
    clock.schedule(startMs + 10, () => {})?.();
    let woken = 0;
    clock.schedule(startMs + 10, () => woken++);
    vi.advanceTimersByTime(12);
    expect(woken).toBe(1);
  });
});
