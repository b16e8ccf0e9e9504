import { ChatMockError } from '../../runtime/errors.ts';
import { shorten } from '../../runtime/shorten.ts';
import { type Answer, controlError, json } from '../answer.ts';
import { findScenario, resetWorld, visitWorld, type WorldControls } from '../controls.ts';
import type { Engine } from '../engine.ts';
import { chooseExposition, expositionTypes, writeExposition } from '../metrics/exposition.ts';
import { collectMetrics } from '../metrics/metrics.ts';
import type { IncomingRequest } from '../request.ts';
import { parseJournalQuery, parseQuery, queries } from './bodies.ts';
import { serveDocument } from './document.ts';
import { explain } from './errors.ts';
import { serveLive } from './live.ts';
import { serveReference } from './reference.ts';
import { type ControlCall, ok, type Route, route } from './route.ts';
import type { RequestDetail } from './shapes.ts';
import { showQueued, showRule } from './show.ts';
import { streamRoutes } from './stream-routes.ts';
import { listTraffic, listWorlds } from './traffic.ts';

/** Every endpoint below `/__mock/` but health, which needs none of this. */
export const routes: readonly Route[] = [
  route(
    'POST reset',
    'Resets a world, or every world with {"all": true}; {"seed": 7} gives this one a seed of its own.',
    'reset',
    ({ engine, body, world }) => {
      const unused = resetWorld(engine, { name: world, seed: body.seed, all: body.all });
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
    'DELETE next/*',
    'Takes one queued answer back, by its `id`, and returns it.',
    null,
    ({ controls, parameter }) =>
      ok(showQueued(controls.withdraw(/^\d{1,15}$/.test(parameter) ? Number(parameter) : Number.NaN))),
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
    'Returns one request, its answer while that is kept, and why each queued answer does not match it.',
    null,
    (call) => ok(showRequestDetail(call)),
  ),
  route(
    'POST journal/verify',
    'Counts matching requests, or checks their order; 422 with the nearest misses if it is not as asked for.',
    'verify',
    ({ controls, body }) => {
      const { sequence, within, match = {}, count = { at_least: 1 } } = body;
      if (sequence) {
        const verification = controls.journal.verifySequence(sequence);
        return json(verification.matched === sequence.length ? 200 : 422, JSON.stringify(verification));
      }
      const verification = controls.journal.verify(match, { within });
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
  ...streamRoutes,
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
    'Lists the newest requests and streams, one line each, as `GET live` has sent them; without `X-Test-Id` those of all worlds. `?limit=N`, at most 10000. Default: 1000.',
    null,
    ({ engine, world, query }) => {
      const { limit = 1000 } = parseQuery(queries.traffic, query);
      return ok(listTraffic(world === null ? engine.worlds.all() : [visitWorld(engine, world)], limit));
    },
  ),
  route(
    'GET live',
    'Streams what happens as events: `request` (a request was answered, as in `GET traffic`), `state` (a stream started, was held, paused or resumed), `stream` (a stream ended), `missed` (how many events a slow reader has lost).',
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

function showClock({ clock: { mode, speed, nowMs, waiting } }: WorldControls): object {
  return { mode, speed, now_ms: nowMs, waiting };
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
