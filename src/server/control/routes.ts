import { ChatMockError } from '../../runtime/errors.ts';
import { LimitError } from '../../runtime/limits.ts';
import { shorten } from '../../runtime/shorten.ts';
import type { Performing, StreamRecord } from '../../world/stream-record.ts';
import { type Answer, controlError, json } from '../answer.ts';
import { createControls, findScenario, type WorldControls } from '../controls.ts';
import { countRefusal, type Engine } from '../engine.ts';
import { chooseExposition, expositionTypes, writeExposition } from '../metrics/exposition.ts';
import { collectMetrics } from '../metrics/metrics.ts';
import { BodyStalledError, BodyTooLargeError, bodyLimits } from '../read-body.ts';
import { type IncomingRequest, worldName } from '../request.ts';
import { type bodies, parseJournalQuery, parseQuery, queries } from './bodies.ts';
import { serveDocument } from './document.ts';
import { listFrames, writeScenario } from './frames.ts';
import { serveLive } from './live.ts';
import { parseBody } from './parse-body.ts';
import { serveReference } from './reference.ts';
import type { RequestDetail } from './shapes.ts';
import { showQueued, showRule, showStreamDetail } from './show.ts';
import { listTraffic, listWorlds } from './traffic.ts';

/** The arguments of an endpoint: the world of `X-Test-Id`, the body, and the parameter in the path. */
interface ControlCall<Body> {
  readonly engine: Engine;
  readonly request: IncomingRequest;
  readonly controls: WorldControls;
  readonly world: string | null;
  readonly body: Body;
  readonly parameter: string;
  readonly query: URLSearchParams;
}

interface Route {
  readonly method: string;
  /** `*` is one part of any name. */
  readonly path: string;
  readonly summary: string;
  /** The body it takes; null: none. */
  readonly body: keyof typeof bodies | null;
  readonly serve: (engine: Engine, request: IncomingRequest, parameter: string) => Promise<Answer>;
}

/** Every endpoint below `/__mock/` but health, which needs none of this. */
export const routes: readonly Route[] = [
  route(
    'POST reset',
    'Resets a world, or every world with {"all": true}; {"seed": 7} gives this one a seed of its own.',
    'reset',
    ({ engine, body, world }) => {
      const unused = body.all ? engine.worlds.resetAll() : engine.worlds.reset(world, body.seed);
      return ok({ status: 'ok', reset: body.all ? 'all' : (world ?? 'default'), unused: unused.map(showQueued) });
    },
  ),
  route('GET scenarios', 'Lists the scenarios.', null, ({ engine }) =>
    ok({
      scenarios: engine.library.all.map(({ scenario, description = null, when = null }) => ({
        scenario,
        description,
        when,
      })),
    }),
  ),
  route('POST next', 'Queues an answer for the next matching request.', 'next', ({ controls, body }) => {
    const { scenario, operation, match, times } = body;
    return json(201, JSON.stringify(showQueued(controls.next(scenario, { operation, match, times }))));
  }),
  route(
    'POST next/check',
    'Checks an answer as `POST next` would, without queuing it: 200, or the same error.',
    'next',
    ({ engine, body }) => {
      if (typeof body.scenario === 'string') findScenario(engine, body.scenario);
      return ok({ status: 'ok' });
    },
  ),
  route(
    'GET next',
    'Lists queued answers (`queued`), and those that were lost when a world of this name was dropped (`lost`).',
    null,
    ({ controls: { queued, lost } }) => ok({ queued: queued.map(showQueued), lost: lost.map(showQueued) }),
  ),
  route(
    'GET journal',
    'Lists the newest requests, with secrets redacted; filters: operation, session_id, status.',
    null,
    ({ controls, query }) => {
      const { journal } = controls;
      return ok({ entries: journal.find(parseJournalQuery(query)), dropped: journal.dropped });
    },
  ),
  route(
    'GET journal/*',
    'Returns one request with its answer, as long as that is kept, and why each queued answer is not for it.',
    null,
    (call) => ok(showRequestDetail(call)),
  ),
  route(
    'POST journal/verify',
    'Counts matching requests; 422 with the nearest misses if there are too few or too many.',
    'verify',
    ({ controls, body }) => {
      const verification = controls.journal.verify(body.match ?? {});
      const { count = { at_least: 1 } } = body;
      const { at_least = 0, at_most = Infinity } =
        typeof count === 'number' ? { at_least: count, at_most: count } : count;
      const isMet = verification.matched >= at_least && verification.matched <= at_most;
      return json(isMet ? 200 : 422, JSON.stringify(verification));
    },
  ),
  route('POST journal/wait', 'Responds when enough requests match.', 'wait', async ({ controls, body, request }) => {
    const { match = {}, count, timeout_ms: timeoutMs } = body;
    const found = await controls.journal.wait(match, { count, timeoutMs, signal: request.signal });
    return ok({ entries: found });
  }),
  route('GET streams', 'Lists the newest streams.', null, ({ engine, controls, world }) =>
    ok({ streams: controls.streams, dropped: engine.worlds.get(world).streams.dropped }),
  ),
  route(
    'GET streams/*',
    'Returns one stream with its times and its changes of state.',
    null,
    ({ controls, parameter, world }) => ok(showStreamDetail(findStream(controls, parameter), world)),
  ),
  route(
    'GET streams/*/frames',
    'Lists the frames that a stream has sent: time, place in the body, event, and bytes in base64; `?from=N` leaves out the first N. At most 1000 frames or 256 KiB at a time.',
    null,
    ({ controls, parameter, world, query }) => {
      const { from = 0 } = parseQuery(queries.frames, query);
      return ok(listFrames(findStream(controls, parameter), { world, from }));
    },
  ),
  route(
    'GET streams/*/scenario',
    'Returns a scenario file that plays the events of a stream again at the same scripted times; `?name=NAME` names it.',
    null,
    async ({ engine, controls, parameter, query }) => {
      const record = findStream(controls, parameter);
      const { name = `stream-${record.id}` } = parseQuery(queries.scenario, query);
      const headers = {
        'content-type': 'application/yaml; charset=utf-8',
        'content-disposition': `attachment; filename="${name}.yaml"`,
      };
      return { status: 200, headers, body: await writeScenario(engine, { record, name }) };
    },
  ),
  route('POST streams/*/end', 'Ends a stream now: close, truncate, reset or hang.', 'end', (call) => {
    const stream = steered(call);
    stream.performing.endNow(call.body.how ?? 'close');
    return ok(stream);
  }),
  route(
    'POST streams/wait',
    'Responds when enough streams match, for example when one is held or over.',
    'waitForStream',
    async ({ controls, body, request }) => {
      const { match = {}, count, timeout_ms: timeoutMs } = body;
      const found = await controls.waitForStream(match, { count, timeoutMs, signal: request.signal });
      return ok({ streams: found });
    },
  ),
  route('POST streams/*/pause', 'Pauses a running stream.', null, (call) => {
    const stream = steered(call);
    stream.performing.pause();
    if (stream.performing.state === 'paused') return ok(stream);
    throw notSteerable(stream, 'it cannot be paused any more');
  }),
  route('POST streams/*/resume', 'Resumes a paused stream.', null, (call) => {
    const stream = steered(call);
    stream.performing.resume();
    return ok(stream);
  }),
  route('POST streams/*/step', 'Lets a paused stream send N more events.', 'step', (call) => {
    const stream = steered(call);
    if (stream.performing.step(call.body.events ?? 1)) return ok(stream);
    if (stream.performing.state !== 'paused') throw notSteerable(stream, 'pause it before it steps');
    throw notSteerable(stream, 'it waits at a hold, which must be released before it steps');
  }),
  route('GET holds', 'Lists the holds that streams wait for.', null, ({ controls }) => ok({ holds: controls.holds })),
  route('POST holds/release', 'Releases every hold.', null, ({ controls }) => ok({ released: controls.release() })),
  route('POST holds/*/release', 'Releases one hold.', null, ({ controls, parameter }) =>
    ok({ released: controls.release(parameter) }),
  ),
  route('GET clock', 'Returns the mode and speed of the clock.', null, ({ controls }) => ok(showClock(controls))),
  route(
    'PUT clock',
    'Sets the mode (fixed, real, manual) and the speed of the clock.',
    'clock',
    ({ controls, body }) => {
      controls.clock.set(body);
      return ok(showClock(controls));
    },
  ),
  route('POST clock/advance', 'Advances a manual clock.', 'advance', ({ controls, body }) => {
    const met = controls.clock.advance(body.ms);
    return ok({ ...showClock(controls), met });
  }),
  route('GET chaos', 'Lists the chaos rules and how often each fired.', null, ({ controls }) =>
    ok({ rules: controls.chaos.map(showRule) }),
  ),
  route('PUT chaos', 'Replaces the chaos rules.', 'chaos', ({ controls, body }) => {
    controls.setChaos(body.rules);
    return ok({ rules: controls.chaos.map(showRule) });
  }),
  route('GET worlds', 'Lists the worlds: the default one, then those used last, at most 500.', null, ({ engine }) =>
    ok(listWorlds(engine)),
  ),
  route(
    'GET traffic',
    'Lists the newest requests and streams in one line each, of all worlds without `X-Test-Id`: what `GET live` said before; `?limit=N`, at most 10000. Default: 1000.',
    null,
    ({ engine, world, query }) => {
      const { limit = 1000 } = parseQuery(queries.traffic, query);
      return ok(listTraffic(world === null ? engine.worlds.all() : [engine.worlds.get(world)], limit));
    },
  ),
  route(
    'GET live',
    'Streams what happens as events: `request` (a request was answered, as in `GET traffic`), `state` (a stream started, was held, paused or resumed), `stream` (a stream ended), `missed` (number of events a slow reader lost).',
    null,
    ({ engine, world }) => serveLive(engine, world),
  ),
  route(
    'GET metrics',
    'Returns metrics in the text format of Prometheus, or in OpenMetrics if `Accept` asks for it.',
    null,
    ({ engine, request }) => {
      const format = chooseExposition(request.header('accept'));
      const body = writeExposition(collectMetrics(engine, engine.readProcess()), format);
      return { status: 200, headers: { 'content-type': expositionTypes[format] }, body };
    },
  ),
  ...(['json', 'yaml'] as const).map((format) =>
    route(
      `GET openapi.${format}`,
      'Returns the OpenAPI document; `?spec=3.1` selects the older version.',
      null,
      (call) => serveDocument(call.engine, call.request, format),
    ),
  ),
  route(
    'GET docs',
    'Serves the API reference page: read it, send requests, watch streams.',
    null,
    ({ engine, request }) => serveReference(engine, request),
  ),
];

/** Answers a control request; `path` is what follows `/__mock/`. */
export async function serveRoute(
  engine: Engine,
  request: IncomingRequest,
  { method, path }: { readonly method: string; readonly path: string },
): Promise<Answer> {
  for (const one of routes) {
    const parameter = one.method === method ? match(one.path, path) : null;
    if (parameter !== null)
      return one.serve(engine, request, parameter).catch((error) => explain(engine, error, request));
  }
  const known = ['GET health', ...routes.map((one) => `${one.method} ${one.path}`)].join(', ');
  return controlError(404, 'not_found', `There is no control endpoint ${method} ${request.path}. There are: ${known}.`);
}

type BodyOf<Name> = Name extends keyof typeof bodies ? Awaited<ReturnType<typeof parseBody<Name>>> : null;

function route<Name extends keyof typeof bodies | null>(
  call: string,
  summary: string,
  bodyName: Name,
  answer: (call: ControlCall<BodyOf<Name>>) => Answer | Promise<Answer>,
): Route {
  const [method = '', path = ''] = call.split(' ');
  return {
    method,
    path,
    summary,
    body: bodyName,
    serve: async (engine, request, parameter) => {
      const text = new TextDecoder().decode(await request.body(bodyLimits));
      // Which body a name stands for is in the table; the compiler does not follow it through the null.
      const body = (bodyName === null ? null : await parseBody(bodyName, text, engine)) as BodyOf<Name>;
      const world = worldName(request);
      const query = new URLSearchParams(request.query);
      const controls = createControls(engine, world);
      return answer({ engine, request, controls, world, body, parameter, query });
    },
  };
}

/** Returns the part of the path at the `*`, '' if the pattern has none, or null if the path does not match. */
function match(pattern: string, path: string): string | null {
  const wanted = pattern.split('/');
  const given = path.split('/');
  if (wanted.length !== given.length) return null;
  if (!wanted.every((part, index) => (part === '*' ? given[index] !== '' : part === given[index]))) return null;
  const star = wanted.indexOf('*');
  return star === -1 ? '' : decode(given[star] ?? '');
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // Invalid encoding: use the text as it was sent.
  }
}

/** Status of each error that an endpoint itself may answer with; any other code is a 400. */
export const errorStatuses: Readonly<Record<string, number>> = {
  bad_body: 400,
  bad_query: 400,
  bad_spec: 400,
  unknown_request: 404,
  unknown_scenario: 404,
  unknown_stream: 404,
  nobody_waits: 404,
  timeout: 408,
  clock_not_manual: 409,
  not_steerable: 409,
  not_kept: 410,
  queue_full: 429,
  worlds_full: 503,
  streams_full: 503,
  readers_full: 503,
  storage_full: 429,
  body_stalled: 408,
};

function explain(engine: Engine, error: unknown, { hasLeft }: IncomingRequest): Answer {
  if (hasLeft) return controlError(408, 'timeout', 'The client has left.');
  if (error instanceof BodyTooLargeError) return controlError(413, 'body_too_large', `${error.message}.`);
  if (error instanceof BodyStalledError) {
    const answer = controlError(408, 'body_stalled', error.message);
    return { ...answer, headers: { ...answer.headers, connection: 'close' } };
  }
  if (!(error instanceof ChatMockError)) throw error;
  if (error instanceof LimitError) countRefusal(engine, error);
  return controlError(errorStatuses[error.code] ?? 400, error.code, error.message);
}

function ok(value: object): Answer {
  return json(200, JSON.stringify(value));
}

function showClock({ clock: { mode, speed, nowMs, waiting } }: WorldControls): object {
  return { mode, speed, now_ms: nowMs, waiting };
}

type Steered = StreamRecord & { readonly performing: Performing };

/** Returns the stream of this number. Throws ChatMockError `unknown_stream` if there is none. */
function findStream({ streams }: WorldControls, parameter: string): StreamRecord {
  const record = streams.find(({ id }) => String(id) === parameter);
  if (record) return record;
  throw new ChatMockError(
    'unknown_stream',
    `There is no stream ${shorten(parameter)} in this world. GET streams lists them.`,
  );
}

function showRequestDetail({
  controls,
  parameter,
}: Pick<ControlCall<unknown>, 'controls' | 'parameter'>): RequestDetail {
  const record = controls.journal.entries.find(({ id }) => String(id) === parameter);
  if (!record)
    throw new ChatMockError(
      'unknown_request',
      `There is no request ${shorten(parameter)} in the journal of this world. GET journal lists them.`,
    );
  return {
    ...record.toJSON(),
    time: new Date(record.cameMs).toISOString(),
    stream: record.stream,
    answer: record.answer,
    queued: controls.queued.map(({ id, scenario, operation, match }) => ({
      id,
      scenario,
      mismatches: record.shownMismatches({ ...match, ...(operation !== '*' && { operation }) }),
    })),
  };
}

/** Returns the stream that the path names. Throws if it is unknown or not running. */
function steered({ controls, parameter }: Pick<ControlCall<unknown>, 'controls' | 'parameter'>): Steered {
  const record = findStream(controls, parameter);
  if (record.end !== null) throw new ChatMockError('not_steerable', `Stream ${parameter} is over (${record.end}).`);
  if (record.performing) return record as Steered; // The compiler does not narrow what is inside.
  throw new ChatMockError('not_steerable', `Stream ${parameter} has not begun: its headers are late.`);
}

function notSteerable({ id, performing }: Steered, advice: string): ChatMockError {
  return new ChatMockError('not_steerable', `Stream ${id} is ${performing.state}: ${advice}.`);
}
