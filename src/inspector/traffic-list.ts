import type { RequestLine, StreamLine } from '../server/control/shapes.ts';

/** So many requests are listed at most; older ones make room. */
export const LISTED = 10_000;

/** A request of the list. */
export interface Row {
  readonly request: RequestLine;
  /** The request that this one is, also after a reset has given its number to another. */
  readonly key: string;
  /** What the text filter looks at, in lower case. */
  readonly text: string;
}

/** The filters of the list; '' shows all. */
export interface Filter {
  readonly text: string;
  readonly operation: string;
  /** A status, or its first digit as in `4xx`; `none` for no answer. */
  readonly status: string;
  /** `*`: all; '': the default one. */
  readonly world: string;
}

/** The requests and streams that the page knows, the oldest first. Not a signal: thousands come at once. */
export class TrafficList {
  #rows: Row[] = [];
  readonly #keys = new Set<string>();
  readonly #streams = new Map<string, StreamLine>();
  readonly #operations = new Set<string>();
  /** How many older requests were dropped here. */
  dropped = 0;

  /** The newest is last. */
  get rows(): readonly Row[] {
    return this.#rows;
  }

  /** The operations that were seen. */
  get operations(): ReadonlySet<string> {
    return this.#operations;
  }

  /** Adds a request unless it is there; keeps the order of time. */
  add(request: RequestLine): void {
    const key = keyOf(request);
    if (this.#keys.has(key)) return;
    this.#keys.add(key);
    const { method, path, status, operation, scenario, why, world, session_id } = request;
    const text = [method, path, status, operation, scenario, why, world, session_id].join(' ').toLowerCase();
    if (operation !== null) this.#operations.add(operation);
    const row = { request, key, text };
    let at = this.#rows.length;
    while (at > 0 && (this.#rows[at - 1]?.request.time ?? '') > request.time) at -= 1;
    if (at === this.#rows.length) this.#rows.push(row);
    else this.#rows.splice(at, 0, row);
    if (this.#rows.length > LISTED * 1.1) this.#dropOldest();
  }

  /** Takes what is new of a stream. */
  addStream(news: Partial<StreamLine> & Pick<StreamLine, 'world' | 'stream'>): void {
    const key = streamKey(news.world, news.stream);
    this.#streams.set(key, { ...unknownStream, ...this.#streams.get(key), ...news });
    // Of streams whose requests are not listed.
    if (this.#streams.size > 2 * LISTED) this.#streams.delete(this.#streams.keys().next().value ?? '');
  }

  streamOf({ world, stream }: Pick<RequestLine, 'world' | 'stream'>): StreamLine | null {
    return stream === null ? null : (this.#streams.get(streamKey(world, stream)) ?? null);
  }

  /** The streams that are not over, the oldest first. */
  get openStreams(): StreamLine[] {
    return [...this.#streams.values()].filter(({ state }) => state !== 'over');
  }

  /** Forgets everything, or what is of one world. */
  clear(world?: string | null): void {
    const isKept = (of: string | null) => world !== undefined && of !== world;
    this.#rows = this.#rows.filter(({ request }) => isKept(request.world));
    this.#keys.clear();
    for (const { key } of this.#rows) this.#keys.add(key);
    for (const [key, stream] of this.#streams) if (!isKept(stream.world)) this.#streams.delete(key);
    if (world === undefined) this.dropped = 0;
  }

  /** In batches: to move all rows for each request would take too long. */
  #dropOldest(): void {
    const old = this.#rows.splice(0, this.#rows.length - LISTED);
    this.dropped += old.length;
    for (const { key, request } of old) {
      this.#keys.delete(key);
      if (request.stream !== null) this.#streams.delete(streamKey(request.world, request.stream));
    }
  }
}

const unknownStream: StreamLine = {
  ...{ stream: 0, world: null, time: '', session_id: '', scenario: '', state: 'running', hold: null },
  ...{ events: 0, bytes: 0, end: null, duration_ms: null },
};

/** The rows that a filter shows. */
export function filterRows(rows: readonly Row[], { text, operation, status, world }: Filter): readonly Row[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0 && operation === '' && status === '' && world === '*') return rows;
  return rows.filter(({ request, text: own }) => {
    if (world !== '*' && (request.world ?? '') !== world) return false;
    if (operation !== '' && request.operation !== operation) return false;
    if (status !== '' && !hasStatus(request.status, status)) return false;
    return words.every((word) => own.includes(word));
  });
}

function hasStatus(actual: number | null, wanted: string): boolean {
  if (wanted === 'none') return actual === null;
  if (wanted.endsWith('xx')) return String(actual).startsWith(wanted.slice(0, 1)) && actual !== null;
  return String(actual) === wanted;
}

function keyOf({ world, id, time }: RequestLine): string {
  return `${world === null ? '-' : `+${world}`} ${id} ${time}`;
}

function streamKey(world: string | null, stream: number): string {
  return `${world === null ? '-' : `+${world}`} ${stream}`;
}
