import { ChatMockError } from '../runtime/errors.ts';
import { shorten } from '../runtime/shorten.ts';
import { didYouMean } from '../runtime/suggest.ts';
import type { InlineScenario } from '../scenario/schema.ts';
import type { QueuedAnswer } from '../world/answer-queue.ts';
import type { ChaosRule, CountedRule } from '../world/chaos.ts';
import { compileMatch, type RequestMatch } from '../world/request-match.ts';
import type { StreamMatch } from '../world/stream-match.ts';
import type { StreamRecord } from '../world/stream-record.ts';
import type { World } from '../world/world.ts';
import { type ClockControls, createClockControls } from './controls/clock.ts';
import { createJournalControls, type JournalControls } from './controls/journal.ts';
import { waitForStream } from './controls/streams.ts';
import { elsewhere } from './controls/too-late.ts';
import type { Engine } from './engine.ts';
import type { WaitOptions } from './wait-until.ts';

/** Which requests a queued answer is for, and how often. */
export interface NextOptions {
  /** Id of the operation to answer; `*` means any. Default: `streamMessages`. */
  readonly operation?: string | undefined;
  readonly match?: RequestMatch | undefined;
  /** Number of requests to answer. Default: 1. */
  readonly times?: number | undefined;
}

/** The controls of one world. The HTTP control API and the program API both use them. */
export interface WorldControls {
  /** Queues an answer for the next matching request: the name of a scenario, or a scenario written in place. */
  next(scenario: string | InlineScenario, options?: NextOptions): QueuedAnswer;
  /**
   * Takes a queued answer back, by its `id`, and returns it. Throws ChatMockError `unknown_answer` if there is none,
   * for example because it was used up.
   */
  withdraw(id: number): QueuedAnswer;
  /** Queued answers that no request has used yet. */
  readonly queued: readonly QueuedAnswer[];
  /** Answers that were queued when a world of this name was dropped to make room for another. */
  readonly lost: readonly QueuedAnswer[];
  readonly journal: JournalControls;
  /** The most recent streams, newest last. */
  readonly streams: readonly StreamRecord[];
  /** Resolves when enough streams match, for example one that is held or over. Rejects like `journal.wait`. */
  waitForStream(match: StreamMatch, options?: WaitOptions): Promise<readonly StreamRecord[]>;
  /** Resolves when a stream waits at this hold. Rejects like `journal.wait`. */
  held(name: string, options?: Omit<WaitOptions, 'count'>): Promise<StreamRecord>;
  readonly clock: ClockControls;
  /** The number of streams that wait at each hold. */
  readonly holds: readonly { readonly name: string; readonly waiting: number }[];
  /**
   * Releases the streams that wait at this hold, or at any hold without a name. Returns how many. Throws ChatMockError
   * `nobody_waits` if no stream waits at the named hold.
   */
  release(name?: string): number;
  /** Replaces the chaos rules; an empty list turns chaos off. */
  setChaos(rules: readonly ChaosRule[]): void;
  readonly chaos: readonly CountedRule[];
  /**
   * Restores the initial sessions, ends all streams and forgets everything else. Returns the queued answers that were
   * never used.
   */
  reset(): readonly QueuedAnswer[];
}

/** Creates the controls of a world. Each call looks the world up by name, so the controls stay valid after a reset. */
export function createControls(engine: Engine, name: string | null): WorldControls {
  const world = () => visitWorld(engine, name);
  const { inputs } = engine;
  return {
    next: (scenario, options = {}) =>
      inputs.submit({ kind: 'next', world: name, scenario, options }, () => {
        // A scenario of the library is there anyhow.
        const sizeBytes = typeof scenario === 'string' ? 0 : 2 * JSON.stringify(scenario).length;
        return world().queue.add(toAnswer(engine, scenario, options), sizeBytes);
      }),
    withdraw: (id) => inputs.submit({ kind: 'withdraw', world: name, id }, () => withdraw(world(), id)),
    get queued() {
      return world().queue.list();
    },
    get lost() {
      return engine.worlds.lost(name);
    },
    get journal() {
      return createJournalControls(engine, world());
    },
    get streams() {
      return world().streams.records;
    },
    waitForStream: (match, options = {}) => waitForStream(engine, world(), { match, options }),
    held: async (hold, options = {}) => {
      const found = await waitForStream(engine, world(), { match: { hold }, options: { ...options, count: 1 } });
      return found[0] as StreamRecord; // A wait for one stream returns at least one.
    },
    get clock() {
      return createClockControls(engine, world());
    },
    get holds() {
      return world().holds.list();
    },
    release: (hold) => release(engine, world(), hold ?? null),
    setChaos: (rules) => {
      const compile = (rule: ChaosRule) =>
        rule.match ? { ...rule, match: compileMatch(rule.match, engine.compilePattern) } : rule;
      inputs.submit({ kind: 'chaos', world: name, rules }, () => world().chaos.set(rules.map(compile)));
    },
    get chaos() {
      return world().chaos.rules;
    },
    reset: () => resetWorld(engine, { name }),
  };
}

/** The world of this name; it is made if it is not there, and is the one that was used last. */
export function visitWorld({ worlds, inputs }: Engine, name: string | null): World {
  // Most looks are at the world that was used last, which changes nothing.
  if (worlds.isNewest(name)) return worlds.get(name);
  return inputs.submit({ kind: 'visit', world: name }, () => worlds.get(name));
}

/** Forgets a world, or with `all` every world. Returns what was queued and never used. */
export function resetWorld(
  { worlds, inputs }: Engine,
  {
    name,
    seed,
    all = false,
  }: { readonly name: string | null; readonly seed?: Seed; readonly all?: boolean | undefined },
): readonly QueuedAnswer[] {
  if (all) return inputs.submit({ kind: 'reset_all' }, () => worlds.resetAll());
  return inputs.submit({ kind: 'reset', world: name, seed }, () => worlds.reset(name, seed));
}

type Seed = number | string | undefined;

/** Returns the scenario of this name. Throws ChatMockError `unknown_scenario` if there is none. */
export function findScenario({ library }: Engine, name: string): InlineScenario {
  const script = library.get(name);
  if (script) return script;
  throw new ChatMockError(
    'unknown_scenario',
    `Failed to queue an answer: there is no scenario "${shorten(name)}"${didYouMean(name, library.names) || '.'} Known: ${library.names.join(', ')}.`,
  );
}

function toAnswer(
  engine: Engine,
  scenario: string | InlineScenario,
  { operation = 'streamMessages', match: given = {}, times = 1 }: NextOptions = {},
): Omit<QueuedAnswer, 'id' | 'used'> {
  const match = compileMatch(given, engine.compilePattern);
  if (typeof scenario !== 'string')
    return { scenario: scenario.scenario ?? 'inline', script: scenario, operation, match, times };
  return { scenario, script: findScenario(engine, scenario), operation, match, times };
}

function withdraw({ queue }: World, id: number): QueuedAnswer {
  const answer = queue.withdraw(id);
  if (answer) return answer;
  const ids = queue.list().map((one) => one.id);
  throw new ChatMockError(
    'unknown_answer',
    `Failed to withdraw ${Number.isInteger(id) ? `answer ${id}` : 'an answer'}: no answer with this id waits. ${ids.length > 0 ? `Waiting: ${ids.join(', ')}.` : 'No answer waits.'}`,
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
