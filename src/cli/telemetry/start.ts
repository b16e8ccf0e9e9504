import { ChatMockError } from '../../runtime/errors.ts';
import { wallMicros } from '../../runtime/timestamp.ts';
import type { Metric } from '../../server/metrics/metric.ts';
import type { Activity } from '../../world/activity.ts';
import { createMetricProducer } from './metric-producer.ts';
import { createSpanWriter } from './spans.ts';

/** The packages that are loaded; none of them is a dependency. */
const PEERS = [
  '@opentelemetry/api',
  '@opentelemetry/resources',
  '@opentelemetry/sdk-trace-base',
  '@opentelemetry/sdk-metrics',
  '@opentelemetry/exporter-trace-otlp-http',
  '@opentelemetry/exporter-metrics-otlp-http',
];
const INTERVAL_MS = 60_000;

/** What a mock is told of. */
export interface TelemetryOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly version: string;
  /** The metrics of the mock; asked for at each export. */
  readonly readMetrics: () => readonly Metric[];
}

/** Exports what a mock does. */
export interface Telemetry {
  readonly onActivity: (activity: Activity) => void;
  /** Exports what is left. */
  stop(): Promise<void>;
}

/**
 * Exports metrics, and a span for each request and stream, over OTLP as the variables `OTEL_*` say. Rejects with
 * ChatMockError `missing_peer` if a package of OpenTelemetry is missing, and `usage` for an exporter or a protocol that
 * it does not have. With `OTEL_SDK_DISABLED=true` it exports nothing.
 */
export async function startTelemetry({ env, version, readMetrics }: TelemetryOptions): Promise<Telemetry> {
  const wants = (signal: 'TRACES' | 'METRICS') => isWanted(env, signal);
  const [hasTraces, hasMetrics] = [wants('TRACES'), wants('METRICS')];
  if (env['OTEL_SDK_DISABLED']?.toLowerCase() === 'true') return { onActivity: () => {}, stop: async () => {} };
  const { api, resources, traces, metrics, traceExporter, metricExporter } = await loadPeers();
  const resource = resources
    .resourceFromAttributes({ 'service.name': 'chat-mock', 'service.version': version })
    .merge(resources.detectResources({ detectors: [resources.envDetector] }));
  const nowMs = () => wallMicros() / 1000;
  const stops: (() => Promise<void>)[] = [];
  let onActivity: Telemetry['onActivity'] = () => {};
  if (hasTraces) {
    const processor = new traces.BatchSpanProcessor(new traceExporter.OTLPTraceExporter());
    const provider = new traces.BasicTracerProvider({ resource, spanProcessors: [processor] });
    const writer = createSpanWriter(api, { tracer: provider.getTracer('chat-mock', version), nowMs });
    onActivity = writer.onActivity;
    stops.push(async () => {
      writer.end();
      await provider.shutdown();
    });
  }
  if (hasMetrics) {
    const reader = new metrics.PeriodicExportingMetricReader({
      exporter: new metricExporter.OTLPMetricExporter(),
      exportIntervalMillis: Number(env['OTEL_METRIC_EXPORT_INTERVAL']) || INTERVAL_MS,
      exportTimeoutMillis: Math.min(30_000, Number(env['OTEL_METRIC_EXPORT_INTERVAL']) || INTERVAL_MS),
      metricProducers: [createMetricProducer(metrics, { read: readMetrics, resource, nowMs })],
    });
    const provider = new metrics.MeterProvider({ resource, readers: [reader] });
    stops.push(() => provider.shutdown());
  }
  return {
    onActivity,
    // A collector that is not there is told by the SDK; the mock ends all the same.
    stop: async () => void (await Promise.allSettled(stops.map((stop) => stop()))),
  };
}

/** Whether a signal is exported. */
function isWanted(env: TelemetryOptions['env'], signal: 'TRACES' | 'METRICS'): boolean {
  const exporterName = `OTEL_${signal}_EXPORTER`;
  const exporter = env[exporterName] || 'otlp';
  if (exporter !== 'otlp' && exporter !== 'none')
    throw usage(`${exporterName} is "${exporter}"`, 'Set it to otlp or none');
  for (const name of [`OTEL_EXPORTER_OTLP_${signal}_PROTOCOL`, 'OTEL_EXPORTER_OTLP_PROTOCOL']) {
    const protocol = env[name] || 'http/json';
    // JSON is sent, which a collector takes at the same address as protobuf.
    if (exporter === 'otlp' && !protocol.startsWith('http/'))
      throw usage(`${name} is "${protocol}"`, 'Set it to http/json, and the endpoint to that of OTLP over HTTP');
  }
  return exporter === 'otlp';
}

function usage(reason: string, advice: string): ChatMockError {
  return new ChatMockError('usage', `Failed to start OpenTelemetry: ${reason}. ${advice}.`);
}

async function loadPeers() {
  try {
    const [api, resources, traces, metrics, traceExporter, metricExporter] = await Promise.all([
      import('@opentelemetry/api'),
      import('@opentelemetry/resources'),
      import('@opentelemetry/sdk-trace-base'),
      import('@opentelemetry/sdk-metrics'),
      import('@opentelemetry/exporter-trace-otlp-http'),
      import('@opentelemetry/exporter-metrics-otlp-http'),
    ]);
    return { api, resources, traces, metrics, traceExporter, metricExporter };
  } catch (error) {
    if ((error as { readonly code?: unknown }).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw new ChatMockError(
      'missing_peer',
      `Failed to start OpenTelemetry: a package is missing. Run npm i -D ${PEERS.join(' ')}.`,
      { cause: error },
    );
  }
}
