import { ChatMockError } from '../../runtime/errors.ts';
import { shorten } from '../../runtime/shorten.ts';
import type { Performing, StreamRecord } from '../../world/stream-record.ts';
import { visitWorld, type WorldControls } from '../controls.ts';
import { parseQuery, queries } from './bodies.ts';
import { listFrames, writeScenario } from './frames.ts';
import { type ControlCall, ok, type Route, route } from './route.ts';
import { showStreamDetail } from './show.ts';

/** The endpoints below `streams`: they list streams, wait for them and steer them. */
export const streamRoutes: readonly Route[] = [
  route('GET streams', 'Lists the newest streams.', null, ({ engine, controls, world }) =>
    ok({ streams: controls.streams, dropped: visitWorld(engine, world).streams.dropped }),
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
];

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
