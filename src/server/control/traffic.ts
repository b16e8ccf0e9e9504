import type { World } from '../../world/world.ts';
import type { Engine } from '../engine.ts';
import type { RequestLine, StreamLine, WorldLine } from './shapes.ts';
import { showRequest, showStream } from './show.ts';

/** Of many worlds, the newest are listed. */
export const LISTED_WORLDS = 500;

/** The newest requests and streams, oldest first. */
export interface Traffic {
  readonly requests: readonly RequestLine[];
  readonly streams: readonly StreamLine[];
  /** How many older requests the worlds have dropped, or the limit leaves out. */
  readonly dropped: number;
}

/** Lists the newest requests and streams of one world, or of all: what `GET live` said before somebody listened. */
export function listTraffic(worlds: readonly World[], limit: number): Traffic {
  const requests = worlds.flatMap(({ journal }) => journal.entries.slice(-limit));
  const streams = worlds.flatMap((world) => world.streams.records.slice(-limit).map((record) => ({ world, record })));
  const newest = requests.toSorted((a, b) => a.cameMs - b.cameMs).slice(-limit);
  const total = worlds.reduce((sum, { journal }) => sum + journal.entries.length + journal.dropped, 0);
  return {
    requests: newest.map(showRequest),
    streams: streams
      .toSorted((a, b) => a.record.beganMs - b.record.beganMs)
      .slice(-limit)
      .map(({ world, record }) => showStream(record, world.name)),
    dropped: total - newest.length,
  };
}

/** Lists the worlds, the default one first, then those that were used last. */
export function listWorlds({ worlds }: Engine): { readonly worlds: readonly WorldLine[]; readonly total: number } {
  const all = worlds.all();
  const [own, ...named] = all;
  const listed = [...(own ? [own] : []), ...named.slice(-LISTED_WORLDS).reverse()];
  return { worlds: listed.map(showWorld), total: all.length };
}

function showWorld({ name, journal, streams, queue }: World): WorldLine {
  return {
    world: name,
    requests: journal.entries.length + journal.dropped,
    streams: streams.records.length + streams.dropped,
    open: streams.records.filter(({ end }) => end === null).length,
    queued: queue.size,
  };
}
