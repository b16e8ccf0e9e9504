import { Counter, Gauge, Histogram as PromHistogram, Registry } from 'prom-client';
import { describe, expect, test } from 'vitest';
import { writeExposition } from '../../src/server/metrics/exposition.ts';
import { CounterBy, Histogram, type Metric } from '../../src/server/metrics/metric.ts';
import { instantMock } from '../support/client.ts';
import { ask, controlled } from '../support/control.ts';

/** The lines of an exposition with their labels in order, for prom-client writes `le` first. */
function readLines(text: string): string[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [, name = line, labels = '', value = ''] = /^([a-z_]+)\{(.*)\} (\S+)$/.exec(line) ?? [];
      const sorted = [...labels.matchAll(/([a-z_]+)="((?:[^"\\]|\\.)*)"/g)].map(([whole]) => whole).sort();
      return value === '' ? line : `${name}{${sorted.join(',')}} ${value}`;
    })
    .sort();
}

describe('the text of metrics', () => {
  test.each(['prometheus', 'openmetrics'] as const)('is that of prom-client in %s', async (format) => {
    const registry = new Registry();
    if (format === 'openmetrics') registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE as never);
    const registers = [registry];
    const theirs = {
      counter: new Counter({
        name: format === 'openmetrics' ? 'things' : 'things_total',
        help: 'A "help"\\ with\nlines',
        labelNames: ['kind', 'status'],
        registers,
      }),
      gauge: new Gauge({ name: 'level', help: 'Level.', labelNames: ['of'], registers }),
      histogram: new PromHistogram({ name: 'late_seconds', help: 'Late.', buckets: [0.001, 0.5, 1, 10], registers }),
    };
    const counter = new CounterBy('kind', 'status');
    const histogram = new Histogram([0.001, 0.5, 1, 10]);
    const kinds = ['plain', 'with "quotes"', 'back\\slash', 'two\nlines', '', 'ünï'];
    for (let index = 0; index < 2000; index++) {
      const [kind = '', status, late] = [kinds[index % kinds.length], String(200 + (index % 3)), (index % 97) / 8];
      theirs.counter.inc({ kind, status }, 1 + (index % 2));
      counter.add(1 + (index % 2), kind, status);
      theirs.histogram.observe(late);
      histogram.observe(late);
    }
    theirs.gauge.set({ of: 'water' }, 1.5);
    theirs.gauge.set({ of: 'all' }, Number.POSITIVE_INFINITY);
    const level = [
      ['water', 1.5],
      ['all', Number.POSITIVE_INFINITY],
    ] as const;
    const ours: Metric[] = [
      { name: 'things', help: 'A "help"\\ with\nlines', type: 'counter', samples: () => counter.samples },
      {
        name: 'level',
        help: 'Level.',
        type: 'gauge',
        samples: () => level.map(([of, value]) => ({ suffix: '', labels: [['of', of]], value })),
      },
      { name: 'late_seconds', help: 'Late.', type: 'histogram', samples: () => histogram.samples },
    ];
    expect(readLines(writeExposition(ours, format))).toEqual(readLines(await registry.metrics()));
  });
});

/** The value of a line that begins so. */
function readValue(text: string, beginning: string): number {
  const line = text.split('\n').find((one) => one.startsWith(`${beginning} `));
  return line === undefined ? Number.NaN : Number(line.slice(beginning.length + 1));
}

const read = async (call: ReturnType<typeof instantMock>['call'], headers: Record<string, string> = {}) =>
  call('GET /__mock/metrics', { key: null, headers });

describe('GET metrics', () => {
  test('counts requests by operation and status, streams by their end, events and bytes', async () => {
    const { mock, call } = instantMock({ limits: { maxSessions: 2 } });
    const events = (await (await ask(call)).text()).match(/^data:/gm)?.length;
    mock.next({ steps: [{ text: 'One.' }], ends: { after: { event: 1 }, how: 'truncate' } });
    await (await ask(call)).text().catch(() => '');
    await call('GET /api/v1/chat/none');
    await call('GET /nowhere');
    await call('POST /api/v1/chat', { body: {} });
    const text = await (await read(call)).text();
    expect({
      created: readValue(text, 'chat_mock_requests_total{operation="createSession",status="201"}'),
      refused: readValue(text, 'chat_mock_requests_total{operation="createSession",status="429"}'),
      unknown: readValue(text, 'chat_mock_requests_total{operation="getSession",status="404"}'),
      nowhere: readValue(text, 'chat_mock_requests_total{operation="none",status="404"}'),
      closed: readValue(text, 'chat_mock_streams_total{end="close"}'),
      truncated: readValue(text, 'chat_mock_streams_total{end="truncate"}'),
      events: readValue(text, 'chat_mock_stream_events_total'),
      bytes: readValue(text, 'chat_mock_stream_bytes_total'),
      limit: readValue(text, 'chat_mock_limit{limit="maxSessions"}'),
      used: readValue(text, 'chat_mock_limit_used{limit="maxSessions"}'),
      refusals: readValue(text, 'chat_mock_refused_total{limit="maxSessions"}'),
    }).toEqual({
      ...{ created: 2, refused: 1, unknown: 1, nowhere: 1, closed: 1, truncated: 1, events: (events ?? 0) + 1 },
      ...{ bytes: mock.streams.reduce((sum, { bytes }) => sum + bytes, 0), limit: 2, used: 2, refusals: 1 },
    });
  });

  test('shows what is there now, and events of a stream that still runs', async () => {
    const { mock, call } = instantMock();
    mock.next({ steps: [{ text: 'One.' }, { hold: 'go' }] });
    mock.next({ steps: [{ text: 'One.' }] }, { match: { session_id: 'none' } });
    mock.world('a').next({ steps: [{ hold: 'go' }] });
    const answers = [await ask(call), await ask(call, 'Go', { 'x-test-id': 'a' })];
    const text = await (await read(call)).text();
    expect([
      readValue(text, 'chat_mock_streams_open'),
      readValue(text, 'chat_mock_holds_waiting'),
      readValue(text, 'chat_mock_worlds'),
      readValue(text, 'chat_mock_queued_answers'),
      readValue(text, 'chat_mock_stream_events_total') > 0,
    ]).toEqual([2, 2, 1, 1, true]);
    mock.release();
    mock.world('a').release();
    await Promise.all(answers.map((answer) => answer.text()));
    expect(readValue(await (await read(call)).text(), 'chat_mock_streams_open')).toBe(0);
  });

  test('measures how late events leave, and what Node knows of its process', async () => {
    const { call } = instantMock({ speed: 1000 });
    await (await ask(call, '/slow-tool')).text();
    const text = await (await read(call)).text();
    expect(readValue(text, 'chat_mock_stream_lateness_seconds_count')).toBeGreaterThan(0);
    expect(readValue(text, 'process_resident_memory_bytes')).toBeGreaterThan(1e6);
    expect(text).toMatch(/^nodejs_eventloop_delay_seconds\{quantile="0\.99"\} [\d.e-]+$/m);
  });

  test('is OpenMetrics for who accepts it, and Prometheus text for everybody else', async () => {
    const { call } = instantMock();
    const open = await read(call, { accept: 'application/openmetrics-text;version=1.0.0,text/plain;q=0.5' });
    expect(open.headers.get('content-type')).toBe('application/openmetrics-text; version=1.0.0; charset=utf-8');
    expect((await open.text()).endsWith('\n# EOF\n')).toBe(true);
    for (const accept of ['*/*', 'text/plain', 'application/openmetrics-text;q=0, text/plain'])
      expect((await read(call, { accept })).headers.get('content-type')).toBe(
        'text/plain; version=0.0.4; charset=utf-8',
      );
  });

  test('needs the token where the control API does', async () => {
    const { control } = controlled({ controlToken: 'long-secret' });
    expect((await control('GET metrics')).status).toBe(401);
  });
});
