import type { Chunk } from './exchange.ts';
import { decodeSse } from './sse-decoder.ts';
import { eventsIn, isStop } from './stream-verdict.ts';

const MARK = '"stop"';
const latin1 = new TextDecoder('latin1');

/** Says of a body that grows whether its stop event has come whole. To be asked of one body only. */
export function watchForStop(): (chunks: readonly Chunk[]) => boolean {
  let seen = 0;
  let tail = '';
  let isLikely = false;
  return (chunks) => {
    // To decode everything anew with each chunk would take the square of its length.
    for (; seen < chunks.length && !isLikely; seen++) {
      tail += latin1.decode(chunks[seen]?.bytes);
      isLikely = tail.includes(MARK);
      tail = tail.slice(-MARK.length);
    }
    return isLikely && eventsIn(decodeSse(chunks)).some(isStop);
  };
}
