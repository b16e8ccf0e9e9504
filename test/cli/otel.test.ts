import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { startTelemetry, type Telemetry } from '../../src/cli/telemetry/start.ts';
import type { Activity } from '../../src/world/activity.ts';
import { instantMock, newSession } from '../support/client.ts';
import { runCli } from './support/fake-io.ts';

interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly { readonly key: string; readonly value: Readonly<Record<string, unknown>> }[];
  readonly events: readonly { readonly name: string; readonly timeUnixNano: string }[];
  readonly status: { readonly code: number };
}

/** What a collector got, by path. */
const got: { readonly path: string; readonly headers: unknown; readonly body: ReturnType<typeof JSON.parse> }[] = [];
const collector = createServer(async (request, response) => {
  const body = JSON.parse(Buffer.concat(await request.toArray()).toString());
  got.push({ path: request.url ?? '', headers: request.headers, body });
  response.setHeader('content-type', 'application/json').end('{}');
});

beforeEach(async () => {
  got.length = 0;
  await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
  const { port } = collector.address() as AddressInfo; // A TCP server's address is never a pipe's name.
  vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', `http://127.0.0.1:${port}`);
  vi.stubEnv('OTEL_EXPORTER_OTLP_HEADERS', 'x-team=blue');
  vi.stubEnv('OTEL_SERVICE_NAME', 'front-desk');
});
afterEach(async () => {
  vi.unstubAllEnvs();
  collector.closeAllConnections();
  await new Promise((resolve) => collector.close(resolve));
});

async function served() {
  const telemetry: { current: Telemetry | null } = { current: null };
  const onActivity = (activity: Activity) => telemetry.current?.onActivity(activity);
  const { mock, call } = instantMock({ onActivity });
  telemetry.current = await startTelemetry({ env: process.env, version: '1.2.3', readMetrics: mock.metrics });
  const { stop } = telemetry.current;
  return { mock, call, stop };
}

const spans = (): readonly Span[] =>
  got
    .flatMap(({ path, body }) => (path === '/v1/traces' ? body.resourceSpans : []))
    .flatMap(({ scopeSpans }) => scopeSpans)
    .flatMap(({ spans }) => spans);
const attribute = ({ attributes }: Pick<Span, 'attributes'>, key: string) =>
  Object.values(attributes.find((one) => one.key === key)?.value ?? {})[0];

test('a request is a span below its caller, its stream one below that, with its first byte, its hold and its end', async () => {
  const { mock, call, stop } = await served();
  const id = await newSession(call);
  mock.next({ steps: [{ text: 'Before' }, { hold: 'here' }, { text: 'After' }] });
  const caller = { trace: '0af7651916cd43dd8448eb211c80319c', span: 'b7ad6b7169203331' };
  const answer = call(`POST /api/v1/chat/${id}/messages/stream`, {
    body: { prompt: 'Go', index_ids: ['a'] },
    headers: { traceparent: `00-${caller.trace}-${caller.span}-01` },
  });
  await mock.waitForStream({ hold: 'here' });
  mock.release('here');
  await (await answer).text();
  await mock.waitForStream({ state: 'over' });
  await stop();
  const [create, ...others] = spans().toSorted((a, b) => Number(a.startTimeUnixNano) - Number(b.startTimeUnixNano));
  expect([create?.name, create?.parentSpanId, create && attribute(create, 'http.response.status_code')]).toEqual([
    'POST createSession',
    undefined,
    201,
  ]);
  const request = others.find(({ name }) => name === 'POST streamMessages');
  const stream = others.find(({ name }) => name.startsWith('stream '));
  expect([request?.traceId, request?.parentSpanId]).toEqual([caller.trace, caller.span]);
  expect([stream?.traceId, stream?.parentSpanId]).toEqual([caller.trace, request?.spanId]);
  expect(stream?.events.map(({ name }) => name).filter((name) => name !== 'running')).toEqual([
    'first byte',
    'held',
    'end',
  ]);
  expect(stream && [attribute(stream, 'chat_mock.stream.end'), attribute(stream, 'chat_mock.turn.end')]).toEqual([
    'close',
    'complete',
  ]);
  // The request lasts until its stream is over.
  expect(request?.endTimeUnixNano).toBe(stream?.endTimeUnixNano);
});

test('what failed is marked, and what was never ended is ended at the stop', async () => {
  const { mock, call, stop } = await served();
  const id = await newSession(call);
  mock.next({ status: 503 }, { operation: 'listSessions' });
  await call('GET /api/v1/chat');
  mock.next({ steps: [{ text: 'One' }], ends: { after: { event: 1 }, how: 'hang' } });
  await call(`POST /api/v1/chat/${id}/messages/stream`, { body: { prompt: 'Go', index_ids: ['a'] } });
  await mock.waitForStream({ state: 'hanging' });
  await stop();
  const byName = Object.fromEntries(spans().map((span) => [span.name, span.status.code]));
  expect(byName).toEqual({ 'POST createSession': 0, 'GET listSessions': 2, 'POST streamMessages': 0 });
});

test('the metrics are those of GET metrics, with the resource and the headers that the variables name', async () => {
  const { call, stop } = await served();
  await newSession(call);
  await stop();
  const sent = got.find(({ path }) => path === '/v1/metrics');
  expect(sent?.headers).toMatchObject({ 'x-team': 'blue' });
  const [{ resource, scopeMetrics }] = sent?.body.resourceMetrics ?? [{}];
  expect([attribute(resource, 'service.name'), attribute(resource, 'service.version')]).toEqual([
    'front-desk',
    '1.2.3',
  ]);
  const metrics = scopeMetrics.flatMap((scope: { readonly metrics: unknown }) => scope.metrics);
  const metric = (name: string) => metrics.find((one: { readonly name: string }) => one.name === name);
  expect(metric('chat_mock_requests').sum).toMatchObject({ isMonotonic: true, aggregationTemporality: 2 });
  const [point] = metric('chat_mock_requests').sum.dataPoints;
  expect([attribute(point, 'operation'), attribute(point, 'status'), point.asDouble]).toEqual([
    'createSession',
    '201',
    1,
  ]);
  const { explicitBounds, bucketCounts } = metric('chat_mock_stream_lateness_seconds').histogram.dataPoints[0];
  expect(bucketCounts).toHaveLength(explicitBounds.length + 1);
  expect(metric('process_resident_memory_bytes')).toMatchObject({ unit: 'By', gauge: {} });
});

test.each([
  [{ OTEL_TRACES_EXPORTER: 'zipkin' }, 'OTEL_TRACES_EXPORTER is "zipkin". Set it to otlp or none.'],
  [{ OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }, 'OTEL_EXPORTER_OTLP_PROTOCOL is "grpc". Set it to http/json'],
])('%j is refused', async (env, reason) => {
  const { stdout, stderr, exitCode } = await runCli(['--otel'], { env });
  expect([exitCode, stdout, stderr]).toEqual([2, '', expect.stringContaining(reason)]);
});

test('a signal that is not wanted is not exported, and a disabled SDK exports nothing', async () => {
  vi.stubEnv('OTEL_METRICS_EXPORTER', 'none');
  const one = await served();
  await newSession(one.call);
  await one.stop();
  expect(got.map(({ path }) => path)).toEqual(['/v1/traces']);
  vi.stubEnv('OTEL_SDK_DISABLED', 'true');
  const other = await served();
  await newSession(other.call);
  await other.stop();
  expect(got).toHaveLength(1);
});
