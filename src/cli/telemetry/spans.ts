import type { Context, Span, Tracer } from '@opentelemetry/api';
import type { Activity, RequestActivity, StreamActivity } from '../../world/activity.ts';

/** The parts of the API that are used here; it is an optional peer, so it is handed in. */
export type OtelApi = typeof import('@opentelemetry/api');

/** More streams at once than this are not followed; the first is given up. */
const MAX_OPEN = 20_000;

/** A stream that is under way, with what has happened to it. */
interface OpenStream {
  /** The span of its request, once that is known. */
  request: Span | null;
  readonly changes: { readonly name: string; readonly hold: string | null; readonly atMs: number }[];
  over: { readonly activity: StreamActivity; readonly atMs: number } | null;
}

/** A stream has few changes of state worth a mark. */
const MAX_CHANGES = 128;

/**
 * Makes a span for each request, the child of the caller's `traceparent`, and below it one for each stream, with events
 * for its first byte, its holds and its end. A request that is answered by a stream lasts until that has ended.
 */
export function createSpanWriter(
  api: OtelApi,
  { tracer, nowMs }: { readonly tracer: Tracer; readonly nowMs: () => number },
): { readonly onActivity: (activity: Activity) => void; readonly end: () => void } {
  const open = new Map<string, OpenStream>();
  const streamOf = (world: string | null, stream: number): OpenStream => {
    const key = JSON.stringify([world, stream]);
    const known = open.get(key);
    if (known) return known;
    const [[oldest, given] = []] = open;
    if (oldest !== undefined && open.size >= MAX_OPEN) {
      open.delete(oldest);
      given?.request?.end(nowMs());
    }
    const made: OpenStream = { request: null, changes: [], over: null };
    open.set(key, made);
    return made;
  };
  const close = (stream: OpenStream, world: string | null, number: number) => {
    const { request, over } = stream;
    if (!request || !over) return;
    open.delete(JSON.stringify([world, number]));
    writeStream(api, { tracer, request, over, changes: stream.changes });
    request.end(over.atMs);
  };
  const onRequest = (activity: RequestActivity) => {
    const span = startRequest(api, tracer, activity);
    if (activity.stream === null) {
      span.end(activity.cameMs + activity.durationMs);
      return;
    }
    const stream = streamOf(activity.world, activity.stream);
    stream.request = span;
    close(stream, activity.world, activity.stream);
  };
  return {
    onActivity: (activity) => {
      if (activity.kind === 'request') return onRequest(activity);
      const stream = streamOf(activity.world, activity.stream);
      if (activity.kind === 'stream') {
        stream.over = { activity, atMs: nowMs() };
        close(stream, activity.world, activity.stream);
      } else if (stream.changes.length < MAX_CHANGES) {
        stream.changes.push({ name: activity.state, hold: activity.hold, atMs: nowMs() });
      }
    },
    end: () => {
      for (const { request } of open.values()) request?.end(nowMs());
      open.clear();
    },
  };
}

function startRequest(api: OtelApi, tracer: Tracer, request: RequestActivity): Span {
  const { method, path, status, operation, scenario, why, world, sessionId } = request;
  const span = tracer.startSpan(
    operation === null ? method : `${method} ${operation}`,
    {
      kind: api.SpanKind.SERVER,
      startTime: request.cameMs,
      attributes: known({
        'http.request.method': method,
        'url.path': path,
        'http.response.status_code': status,
        'chat_mock.operation': operation,
        'chat_mock.scenario': scenario,
        'chat_mock.why': why,
        'chat_mock.world': world,
        'chat_mock.session_id': sessionId,
      }),
    },
    callerOf(api, request.headers ?? {}),
  );
  if (status === null || status >= 500) span.setStatus({ code: api.SpanStatusCode.ERROR });
  return span;
}

interface Ended {
  readonly tracer: Tracer;
  readonly request: Span;
  readonly over: NonNullable<OpenStream['over']>;
  readonly changes: OpenStream['changes'];
}

function writeStream(api: OtelApi, { tracer, request, over: { activity, atMs }, changes }: Ended): void {
  const { scenario, events, bytes, end, how, stream, durationMs, firstByteMs } = activity;
  const startMs = atMs - durationMs;
  const span = tracer.startSpan(
    `stream ${scenario}`,
    {
      startTime: startMs,
      attributes: {
        'chat_mock.stream': stream,
        'chat_mock.scenario': scenario,
        'chat_mock.stream.events': events,
        'chat_mock.stream.bytes': bytes,
        'chat_mock.turn.end': end,
        'chat_mock.stream.end': how,
      },
    },
    api.trace.setSpan(api.ROOT_CONTEXT, request),
  );
  if (firstByteMs != null) span.addEvent('first byte', startMs + firstByteMs);
  for (const { name, hold, atMs: changedMs } of changes)
    span.addEvent(name, known({ 'chat_mock.hold': hold }), changedMs);
  span.addEvent('end', { 'chat_mock.stream.end': how }, atMs);
  if (end !== 'complete') span.setStatus({ code: api.SpanStatusCode.ERROR, message: `${end}, ${how}` });
  span.end(atMs);
}

const TRACEPARENT = /^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(?:-.*)?$/;

/** The span of the caller, as W3C Trace Context writes it; the root where there is none. */
function callerOf(api: OtelApi, headers: Readonly<Record<string, string>>): Context {
  const [, traceId = '', spanId = '', flags = ''] = TRACEPARENT.exec(headers['traceparent']?.trim() ?? '') ?? [];
  const traceState = headers['tracestate'];
  const caller = {
    ...{ traceId, spanId, isRemote: true, traceFlags: Number.parseInt(flags, 16) & 1 },
    ...(traceState !== undefined && { traceState: api.createTraceState(traceState) }),
  };
  return api.isSpanContextValid(caller) ? api.trace.setSpanContext(api.ROOT_CONTEXT, caller) : api.ROOT_CONTEXT;
}

function known(attributes: Readonly<Record<string, string | number | null>>): Record<string, string | number> {
  return Object.fromEntries(
    Object.entries(attributes).flatMap(([name, value]) => (value === null ? [] : [[name, value]])),
  );
}
