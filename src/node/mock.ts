import { type Choices, defaultChoices } from '../api/choices.ts';
import { defaultEdition, type Edition } from '../api/editions.ts';
import { builtInFixtures } from '../generated/fixtures.ts';
import { createRealClock, instantClock, scaleClock } from '../runtime/clock.ts';
import { createRandom } from '../runtime/random.ts';
import type { IndexFixture, SessionFixture } from '../scenario/fixture-schema.ts';
import { IndexCatalogue } from '../scenario/indexes.ts';
import { rankByWhen } from '../scenario/match.ts';
import type { Scenario } from '../scenario/schema.ts';
import { createTemplateCheck, type Fill, loadFill } from '../scenario/template.ts';
import { createApp } from '../server/app.ts';
import type { Engine } from '../server/engine.ts';
import { SessionViews } from '../server/views.ts';
import type { Activity } from '../world/activity.ts';
import { generateSessions } from '../world/generated-sessions.ts';
import { shareSessions } from '../world/shared-sessions.ts';
import { Worlds } from '../world/worlds.ts';
import type { Listening, ListenOptions } from './listen.ts';

export interface ChatMockOptions {
  /** Decides everything that is made up. Default 1. */
  readonly seed?: number | string;
  readonly edition?: Edition;
  /** Instead of the built-in ones. */
  readonly scenarios?: readonly Scenario[];
  readonly sessions?: readonly SessionFixture[];
  readonly indexes?: readonly IndexFixture[];
  /** Sessions made up from the seed, beside the fixtures. */
  readonly generatedSessions?: number;
  /** How many times as fast as paced streams come. Default 1; `instant`: nothing ever waits. */
  readonly speed?: number | 'instant';
  /** Time in data: `fixed` starts at 2026-04-22T12:34:41.342245 and moves with each write. */
  readonly clock?: 'fixed' | 'real';
  /** Only these are good; default: any non-empty key. */
  readonly apiKeys?: readonly string[];
  readonly choices?: Partial<Choices>;
  /** An unknown session behaves as an empty one, an unknown page token as the first page. */
  readonly lenient?: boolean;
  /** Pages that may call, beside those on a loopback origin. */
  readonly corsOrigins?: readonly string[];
  readonly onActivity?: ((activity: Activity) => void) | null;
}

export interface ChatMock {
  /** Answers a request without a socket. */
  fetch(request: Request): Promise<Response>;
  /** Serves on a socket (Node). */
  listen(options?: ListenOptions): Promise<Listening>;
  /** Forgets every world: sessions are those of the start again, running streams end. */
  reset(): void;
  readonly scenarioNames: readonly string[];
  readonly sessionCount: number;
}

/** A mock of the LlamaCloud Chat API: one deterministic engine, with or without a socket. */
export function createChatMock(options: ChatMockOptions = {}): ChatMock {
  const engine = createEngine(options);
  const app = createApp(engine);
  const endStreams = () => {
    for (const stop of [...engine.streams.values()]) stop();
  };
  return {
    fetch: async (request) => app.fetch(request),
    listen: async (where) => (await import('./listen.ts')).listen(app, endStreams, where),
    reset: () => {
      engine.worlds.resetAll();
      endStreams();
    },
    scenarioNames: [...engine.scenarios.keys()],
    sessionCount: engine.worlds.get(null).sessions.size,
  };
}

function createEngine({
  seed = 1,
  edition = defaultEdition,
  scenarios = builtInFixtures.scenarios,
  sessions = builtInFixtures.sessions,
  indexes = builtInFixtures.indexes,
  generatedSessions = 0,
  speed = 1,
  clock = 'fixed',
  apiKeys = [],
  choices: chosen = {},
  lenient = false,
  corsOrigins = [],
  onActivity = null,
}: ChatMockOptions): Engine {
  const choices: Choices = { ...defaultChoices, ...chosen };
  const random = createRandom(seed);
  const catalogue = new IndexCatalogue(indexes, random);
  const wallClock = createRealClock();
  const shared = shareSessions([...sessions, ...generateSessions(generatedSessions, { random, indexes })], {
    edition,
    choices,
    indexes: catalogue,
    random,
    fill: (text) => text,
  });
  let fill: Promise<Fill> | undefined;
  return {
    seed,
    edition,
    choices,
    apiKeys: new Set(apiKeys),
    lenient,
    corsRules: { cors: choices.cors, origins: new Set(corsOrigins) },
    worlds: new Worlds({ seed, clock, choices, shared }),
    views: new SessionViews(edition, choices),
    indexes: catalogue,
    scenarios: new Map(scenarios.map((scenario) => [scenario.scenario, scenario])),
    rankedScenarios: rankByWhen(scenarios),
    clock: speed === 'instant' ? instantClock : speed === 1 ? wallClock : scaleClock(wallClock, speed),
    wallClock,
    encodedFrames: { text_delta: new Map(), thinking_delta: new Map() },
    isTemplate: createTemplateCheck(),
    fill: () => {
      fill ??= loadFill();
      return fill;
    },
    onActivity,
    streams: new Map(),
  };
}
