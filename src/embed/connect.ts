import { ChatMockError, causeMessageOf } from '../runtime/errors.ts';
import type { ClockControls } from '../server/controls/clock.ts';
import type { JournalControls } from '../server/controls/journal.ts';
import type { WorldControls } from '../server/controls.ts';
import { controlPath } from '../server/routes.ts';
import type { WaitOptions } from '../server/wait-until.ts';
import type { QueuedAnswer } from '../world/answer-queue.ts';
import type { CountedRule } from '../world/chaos.ts';
import type { Verification } from '../world/journal.ts';
import type { RequestRecord, RequestRecordJson } from '../world/request-record.ts';
import type { StreamRecord, StreamRecordJson } from '../world/stream-record.ts';

/** How to reach a mock of another process, and on whose behalf. */
export interface ConnectOptions {
  /** The world to control, as in `X-Test-Id`. Default: the default world. */
  readonly world?: string | undefined;
  /** The `--control-token` of the mock. */
  readonly token?: string | undefined;
  /** Default: the global `fetch`. */
  readonly fetch?: ((url: string, init: RequestInit) => Promise<Response>) | undefined;
}

/**
 * The controls of a mock in another process. They have the names of a mock in this process, and each returns a promise:
 * `await mock.streams` and `await mock.next('slow-tool')` work with both.
 */
export interface RemoteControls extends Remote<Omit<WorldControls, 'journal' | 'clock'>> {
  /** Where the mock listens. */
  readonly url: string;
  readonly journal: Remote<JournalControls>;
  readonly clock: Remote<ClockControls>;
  /** Returns the controls of the world that requests with this `X-Test-Id` use. */
  world(id: string): RemoteControls;
  /** Resets every world. Returns what was queued and never used. */
  resetAll(): Promise<readonly RemoteAnswer[]>;
  /** The names of all scenarios. */
  readonly scenarioNames: Promise<readonly string[]>;
}

/** Each property a promise, each method one that returns a promise. */
type Remote<Controls> = {
  readonly [Name in keyof Controls]: Controls[Name] extends (...given: infer Given) => infer Result
    ? (...given: Given) => Promise<Told<Awaited<Result>>>
    : Promise<Told<Controls[Name]>>;
};

/** What comes over HTTP of a value. */
type Told<Value> = Value extends RequestRecord
  ? RemoteRequest
  : Value extends StreamRecord
    ? RemoteStream
    : Value extends QueuedAnswer
      ? RemoteAnswer
      : Value extends Verification
        ? RemoteVerification
        : Value extends readonly (infer Item)[]
          ? readonly Told<Item>[]
          : Value;

/** A request record of a mock in another process. */
export type RemoteRequest = CamelCase<RequestRecordJson> & { toJSON(): RequestRecordJson };
/** A stream record of a mock in another process; it does not change any more. */
export type RemoteStream = CamelCase<Omit<StreamRecordJson, 'sha256'>> & {
  sha256(): string;
  toJSON(): StreamRecordJson;
};
/** A queued answer of a mock in another process. */
export type RemoteAnswer = Omit<QueuedAnswer, 'script'>;
/** How often a match was met, as a mock in another process reports it. */
export interface RemoteVerification extends Pick<Verification, 'matched'> {
  readonly nearest: readonly (Pick<Verification['nearest'][number], 'mismatches'> & {
    readonly entry: RemoteRequest;
  })[];
}

type CamelCase<Json> = { readonly [Name in keyof Json as CamelName<Name & string>]: Json[Name] };
type CamelName<Name extends string> = Name extends `${infer First}_${infer Rest}`
  ? `${First}${Capitalize<CamelName<Rest>>}`
  : Name;

/**
 * Controls a mock in another process over its control API. Sends nothing yet. Throws ChatMockError `bad_argument` if the
 * URL is not valid; calls reject with ChatMockError `unreachable`, `not_a_mock`, or the error of the control API.
 *
 * @example
 * ```ts
 * const mock = connect('http://127.0.0.1:4010', { world: 'checkout' });
 * await mock.next('slow-tool');
 * ```
 */
export function connect(url: string, options: ConnectOptions = {}): RemoteControls {
  const base = readBase(url);
  const ask = createCaller(base, options);
  const wait = async <Found>(path: string, match: object, { signal, ...rest }: WaitOptions = {}) =>
    ask<Found>(`POST ${path}`, { match, count: rest.count, timeout_ms: rest.timeoutMs }, signal);
  const waitForStream: RemoteControls['waitForStream'] = async (match, options) =>
    (await wait<{ streams: StreamRecordJson[] }>('streams/wait', match, options)).streams.map(toStream);
  const readQueue = () => ask<{ queued: RemoteAnswer[]; lost: RemoteAnswer[] }>('GET next');
  const reset = async (all: boolean) => (await ask<{ unused: RemoteAnswer[] }>('POST reset', { all })).unused;
  return {
    url: base,
    world: (world) => connect(url, { ...options, world }),
    next: (scenario, given = {}) => ask('POST next', { scenario, ...given }),
    withdraw: (id) => ask(`DELETE next/${id}`),
    get queued() {
      return lazily(async () => (await readQueue()).queued);
    },
    get lost() {
      return lazily(async () => (await readQueue()).lost);
    },
    journal: connectJournal(ask, wait),
    clock: connectClock(ask),
    get streams() {
      return lazily(async () => (await ask<{ streams: StreamRecordJson[] }>('GET streams')).streams.map(toStream));
    },
    waitForStream,
    held: async (hold, options) => {
      const found = await waitForStream({ hold }, { ...options, count: 1 });
      return found[0] as RemoteStream; // A wait for one stream returns at least one.
    },
    get holds() {
      return lazily(async () => (await ask<Pick<WorldControls, 'holds'>>('GET holds')).holds);
    },
    release: async (name) => {
      const hold = name === undefined ? '' : `${encodeURIComponent(name)}/`;
      return (await ask<{ released: number }>(`POST holds/${hold}release`)).released;
    },
    setChaos: async (rules) => void (await ask('PUT chaos', { rules })),
    get chaos() {
      return lazily(async () => (await ask<{ rules: CountedRuleJson[] }>('GET chaos')).rules.map(toRule));
    },
    reset: () => reset(false),
    resetAll: () => reset(true),
    get scenarioNames() {
      return lazily(async () => {
        const { scenarios } = await ask<{ scenarios: { scenario: string }[] }>('GET scenarios');
        return scenarios.map(({ scenario }) => scenario);
      });
    },
  };
}

/** A promise of what a property holds. Looking at the property, as debuggers and matchers do, asks nothing yet. */
function lazily<Value>(ask: () => Promise<Value>): Promise<Value> {
  let asked: Promise<Value> | undefined;
  const once = () => {
    asked ??= ask();
    return asked;
  };
  return {
    // biome-ignore lint/suspicious/noThenProperty: it is a promise.
    then: (onValue, onError) => once().then(onValue, onError),
    catch: (onError) => once().catch(onError),
    finally: (onSettled) => once().finally(onSettled),
    [Symbol.toStringTag]: 'Promise',
  };
}

type Ask = <Answer>(route: string, body?: object, signal?: AbortSignal) => Promise<Answer>;

type Wait = <Found>(path: string, match: object, options?: WaitOptions) => Promise<Found>;

function connectJournal(ask: Ask, wait: Wait): RemoteControls['journal'] {
  const read = () => ask<{ entries: RequestRecordJson[]; dropped: number }>('GET journal');
  const waitFor: RemoteControls['journal']['wait'] = async (match, options) =>
    (await wait<{ entries: RequestRecordJson[] }>('journal/wait', match, options)).entries.map(toRequest);
  const verify = async (body: object): Promise<RemoteVerification> => {
    const { matched, nearest } = await ask<VerificationJson>('POST journal/verify', body);
    return { matched, nearest: nearest.map(({ entry, mismatches }) => ({ entry: toRequest(entry), mismatches })) };
  };
  return {
    get entries() {
      return lazily(async () => (await read()).entries.map(toRequest));
    },
    get dropped() {
      return lazily(async () => (await read()).dropped);
    },
    find: (match) => waitFor(match, { count: 0 }), // Any number of matches is enough, so it does not wait.
    verify: (match, { within } = {}) => verify({ match, within, count: { at_least: 0 } }),
    verifySequence: (sequence) => verify({ sequence }),
    wait: waitFor,
  };
}

interface VerificationJson {
  readonly matched: number;
  readonly nearest: readonly (Pick<Verification['nearest'][number], 'mismatches'> & { entry: RequestRecordJson })[];
}

function connectClock(ask: Ask): RemoteControls['clock'] {
  const read = () => ask<Omit<ClockControls, 'nowMs'> & { readonly now_ms: number }>('GET clock');
  return {
    get nowMs() {
      return lazily(async () => (await read()).now_ms);
    },
    get mode() {
      return lazily(async () => (await read()).mode);
    },
    get speed() {
      return lazily(async () => (await read()).speed);
    },
    get waiting() {
      return lazily(async () => (await read()).waiting);
    },
    set: async (settings) => void (await ask('PUT clock', settings)),
    advance: async (ms) => (await ask<{ met: number }>('POST clock/advance', { ms })).met,
  };
}

function toRequest(json: RequestRecordJson): RemoteRequest {
  const { session_id: sessionId, duration_ms: durationMs, ...same } = json;
  return { ...same, sessionId, durationMs, toJSON: () => json };
}

function toStream(json: StreamRecordJson): RemoteStream {
  const {
    session_id: sessionId,
    elapsed_ms: elapsedMs,
    client_left: clientLeft,
    stalled_ms: stalledMs,
    ...rest
  } = json;
  const { sha256, ...same } = rest;
  return { ...same, sessionId, elapsedMs, clientLeft, stalledMs, sha256: () => sha256, toJSON: () => json };
}

type CountedRuleJson = CountedRule['rule'] & Pick<CountedRule, 'seen' | 'fired'>;

function toRule({ seen, fired, ...rule }: CountedRuleJson): CountedRule {
  return { rule, seen, fired };
}

function readBase(url: string): string {
  if (URL.canParse(url) && /^https?:/.test(url)) return url.replace(/\/+$/, '');
  throw new ChatMockError(
    'bad_argument',
    `Failed to connect: "${url}" is not the URL of a mock. Pass one that begins with http:// or https://, such as http://127.0.0.1:4010.`,
  );
}

function createCaller(base: string, { world, token, fetch: given }: ConnectOptions): Ask {
  const headers: Record<string, string> = {};
  if (world !== undefined) headers['x-test-id'] = world;
  if (token !== undefined) headers['authorization'] = `Bearer ${token}`;
  return async <Answer>(route: string, body?: object, signal?: AbortSignal) => {
    const [method = '', path = ''] = route.split(' ');
    const url = `${base}${controlPath}${path}`;
    const call = given ?? globalThis.fetch; // Looked up late: a test may replace it.
    const init = { method, headers, ...(body && { body: JSON.stringify(body) }), ...(signal && { signal }) };
    const response = await call(url, init).catch((error: unknown) => {
      if (signal?.aborted) throw error;
      throw new ChatMockError(
        'unreachable',
        `Failed to reach the mock at ${base}: ${causeMessageOf(error)}. Start it with npx chat-mock, or correct the URL.`,
        { cause: error },
      );
    });
    const answer: unknown = await response.json().catch(() => null); // Not JSON, so not from a mock: see below.
    // A count or an order that is not as asked for is a 422, and an answer.
    const isAnswer = answer instanceof Object && (response.ok || (response.status === 422 && 'matched' in answer));
    if (isAnswer) return answer as Answer; // The control API's own answer to this route.
    throw refusalOf(answer) ?? notAMock(base, { route, response });
  };
}

function refusalOf(answer: unknown): ChatMockError | null {
  const { error } = (answer ?? {}) as { readonly error?: { readonly code?: unknown; readonly message?: unknown } };
  return typeof error?.code === 'string' ? new ChatMockError(error.code, String(error.message)) : null;
}

function notAMock(
  base: string,
  { route, response }: { readonly route: string; readonly response: Response },
): ChatMockError {
  const [method, path] = route.split(' ');
  return new ChatMockError(
    'not_a_mock',
    `Failed to control the mock at ${base}: ${method} ${controlPath}${path} was answered with ${response.status}, which is not the answer of a control API. Check the URL.`,
  );
}
