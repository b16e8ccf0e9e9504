import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks';
import type { Metric } from '../server/metrics/metric.ts';

const NS_PER_SECOND = 1e9;
/** How often the delay of the event loop is looked at; Node takes one that is a little longer for none. */
const RESOLUTION_MS = 20;

/** Reads what Node knows of its process. The event loop is watched from the first call on, so a mock that nobody measures pays nothing. */
export function createProcessReader(): () => readonly Metric[] {
  let delay: IntervalHistogram | undefined;
  return () => {
    if (!delay) {
      delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
      delay.enable();
    }
    const watched = delay;
    const { rss, heapUsed, heapTotal, external } = process.memoryUsage();
    const { user, system } = process.cpuUsage();
    const lateness = (value: number) => Math.max(0, (value || 0) / NS_PER_SECOND - RESOLUTION_MS / 1000);
    return [
      gauge('process_resident_memory_bytes', 'Memory of the process.', rss),
      gauge('nodejs_heap_size_used_bytes', 'Heap in use.', heapUsed),
      gauge('nodejs_heap_size_total_bytes', 'Heap that is reserved.', heapTotal),
      gauge('nodejs_external_memory_bytes', 'Memory of buffers.', external),
      {
        name: 'process_cpu_seconds',
        help: 'Processor time of the process.',
        type: 'counter',
        samples: () => [{ suffix: '_total', labels: [], value: (user + system) / 1e6 }],
      },
      {
        name: 'nodejs_eventloop_delay_seconds',
        help: 'How late the event loop was since the first scrape.',
        type: 'gauge',
        samples: () =>
          (
            [
              ['0.5', 50],
              ['0.9', 90],
              ['0.99', 99],
              ['1', 100],
            ] as const
          ).map(([quantile, percentile]) => ({
            suffix: '',
            labels: [['quantile', quantile]],
            value: lateness(watched.percentile(percentile)),
          })),
      },
    ];
  };
}

function gauge(name: string, help: string, value: number): Metric {
  return { name, help, type: 'gauge', samples: () => [{ suffix: '', labels: [], value }] };
}
