import { type LimitName, limitRows } from '../../runtime/limits.ts';
import type { Engine } from '../engine.ts';
import { CounterBy, Histogram, type Metric, type Sample } from './metric.ts';

/** In seconds: from what no client notices to what every reader does. */
const LATENESS_BOUNDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 2.5];

/** What is counted while the server runs; the rest is read when somebody asks. */
export class Counts {
  /** Both labels have few values: operations of the table and what a scenario may answer. */
  readonly requests = new CounterBy('operation', 'status');
  readonly streams = new CounterBy('end');
  readonly lateness = new Histogram(LATENESS_BOUNDS);
  events = 0;
  bytes = 0;

  request(operation: string | null, status: number | null): void {
    this.requests.add(1, operation ?? 'none', status === null ? 'none' : String(status));
  }

  stream(end: string, { events, bytes }: { readonly events: number; readonly bytes: number }): void {
    this.streams.add(1, end);
    this.events += events;
    this.bytes += bytes;
  }
}

/** Everything that can be measured of a mock; `ofProcess` adds what the platform knows. */
export function collectMetrics(engine: Engine, ofProcess: readonly Metric[]): readonly Metric[] {
  const { counts, capacity } = engine;
  const worlds = engine.worlds.all();
  const running = worlds.flatMap(({ streams }) => streams.records.filter(({ performing }) => performing !== null));
  const sum = <Item>(items: readonly Item[], amount: (item: Item) => number) =>
    items.reduce((total, item) => total + amount(item), 0);
  const most = (amount: (world: (typeof worlds)[number]) => number) => Math.max(...worlds.map(amount));
  const used: Partial<Record<LimitName, number>> = {
    maxConnections: capacity.connections.used,
    maxStreams: capacity.streams.used,
    maxWaitingBytes: capacity.waiting.used,
    maxWorlds: worlds.length - 1,
    maxStoredBytes: capacity.stored.used,
    maxRecordBytes: capacity.recorded.used,
    maxSessions: most(({ storage }) => storage.sessions),
    maxEvents: most(({ storage }) => storage.events),
    maxHolds: most(({ holds }) => holds.size),
    maxQueued: most(({ queue }) => queue.size),
    maxResumableTurns: most(({ resumable }) => resumable.size),
    maxResumableBytes: most(({ resumable }) => resumable.sizeBytes),
  };
  const limits = Object.keys(limitRows) as LimitName[]; // The names of the table.
  const byLimit = (value: (name: LimitName) => number | undefined): readonly Sample[] =>
    limits.flatMap((name) => {
      const known = value(name);
      return known === undefined ? [] : [{ suffix: '' as const, labels: [['limit', name] as const], value: known }];
    });
  return [
    counter('requests', 'Requests of the API that were answered.', () => counts.requests.samples),
    counter('streams', 'Turns that ended, by how their connection ended.', () => counts.streams.samples),
    counter('stream_events', 'Events sent in streams.', () =>
      one(counts.events + sum(running, ({ events }) => events), '_total'),
    ),
    counter('stream_bytes', 'Bytes of bodies sent in streams.', () =>
      one(counts.bytes + sum(running, ({ bytes }) => bytes), '_total'),
    ),
    {
      name: 'chat_mock_stream_lateness_seconds',
      help: 'How late an event of a stream left, behind its script.',
      type: 'histogram',
      samples: () => counts.lateness.samples,
    },
    gauge('streams_open', 'Streams under way.', () => one(capacity.streams.used)),
    gauge('connections_open', 'Open connections.', () => one(capacity.connections.used)),
    gauge('holds_waiting', 'Streams that wait at holds.', () => one(sum(worlds, ({ holds }) => holds.size))),
    gauge('worlds', 'Worlds besides the default one.', () => one(worlds.length - 1)),
    gauge('queued_answers', 'Queued answers that wait for a request.', () =>
      one(sum(worlds, ({ queue }) => queue.size)),
    ),
    gauge('journal_dropped', 'Requests that journals of the present worlds have forgotten.', () =>
      one(sum(worlds, ({ journal }) => journal.dropped)),
    ),
    gauge('limit', 'What each limit allows.', () => byLimit((name) => capacity.limits[name])),
    gauge('limit_used', 'How much of a limit is used; of a limit of each world, the most that one has.', () =>
      byLimit((name) => used[name]),
    ),
    counter('refused', 'Requests and connections refused because a limit was reached.', () =>
      [...capacity.refused].map(([name, value]) => ({ suffix: '_total', labels: [['limit', name]], value })),
    ),
    ...ofProcess,
  ];
}

function one(value: number, suffix: '' | '_total' = ''): readonly Sample[] {
  return [{ suffix, labels: [], value }];
}

function counter(name: string, help: string, samples: Metric['samples']): Metric {
  return { name: `chat_mock_${name}`, help, type: 'counter', samples };
}

function gauge(name: string, help: string, samples: Metric['samples']): Metric {
  return { name: `chat_mock_${name}`, help, type: 'gauge', samples };
}
