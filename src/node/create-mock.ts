/// <reference lib="esnext.disposable" preserve="true" />
import { type Choices, defaultChoices } from '../api/choices.ts';
import { defaultEdition, type Edition } from '../api/editions.ts';
import { builtInFixtures } from '../generated/fixtures.ts';
import type { Speed } from '../runtime/clock.ts';
import { defaultLimits, type Limits } from '../runtime/limits.ts';
import { createRandom } from '../runtime/random.ts';
import { createRealClock } from '../runtime/real-clock.ts';
import { Tally } from '../runtime/tally.ts';
import { withMembers } from '../runtime/with-members.ts';
import { unescapeBraces } from '../scenario/braces.ts';
import type { IndexFixture, SessionFixture } from '../scenario/fixture-schema.ts';
import { FrameMemory } from '../scenario/frame-memory.ts';
import { IndexCatalogue } from '../scenario/indexes.ts';
import { Library } from '../scenario/library.ts';
import type { Scenario } from '../scenario/schema.ts';
import { type CreateFill, loadFill } from '../scenario/template.ts';
import { AnswerMemory } from '../server/answer-memory.ts';
import { createApp } from '../server/app.ts';
import { toBasePath } from '../server/base-path.ts';
import { createControls, resetWorld, type WorldControls } from '../server/controls.ts';
import { isLoopbackHost } from '../server/cors.ts';
import type { Capacity, ControlRules, Engine } from '../server/engine.ts';
import { createFetch, type Fetch } from '../server/fetch/fetch.ts';
import { type InstallOptions, installFetch } from '../server/fetch/install.ts';
import { type Inputs, unlogged } from '../server/inputs.ts';
import type { Metric } from '../server/metrics/metric.ts';
import { Counts, collectMetrics } from '../server/metrics/metrics.ts';
import { SessionViews } from '../server/views.ts';
import { WaitingBytes } from '../server/waiting-bytes.ts';
import type { Activity } from '../world/activity.ts';
import type { QueuedAnswer } from '../world/answer-queue.ts';
import { BodyMemory } from '../world/body-memory.ts';
import { generateSessions } from '../world/generated-sessions.ts';
import { KnownSecrets } from '../world/known-secrets.ts';
import { RecentMemory } from '../world/recent-memory.ts';
import { shareSessions } from '../world/shared-sessions.ts';
import { Worlds } from '../world/worlds.ts';
import { builtInScenarios, findOwn, preferOwn } from './built-in.ts';
import { Closing } from './closing.ts';
import type { Listening, ListenOptions } from './listen.ts';
import type { NodeHandler } from './node-handler.ts';
import type { Platform } from './platform.ts';

/** Options of `createChatMock`; every one is optional. */
export interface ChatMockOptions {
  /** Seed for all generated data. Default 1. */
  readonly seed?: number | string;
  readonly edition?: Edition;
  /** Replaces the built-in scenarios; `[...builtInScenarios, …]` adds to them, and own ones win by name. */
  readonly scenarios?: readonly Scenario[];
  readonly sessions?: readonly SessionFixture[];
  readonly indexes?: readonly IndexFixture[];
  /**
   * Directory that `chat-mock record` or `chat-mock import` has written (Node): its scenarios and sessions are added to
   * the built-in ones, and its choices apply. Your own `scenarios`, `sessions` and `choices` win.
   */
  readonly recording?: string;
  /** Number of sessions to generate from the seed, besides the fixtures. */
  readonly generatedSessions?: number;
  /** Factor by which streams are faster than their pace. Default 1; `instant` never waits. */
  readonly speed?: Speed;
  /**
   * Time in data: `fixed` starts at 2026-04-22T12:34:41.342245 and moves with each write. `manual`: the same, and
   * streams wait until the clock is advanced.
   */
  readonly clock?: 'fixed' | 'real' | 'manual';
  /** Accepted API keys; by default any non-empty key. */
  readonly apiKeys?: readonly string[];
  readonly choices?: Partial<Choices>;
  /**
   * Treats unknown sessions and indexes as existing ones in every project, and an unknown page token as the first page.
   */
  readonly lenient?: boolean;
  /** Page origins that may call the mock, in addition to loopback origins. */
  readonly corsOrigins?: readonly string[];
  readonly onActivity?: ((activity: Activity) => void) | null;
  /**
   * Called with errors that no answer can report, such as a script that fails in the middle of a stream. Default:
   * console.error.
   */
  readonly onError?: (error: unknown) => void;
  /** Prefix of every path, such as `/llama` before `/api/v1/chat`. Default: none. */
  readonly basePath?: string;
  /** False disables the control API over HTTP, except health. Default true. */
  readonly control?: boolean;
  /** Token that the control API requires as `Authorization: Bearer …`. */
  readonly controlToken?: string | null;
  /** Limits other than the defaults, such as `{ maxSessions: 100 }`; docs/limits.md lists all. */
  readonly limits?: Partial<Limits>;
}

/** A part of a recording: a recorded turn by the name of its scenario, or a session by its id. */
export interface UnusedPart {
  readonly kind: 'scenario' | 'session';
  readonly name: string;
}

/** The recording that a mock answers with. */
export interface MockRecording {
  /**
   * What no request has asked for since the mock was created, in any world: recorded turns that were not played, and
   * sessions that no request has named or listed. Empty without the option `recording`.
   */
  readonly unused: readonly UnusedPart[];
}

/** A mock; its own controls are those of the default world. */
export interface ChatMock extends WorldControls {
  /**
   * Answers a request without a socket. Behaves like the global `fetch`, including redirects, aborts and errors, so
   * that a client can use it instead.
   */
  readonly fetch: Fetch;
  /**
   * From now on, answers requests of the global `fetch` below `baseURL`. Returns a function that undoes this. Does not
   * see requests that bypass `fetch`, such as those of a service worker or of XMLHttpRequest.
   */
  install(options?: InstallOptions): () => void;
  /**
   * Resolves when calls are validated. In Node they always are. In a page, the first call that needs it loads the
   * validation; errors of earlier calls go to `onError`.
   */
  readonly ready: Promise<void>;
  /** Everything that `GET metrics` of the control API shows. */
  metrics(): readonly Metric[];
  /** Serves on a socket (Node). */
  listen(options?: ListenOptions): Promise<Listening>;
  /** Answers a request of your own server (Node). */
  readonly nodeHandler: NodeHandler;
  /** The prefix of every path, such as `/llama`; '' for none. */
  readonly basePath: string;
  /** Ends every open stream of its servers and of `nodeHandler`, and frees the ports. */
  close(): Promise<void>;
  /** Closes the mock: `await using mock = createChatMock()`. */
  [Symbol.asyncDispose](): Promise<void>;
  /** Returns the controls of the world that requests with this `X-Test-Id` use. */
  world(id: string): WorldControls;
  /** Drops every world. Returns the queued answers that were never used. */
  resetAll(): readonly QueuedAnswer[];
  /** Replaces the scenarios; sessions stay. */
  replaceScenarios(scenarios: readonly Scenario[]): void;
  /** Replaces the data that worlds start with; sessions that requests have changed stay as they are. */
  replaceFixtures(fixtures: Pick<ChatMockOptions, 'sessions' | 'indexes'>): void;
  /**
   * The recording of the option `recording`.
   *
   * @example
   * ```ts
   * const mock = createChatMock({ recording: 'recorded' });
   * // … requests …
   * assert.deepEqual(mock.recording.unused, []);
   * ```
   */
  readonly recording: MockRecording;
  readonly scenarioNames: readonly string[];
  readonly sessionCount: number;
}

/** What a mock is built on: its platform and, if its inputs are written down, where they go. */
interface Ground extends Platform {
  readonly log?: EngineLog | undefined;
}

/** Takes the inputs of an engine, and can apply those of an earlier run to it. */
export interface EngineLog extends Inputs {
  /** Called with the engine, and with what a replay needs beside it, before the engine takes any input. */
  attach(
    engine: Engine,
    ground: Pick<ChatMock, 'replaceScenarios' | 'replaceFixtures'> & Pick<Platform, 'createHash'>,
  ): void;
}

/** Builds a mock from options that are known to be good. */
export function buildMockOn(ground: Ground, options: ChatMockOptions): ChatMock {
  const { engine, replaceFixtures } = createEngine(ground, options);
  const replaceScenarios = (scenarios: readonly Scenario[]) =>
    engine.inputs.submit({ kind: 'scenarios', scenarios: findOwn(scenarios) }, () =>
      engine.library.replace(preferOwn(scenarios)),
    );
  ground.log?.attach(engine, { replaceScenarios, replaceFixtures, createHash: ground.createHash });
  const app = createApp(engine);
  const basePath = toBasePath(options.basePath ?? '');
  const servers = new Set<Listening>();
  const closing = new Closing();
  let handler: Promise<NodeHandler> | undefined;
  const close = async () => {
    closing.begin();
    await Promise.all([...servers].map((server) => server.close()));
  };
  return withMembers(createControls(engine, null), {
    fetch: createFetch(app, basePath),
    install: (where: InstallOptions = {}) =>
      installFetch(where, ({ hostname, basePath }) => {
        engine.control = { ...engine.control, hosts: new Set([...engine.control.hosts, hostname]) };
        return createFetch(app, basePath);
      }),
    ready: Promise.resolve(),
    metrics: () => collectMetrics(engine, engine.readProcess()),
    listen: async (where: ListenOptions = {}) => {
      const listen = await ground.loadListen();
      const server = await listen(
        app,
        { allowHost: (host) => allowHost(engine, host), basePath, capacity: engine.capacity, onError: engine.onError },
        where,
      );
      servers.add(server);
      return server;
    },
    nodeHandler: async (...asked: Parameters<NodeHandler>) => {
      handler ??= ground
        .loadNodeHandler()
        .then((create) => create(app, { closing, basePath, capacity: engine.capacity }));
      return (await handler)(...asked);
    },
    basePath,
    recording: { unused: [] },
    close,
    [Symbol.asyncDispose]: close,
    world: (id: string) => createControls(engine, id),
    resetAll: () => resetWorld(engine, { name: null, all: true }),
    replaceScenarios,
    replaceFixtures,
    get scenarioNames() {
      return engine.library.names;
    },
    get sessionCount() {
      return engine.worlds.get(null).sessions.size;
    },
  });
}

/**
 * Accepts the bound host name. On an address that others can reach, the control API needs a token; without one, only
 * health answers.
 */
function allowHost(engine: Engine, host: string): void {
  const { control } = engine;
  const isOpen = !isLoopbackHost(host) && control.token === null;
  engine.control = { ...control, isOn: control.isOn && !isOpen, hosts: new Set([...control.hosts, host]) };
}

function createEngine(
  { compilePattern, createHash, createPageFileReader, createProcessReader, log }: Ground,
  {
    seed = 1,
    edition = defaultEdition,
    scenarios = builtInScenarios,
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
    onError = (error) => console.error(error),
    control = true,
    controlToken = null,
    limits: chosenLimits = {},
  }: ChatMockOptions,
): { readonly engine: Engine; readonly replaceFixtures: ChatMock['replaceFixtures'] } {
  const choices: Choices = { ...defaultChoices, ...defined(chosen) };
  const capacity = createCapacity({ ...defaultLimits, ...defined(chosenLimits) });
  const random = createRandom(seed);
  const wallClock = createRealClock();
  const memory = new RecentMemory();
  const share = (fixtures: { sessions: readonly SessionFixture[]; indexes: readonly IndexFixture[] }) => {
    const catalogue = new IndexCatalogue(fixtures.indexes, random);
    const generated = generateSessions(generatedSessions, { random, indexes: fixtures.indexes });
    const context = { edition, choices, indexes: catalogue, random, fill: unescapeBraces };
    return { catalogue, shared: shareSessions([...fixtures.sessions, ...generated], context) };
  };
  const { catalogue, shared } = share({ sessions, indexes });
  const pacing = clock === 'manual' ? 'manual' : speed;
  const inputs = log ?? unlogged;
  const rules: ControlRules = { isOn: control, token: controlToken, hosts: new Set(['mock']) };
  let fill: Promise<CreateFill> | undefined;
  const engine: Engine = {
    seed,
    edition,
    choices,
    apiKeys: new Set(apiKeys),
    lenient,
    corsRules: { cors: choices.cors, origins: new Set(corsOrigins) },
    control: rules,
    worlds: new Worlds({
      seed,
      isRealTime: clock === 'real',
      choices,
      shared,
      pacing,
      speed,
      wallClock,
      nowMicros: () => inputs.nowMicros(),
      ...(log && { clientNowMs: () => log.nowMicros() / 1000, makesRoom: false }),
      createHash,
      limits: capacity.limits,
      stored: capacity.stored,
      recorded: capacity.recorded,
      memory,
    }),
    inputs,
    capacity,
    counts: new Counts(),
    readProcess: createProcessReader(),
    keeping: {
      secrets: new KnownSecrets([...apiKeys, ...(controlToken === null ? [] : [controlToken])]),
      bodies: new BodyMemory(),
      memory,
    },
    views: new SessionViews(edition, choices),
    answers: new AnswerMemory(),
    indexes: catalogue,
    library: new Library(preferOwn(scenarios), compilePattern),
    wallClock,
    frames: new FrameMemory(),
    fill: () => {
      fill ??= loadFill();
      return fill;
    },
    compilePattern,
    readPageFile: createPageFileReader(),
    watchers: new Set(onActivity ? [onActivity] : []),
    onError,
  };
  const replaceFixtures: ChatMock['replaceFixtures'] = (fixtures) => {
    engine.inputs.submit({ kind: 'fixtures', fixtures }, () => {
      const now = share({ sessions, indexes, ...fixtures });
      engine.indexes = now.catalogue;
      engine.worlds.share(now.shared);
    });
  };
  return { engine, replaceFixtures };
}

function createCapacity(limits: Limits): Capacity {
  return {
    limits,
    connections: new Tally(limits.maxConnections),
    streams: new Tally(limits.maxStreams),
    waiting: new WaitingBytes(limits.maxWaitingBytes),
    stored: new Tally(limits.maxStoredBytes),
    recorded: new Tally(limits.maxRecordBytes),
    refused: new Map(),
  };
}

/** Without what is undefined: a program may pass on what it was not given. */
function defined<Given extends object>(given: Given): Given {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as Given; // A part of it.
}
