import type { Chunk } from '../record/exchange.ts';

/** An end that takes longer than this to follow the stop does not come soon. */
const SOON_MS = 3000;
/** A server that is slow by nature may take this many times its longest silence. */
const PER_SILENCE = 3;
const TAIL_BYTES = 4096;
const LF = 10;
const CR = 13;
const decoder = new TextDecoder();

/** How long to wait for the end of a stream once its stop has come; null before. `headersMs`: when its headers came. */
export function lingerAfterStop(chunks: readonly Chunk[], headersMs: number): number | null {
  const lastByte = chunks.at(-1)?.bytes.at(-1);
  if ((lastByte !== LF && lastByte !== CR) || !/"type"\s*:\s*"stop"/.test(tailOf(chunks))) return null;
  const silences = chunks.map(({ atMs }, index) => atMs - (chunks[index - 1]?.atMs ?? headersMs));
  return Math.max(SOON_MS, PER_SILENCE * Math.max(headersMs, ...silences));
}

function tailOf(chunks: readonly Chunk[]): string {
  let tail = '';
  for (let at = chunks.length - 1; at >= 0 && tail.length < TAIL_BYTES; at -= 1)
    tail = decoder.decode(chunks[at]?.bytes) + tail;
  return tail;
}
