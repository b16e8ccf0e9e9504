import { describe, expect, test } from 'vitest';
import { StreamClock } from '../../src/runtime/clock.ts';
import { afterTurns, LoopShare } from '../../src/runtime/event-loop.ts';
import { defaultLimits } from '../../src/runtime/limits.ts';
import type { Script } from '../../src/scenario/agent/script.ts';
import { compileTurn } from '../../src/scenario/compile.ts';
import { dryTurn } from '../../src/scenario/dry-turn.ts';
import type { WireActions } from '../../src/scenario/wire.ts';
import { perform } from '../../src/server/perform.ts';
import type { Performance, StreamTransport } from '../../src/server/performance.ts';
import { Holds } from '../../src/world/holds.ts';
import { FakeClock } from '../support/fake-clock.ts';

const text = (content: string) => ({ event: { type: 'text', content } });
const pace = { first_ms: 0 };

/** Performs a script on a fake clock; the log says what was done when, in milliseconds since the start. */
function play(steps: Script['steps'], more: Partial<Performance> & { readonly wire?: Script['wire'] } = {}) {
  const real = new FakeClock();
  const clock = new StreamClock(real, { pacing: 1 });
  const holds = new Holds(defaultLimits);
  const log: (readonly [atMs: number, what: string])[] = [];
  const say = (what: string) => void log.push([clock.now(), what]);
  let ready = () => {};
  let left = () => {};
  const reader = { isBehind: false, catchUp: () => ready(), leave: () => left(), fail: () => {}, failAtEnd: () => {} };
  const transport: StreamTransport = {
    gapMs: 2,
    write: (bytes) => {
      reader.fail();
      say(new TextDecoder().decode(bytes).match(/"content":"([^"]*)|stop|expired/)?.[1] ?? 'stop');
      return !reader.isBehind;
    },
    flush: () => {},
    end: (how) => {
      say(`end ${how}`);
      reader.failAtEnd();
    },
    onReady: (callback) => {
      ready = callback;
    },
    onClose: (callback) => {
      left = callback;
    },
  };
  const { wire } = more;
  const actions: WireActions = compileTurn({ steps, pace, ...(wire && { wire }) }, dryTurn());
  const ends: unknown[] = [];
  const errors: unknown[] = [];
  const performing = perform(
    {
      ...{ actions, clock, wallClock: real },
      hold: (name, released) => holds.wait(name, released),
      onState: () => {},
      onBytes: () => {},
      onError: (error) => errors.push(error),
      onStall: (isStalled) => say(isStalled ? 'stalled' : 'goes on'),
      onEnd: (how, elapsedMs) => ends.push([how, elapsedMs]),
      ...more,
    },
    transport,
  );
  return { real, clock, holds, log, reader, performing, ends, errors };
}

describe('waiting', () => {
  test('counts from the start: a late event does not delay the next', () => {
    const { real, log } = play([{ wait_ms: 10 }, text('a'), { wait_ms: 10 }, text('b'), { wait_ms: 10 }, text('c')]);
    real.pass(10);
    expect(log).toEqual([[10, 'a']]);
    real.pass(20);
    expect(log.slice(1)).toEqual([
      [20, 'b'],
      [30, 'c'],
      [30, 'stop'],
      [30, 'end close'],
    ]);
  });

  test('pieces of a split are kept apart by real time, even when nothing else takes any', () => {
    const { real, clock, log } = play([text('a'), text('b')], { wire: { split: 'event' } });
    clock.setPacing('instant');
    expect(log.map(([, what]) => what)).toEqual(['a']);
    real.pass(2);
    expect(log.map(([, what]) => what)).toEqual(['a', 'b']);
  });

  test('a reader that is behind is waited for, and what was due meanwhile comes at once', () => {
    const { real, log, reader, ends } = play([{ wait_ms: 5 }, text('a'), { wait_ms: 5 }, text('b')]);
    reader.isBehind = true;
    real.pass(50);
    expect(log).toEqual([
      [5, 'a'],
      [5, 'stalled'],
    ]);
    reader.isBehind = false;
    reader.catchUp();
    expect(log.slice(2)).toEqual([
      [50, 'goes on'],
      [50, 'b'],
      [50, 'stop'],
      [50, 'end close'],
    ]);
    expect(ends).toEqual([['close', 10]]);
  });

  test('a client that leaves ends the wait', () => {
    const { real, log, reader, ends, clock, performing } = play([text('a'), { wait_ms: 50 }, text('b')]);
    reader.leave();
    real.pass(100);
    expect([log, ends, clock.waiting, performing.state]).toEqual([[[0, 'a']], [['client_left', 50]], 0, 'over']);
  });
});

describe('much to send at once', () => {
  const steps: Script['steps'] = Array.from({ length: 20 }, (_, index) => text(`${index} `.repeat(3000)));
  /** As if each look found that the turn of the event loop has taken long. */
  const spent = new (class extends LoopShare {
    override isSpent(): boolean {
      return true;
    }
  })();
  const untilTurn = () => new Promise<void>((resolve) => afterTurns(1, resolve));

  test('leaves room for others now and then', async () => {
    const { log, ends } = play(steps, { share: spent });
    const first = log.length;
    expect([first > 1, first < 20, ends]).toEqual([true, true, []]);
    while (ends.length === 0) await untilTurn();
    expect([log.length, ends]).toEqual([22, [['close', 0]]]);
  });

  test('leaves it also where many steps make few bytes', async () => {
    const { log, ends } = play(
      Array.from({ length: 1000 }, () => text('{{person.fullName}}')),
      { share: spent },
    );
    const first = log.length;
    expect([first > 1, first < 200, ends]).toEqual([true, true, []]);
    while (ends.length === 0) await untilTurn();
    expect([log.length, ends]).toEqual([1002, [['close', 0]]]);
  });

  test('is not gone on with once the client has left, or while it is paused', async () => {
    const { log, reader, performing } = play(steps, { share: spent });
    const first = log.length;
    performing.pause();
    await untilTurn();
    expect(log).toHaveLength(first);
    performing.resume();
    expect(log.length).toBeGreaterThan(first);
    const second = log.length;
    reader.leave();
    await untilTurn();
    expect(log).toHaveLength(second);
  });

  test('is all sent before a clock that is moved by hand stands again', () => {
    const { clock, log, ends } = play([{ wait_ms: 10 }, ...steps], { share: spent });
    clock.setPacing('manual');
    clock.advance(10);
    expect([log.length, ends]).toEqual([22, [['close', 10]]]);
  });
});

describe('pausing', () => {
  const steps: Script['steps'] = [text('a'), { wait_ms: 100 }, text('b'), { wait_ms: 100 }, text('c')];

  test('stops where it stands; the rest of the wait comes after', () => {
    const { real, log, performing } = play(steps);
    real.pass(30);
    performing.pause();
    real.pass(1000);
    performing.resume();
    real.pass(69);
    expect([log, performing.state]).toEqual([[[0, 'a']], 'running']);
    real.pass(101);
    expect(log.slice(1)).toEqual([
      [1100, 'b'],
      [1200, 'c'],
      [1200, 'stop'],
      [1200, 'end close'],
    ]);
  });

  test('a step sends so many events without their time; then it goes on with the next wait whole', () => {
    const { real, log, performing } = play(steps);
    real.pass(30);
    performing.pause();
    performing.step(1);
    expect([log, performing.state]).toEqual([
      [
        [0, 'a'],
        [30, 'b'],
      ],
      'paused',
    ]);
    real.pass(70);
    performing.resume();
    real.pass(99);
    expect(log).toHaveLength(2);
    real.pass(1);
    expect(log[2]).toEqual([200, 'c']);
  });

  test('going on while a step still waits for a gap does not send anything before its time', () => {
    const steps: Script['steps'] = [text('a'), text('b'), { wait_ms: 100 }, text('c'), { wait_ms: 100 }, text('d')];
    const { real, log, performing } = play(steps, { wire: { split: 'event' } });
    performing.pause();
    performing.step(2);
    performing.resume();
    real.pass(99);
    expect(log.map(([, what]) => what)).toEqual(['a', 'b', 'c']);
    real.pass(3);
    expect(log.map(([, what]) => what)).toEqual(['a', 'b', 'c', 'd']);
  });

  test.each<[string, (one: ReturnType<typeof play>) => void]>([
    [
      'paused first, then released, then resumed',
      ({ real, performing, holds }) => {
        performing.pause();
        real.pass(10);
        holds.release('here');
        real.pass(10);
        performing.resume();
      },
    ],
    [
      'paused first, then resumed, then released',
      ({ real, performing, holds }) => {
        performing.pause();
        real.pass(10);
        performing.resume();
        real.pass(10);
        holds.release('here');
      },
    ],
    [
      'released first, then paused and resumed',
      ({ real, performing, holds }) => {
        holds.release('here');
        performing.pause();
        real.pass(20);
        performing.resume();
      },
    ],
  ])('a stream that is held and %s waits as long as its script says afterwards', (_, act) => {
    const one = play([{ hold: 'here' }, { wait_ms: 100 }, text('a')]);
    one.real.pass(10);
    act(one);
    expect(one.log).toEqual([]);
    one.real.pass(99);
    expect(one.log).toEqual([]);
    one.real.pass(1);
    expect(one.log[0]).toEqual([130, 'a']);
  });

  test('a step into a hold waits for its release and stays paused', () => {
    const { log, performing, holds } = play([text('a'), { wait_ms: 5 }, { hold: 'here' }, text('b'), text('c')]);
    performing.pause();
    performing.step(1);
    expect(holds.list()).toEqual([{ name: 'here', waiting: 1 }]);
    holds.release('here');
    expect([log, performing.state]).toEqual([[[0, 'a']], 'paused']);
    performing.step(1);
    expect(log[1]).toEqual([0, 'b']);
    performing.resume();
    expect(log.slice(2).map(([, what]) => what)).toEqual(['c', 'stop', 'end close']);
  });
});

describe('holds', () => {
  test('time stands still for the script while it is held', () => {
    const { real, log, holds, ends } = play([{ wait_ms: 10 }, { hold: 'here' }, { wait_ms: 10 }, text('a')]);
    real.pass(500);
    holds.release('here');
    real.pass(10);
    expect([log[0], ends]).toEqual([[510, 'a'], [['close', 20]]]);
  });

  test.each([100, 0])('one that nobody releases within %d ms ends the turn', (max_ms) => {
    const { real, log, holds, ends } = play([text('a'), { hold: 'here', max_ms }, text('b')]);
    real.pass(max_ms);
    expect(log).toEqual([
      [0, 'a'],
      [max_ms, 'stop'],
      [max_ms, 'end close'],
    ]);
    expect([holds.list(), ends]).toEqual([[], [['close', 0]]]);
    expect(real.waiting).toBe(0);
  });

  test('one that is released leaves no patience behind', () => {
    const { real, holds } = play([{ hold: 'here' }, text('b')]);
    holds.release('here');
    expect(real.waiting).toBe(0);
  });
});

describe('whatever throws ends the performance with an answer that is cut off, instead of ending the process:', () => {
  const failure = new Error('no');
  const fail = () => {
    throw failure;
  };

  test.each<[string, Partial<Performance>, string[]]>([
    ['what takes note of bytes', { onBytes: fail }, ['end truncate']],
    ['the wait for a release', { hold: fail }, ['a', 'end truncate']],
    ['the state', { onState: fail }, ['a', 'end truncate']],
    ['the script', { actions: throwing() }, ['end truncate']],
    ['the clock', { wallClock: { now: () => 0, schedule: fail, createWait: fail } }, ['a', 'end truncate']],
  ])('%s', (_, more, said) => {
    const { log, errors, ends } = play([text('a'), { hold: 'here' }], more);
    expect([log.map(([, what]) => what), errors, ends]).toEqual([said, [failure], [['failed', 0]]]);
  });

  test('the transport, in the middle', () => {
    const { real, errors, ends, performing, reader } = play([text('a'), { wait_ms: 10 }, text('b')]);
    reader.fail = fail;
    real.pass(10);
    expect([errors, ends, performing.state, real.waiting]).toEqual([[failure], [['failed', 10]], 'over', 0]);
  });

  test('the transport, at the very end: the turn is over all the same', () => {
    const { errors, ends, performing, reader, real } = play([{ wait_ms: 10 }]);
    reader.failAtEnd = fail;
    real.pass(10);
    expect([errors, ends, performing.state]).toEqual([[failure], [['close', 10]], 'over']);
  });

  test('what takes note of the end: it has ended all the same', () => {
    const { log, errors } = play([text('a')], { onEnd: fail });
    expect([log.map(([, what]) => what), errors]).toEqual([['a', 'stop', 'end close'], [failure]]);
  });

  // biome-ignore lint/correctness/useYield: it throws before.
  function* throwing(): WireActions {
    throw failure;
  }
});
