import type { Speed } from '../runtime/clock.ts';
import { ChatMockError, joinProblems } from '../runtime/errors.ts';
import { shorten } from '../runtime/shorten.ts';
import { didYouMean } from '../runtime/suggest.ts';
import type { InlineScenario } from '../scenario/schema.ts';
import type { QueuedAnswer } from '../world/answer-queue.ts';
import type { ChaosRule, CountedRule } from '../world/chaos.ts';
import type { Verification } from '../world/journal.ts';
import { compileMatch, type Mismatch, type RequestMatch } from '../world/request-match.ts';
import type { RequestRecord } from '../world/request-record.ts';
import { type StreamMatch, streamMismatches } from '../world/stream-match.ts';
import type { StreamRecord } from '../world/stream-record.ts';
import type { World } from '../world/world.ts';
import type { Engine } from './engine.ts';
import { type WaitOptions, waitUntil } from './wait-until.ts';

/** Which requests a queued answer is for, and how often. */
export interface NextOptions {
  /** Which operation it answers, by its id; `*`: any. Default `streamMessages`. */
  readonly operation?: string | undefined;
  readonly match?: RequestMatch | undefined;
  /** How often. Default 1. */
  readonly times?: number | undefined;
}

/** Mode and speed of a world's clock. */
export interface ClockSettings {
  /** `fixed` and `real` are of time in data; `manual`: streams wait until the clock is advanced. */
  readonly mode: 'fixed' | 'real' | 'manual';
  /** How many times as fast as real streams come; left out, as before. Means nothing to a manual clock. */
  readonly speed?: Speed | undefined;
}

/** What a test says to one world, and asks of it. The HTTP control API and the program API are both this. */
export interface WorldControls {
  /** Queues the answer of the next request that fits: a scenario by name, or written in place. */
  next(scenario: string | InlineScenario, options?: NextOptions): QueuedAnswer;
  /** Answers that wait for their request. */
  readonly queued: readonly QueuedAnswer[];
  /** Answers that were queued when a world of this name was dropped to make room for another. */
  readonly lost: readonly QueuedAnswer[];
  readonly journal: JournalControls;
  /** The newest streams; the newest is last. */
  readonly streams: readonly StreamRecord[];
  /** Settles when so many streams match, as one that is held or over; rejects as `journal.wait` does. */
  waitForStream(match: StreamMatch, options?: WaitOptions): Promise<readonly StreamRecord[]>;
  /** Settles when a stream waits at this hold; rejects as `journal.wait` does. */
  held(name: string, options?: Omit<WaitOptions, 'count'>): Promise<StreamRecord>;
  readonly clock: ClockControls;
  /** How many streams wait for each name. */
  readonly holds: readonly { readonly name: string; readonly waiting: number }[];
  /** Lets go on who waits for this name; throws if nobody does. Without a name: all; returns how many. */
  release(name?: string): number;
  /** Replaces the rules of chaos; none ends it. */
  setChaos(rules: readonly ChaosRule[]): void;
  readonly chaos: readonly CountedRule[];
  /**
   * Sessions are those of the start again, all else is forgotten, streams end. Returns what was queued and never used.
   */
  reset(): readonly QueuedAnswer[];
}

/** Reads and verifies the journal of one world. */
export interface JournalControls {
  readonly entries: readonly RequestRecord[];
  /** How many older ones were forgotten. */
  readonly dropped: number;
  find(match: RequestMatch): readonly RequestRecord[];
  /** How many match; and if none does, what comes nearest and why it does not. */
  verify(match: RequestMatch): Verification;
  /** Settles when so many match; rejects with ChatMockError `timeout` that names the nearest misses. */
  wait(match: RequestMatch, options?: WaitOptions): Promise<readonly RequestRecord[]>;
}

/** Reads and moves the clock of one world. */
export interface ClockControls {
  /** Milliseconds of the streams' clock. */
  readonly nowMs: number;
  readonly mode: ClockSettings['mode'];
  /** Null when the clock is manual. */
  readonly speed: Speed | null;
  /** How many streams wait for it. */
  readonly waiting: number;
  set(settings: ClockSettings): void;
  /** Moves a manual clock on; returns how many waits were over. Throws ChatMockError `clock_not_manual`. */
  advance(ms: number): number;
}

const NEAREST = 3;

/** Controls of one world, by name; it is looked up at each call, so they outlive a reset. */
export function createControls(engine: Engine, name: string | null): WorldControls {
  const world = () => engine.worlds.get(name);
  return {
    next: (scenario, options = {}) => {
      engine.checks?.argument('next', { scenario, ...options });
      return world().queue.add(toAnswer(engine, scenario, options));
    },
    get queued() {
      return world().queue.list();
    },
    get lost() {
      return engine.worlds.lost(name);
    },
    get journal() {
      return journalOf(engine, world());
    },
    get streams() {
      return world().streams.records;
    },
    waitForStream: (match, options = {}) => waitForStream(engine, world(), { match, options }),
    held: async (hold, options = {}) => {
      const found = await waitForStream(engine, world(), { match: { hold }, options: { ...options, count: 1 } });
      return found[0] as StreamRecord; // A wait for one has found at least one.
    },
    get clock() {
      return clockOf(engine, world());
    },
    get holds() {
      return world().holds.list();
    },
    release: (hold) => release(engine, world(), hold ?? null),
    setChaos: (rules) => {
      engine.checks?.argument('chaos', { rules });
      world().chaos.set(
        rules.map((rule) => (rule.match ? { ...rule, match: compileMatch(rule.match, engine.compilePattern) } : rule)),
      );
    },
    get chaos() {
      return world().chaos.rules;
    },
    reset: () => engine.worlds.reset(name),
  };
}

function toAnswer(
  { library, compilePattern }: Engine,
  scenario: string | InlineScenario,
  { operation = 'streamMessages', match: given = {}, times = 1 }: NextOptions = {},
): Omit<QueuedAnswer, 'id' | 'used'> {
  const match = compileMatch(given, compilePattern);
  if (typeof scenario !== 'string')
    return { scenario: scenario.scenario ?? 'inline', script: scenario, operation, match, times };
  const script = library.get(scenario);
  if (script) return { scenario, script, operation, match, times };
  throw new ChatMockError(
    'unknown_scenario',
    `Failed to queue an answer: there is no scenario "${shorten(scenario)}"${didYouMean(scenario, library.names) || '.'} Known: ${library.names.join(', ')}.`,
  );
}

function release(engine: Engine, world: World, name: string | null): number {
  const released = world.holds.release(name);
  if (released > 0 || name === null) return released;
  const names = world.holds.list().map((hold) => hold.name);
  const nobody = `Nobody waits for anything.${elsewhere(engine, world)}`;
  const waiting = names.length > 0 ? `Waited for: ${names.join(', ')}.` : nobody;
  throw new ChatMockError(
    'nobody_waits',
    `Failed to release "${shorten(name)}": nobody waits for it${didYouMean(name, names) || '.'} ${waiting}`,
  );
}

function clockOf({ checks }: Engine, world: World): ClockControls {
  const { clock } = world;
  return {
    nowMs: clock.now(),
    mode: clock.pacing === 'manual' ? 'manual' : world.isRealTime ? 'real' : 'fixed',
    speed: clock.pacing === 'manual' ? null : clock.pacing,
    waiting: clock.waiting,
    set: (settings) => {
      checks?.argument('clock', settings);
      const { mode, speed } = settings;
      world.setRealTime(mode === 'real');
      clock.setPacing(mode === 'manual' ? 'manual' : (speed ?? clock.speed));
    },
    advance: (ms) => {
      checks?.argument('advance', { ms });
      if (clock.pacing === 'manual') return clock.advance(ms);
      throw new ChatMockError(
        'clock_not_manual',
        'Failed to advance the clock: it moves by itself. Set its mode to manual first.',
      );
    },
  };
}

function journalOf(engine: Engine, world: World): JournalControls {
  const { wallClock: clock, checks } = engine;
  const { journal } = world;
  const judge = (match: RequestMatch) => {
    checks?.argument('verify', { match });
    return compileMatch(match, engine.compilePattern);
  };
  return {
    entries: journal.entries,
    dropped: journal.dropped,
    find: (match) => journal.find(judge(match)),
    verify: (match) => journal.verify(judge(match)),
    wait: async (given, options = {}) => {
      const match = judge(given);
      checks?.patience(options);
      const tooLate = (asked: Asked) => {
        const { matched, nearest } = journal.verify(match);
        const misses = nearest.map(({ entry, mismatches }) => ({ name: `${entry.method} ${entry.path}`, mismatches }));
        return timeout('request', { ...asked, matched, misses, elsewhere: elsewhere(engine, world) });
      };
      return waitUntil(
        {
          list: () => journal.entries,
          isMatch: (entry) => entry.mismatches(match).length === 0,
          watch: (look) => journal.watch(look),
          clock,
          tooLate,
        },
        options,
      );
    },
  };
}

async function waitForStream(
  engine: Engine,
  world: World,
  { match: given, options }: { readonly match: StreamMatch; readonly options: WaitOptions },
): Promise<readonly StreamRecord[]> {
  const { wallClock: clock, checks } = engine;
  const { streams } = world;
  checks?.argument('waitForStream', { match: given });
  const match = compileMatch(given, engine.compilePattern);
  checks?.patience(options);
  const judge = () => streams.records.map((record) => ({ record, mismatches: streamMismatches(match, record) }));
  const tooLate = (asked: Asked) => {
    const judged = judge();
    const misses = judged.filter(({ mismatches }) => mismatches.length > 0);
    const nearest = misses.toSorted((a, b) => a.mismatches.length - b.mismatches.length || b.record.id - a.record.id);
    const told = nearest.slice(0, NEAREST).map(({ record: { id, scenario }, mismatches }) => ({
      name: `stream ${id} (${scenario})`,
      mismatches,
    }));
    return timeout('stream', {
      ...asked,
      matched: judged.length - misses.length,
      misses: told,
      elsewhere: elsewhere(engine, world),
    });
  };
  return waitUntil(
    {
      list: () => streams.records,
      isMatch: (record) => streamMismatches(match, record).length === 0,
      watch: (look) => streams.watch(look),
      clock,
      tooLate,
    },
    options,
  );
}

/** Who forgot the header, or has a page that sends none, looks in the wrong world. */
function elsewhere({ worlds }: Engine, here: World): string {
  if (here.journal.entries.length > 0) return '';
  const others = worlds.all().filter(({ journal }) => journal.entries.length > 0);
  if (others.length === 0) return '';
  const names = others.slice(-NEAREST).map(nameOf).join(', ');
  const more = others.length > NEAREST ? ` and ${others.length - NEAREST} more` : '';
  return ` This is ${nameOf(here)}; requests came in ${names}${more}. The header X-Test-Id says which world is meant.`;
}

function nameOf({ name }: World): string {
  return name === null ? 'the default world' : `world "${name}"`;
}

type Asked = { readonly count: number; readonly timeoutMs: number };

function timeout(
  what: string,
  {
    count,
    timeoutMs,
    matched,
    misses,
    elsewhere,
  }: Asked & {
    readonly matched: number;
    readonly elsewhere: string;
    readonly misses: readonly { readonly name: string; readonly mismatches: readonly Mismatch[] }[];
  },
): ChatMockError {
  const told = misses.map(({ name, mismatches }) => {
    const why = mismatches.map(
      ({ at, expected, actual }) => `${shorten(at, 200)} is ${show(actual)}, not ${show(expected)}`,
    );
    return `  ${name}: ${joinProblems(why)}`;
  });
  const near = told.length > 0 ? ` Nearest:\n${told.join('\n')}` : ` No other ${what} came.${elsewhere}`;
  return new ChatMockError(
    'timeout',
    `Failed to see ${count} such ${what}${count === 1 ? '' : 's'} within ${timeoutMs} ms: ${matched} came.${near}`,
  );
}

function show(value: unknown): string {
  return shorten(JSON.stringify(value), 200);
}
