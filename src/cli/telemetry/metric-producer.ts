import type { HrTime } from '@opentelemetry/api';
import type { Histogram, MetricData, MetricProducer, ResourceMetrics } from '@opentelemetry/sdk-metrics';
import type { Metric, Sample } from '../../server/metrics/metric.ts';

/** The SDK; it is an optional peer, so it is handed in. */
export type MetricsSdk = typeof import('@opentelemetry/sdk-metrics');

/** What a reader of metrics reads from. */
export interface MetricSource {
  /** The metrics as `GET metrics` shows them. */
  readonly read: () => readonly Metric[];
  readonly resource: ResourceMetrics['resource'];
  readonly nowMs: () => number;
}

/** Hands the metrics of a mock to a reader of OpenTelemetry: the same names, without the `_total` of counters. */
export function createMetricProducer(sdk: MetricsSdk, { read, resource, nowMs }: MetricSource): MetricProducer {
  const startTime = toHrTime(nowMs());
  return {
    collect: async () => {
      const endTime = toHrTime(nowMs());
      const metrics = read().map((metric) => toData(sdk, metric, { startTime, endTime }));
      return { resourceMetrics: { resource, scopeMetrics: [{ scope: { name: 'chat-mock' }, metrics }] }, errors: [] };
    },
  };
}

interface Times {
  readonly startTime: HrTime;
  readonly endTime: HrTime;
}

function toData(sdk: MetricsSdk, { name, help, type, samples }: Metric, times: Times): MetricData {
  const valueType = 1; // ValueType.DOUBLE, which is of the other package.
  const same = {
    descriptor: { name, description: help, unit: unitOf(name), valueType },
    aggregationTemporality: sdk.AggregationTemporality.CUMULATIVE,
  };
  const all = samples();
  if (type === 'histogram') {
    const value = toHistogram(all);
    return {
      ...same,
      dataPointType: sdk.DataPointType.HISTOGRAM,
      dataPoints: [{ ...times, attributes: {}, value }],
    };
  }
  const dataPoints = all.map(({ labels, value }) => ({ ...times, attributes: Object.fromEntries(labels), value }));
  return type === 'counter'
    ? { ...same, dataPointType: sdk.DataPointType.SUM, isMonotonic: true, dataPoints }
    : { ...same, dataPointType: sdk.DataPointType.GAUGE, dataPoints };
}

/** Prometheus counts what is at most a bound, OpenTelemetry what is between two. */
function toHistogram(samples: readonly Sample[]): Histogram {
  const sampleOf = (suffix: Sample['suffix']) => samples.find((sample) => sample.suffix === suffix)?.value ?? 0;
  const buckets = samples.filter(({ suffix }) => suffix === '_bucket');
  return {
    buckets: {
      boundaries: buckets.map(({ labels: [[, bound] = ['', '']] }) => Number(bound)).filter(Number.isFinite),
      counts: buckets.map(({ value }, at) => value - (buckets[at - 1]?.value ?? 0)),
    },
    sum: sampleOf('_sum'),
    count: sampleOf('_count'),
  };
}

function unitOf(name: string): string {
  if (/_seconds$/.test(name)) return 's';
  return /_bytes$/.test(name) ? 'By' : '';
}

function toHrTime(ms: number): HrTime {
  const seconds = Math.floor(ms / 1000);
  return [seconds, Math.round((ms - seconds * 1000) * 1e6)];
}
