import type { Writable } from 'node:stream';
import { type Frame, FrameRun } from '../scenario/frame.ts';

/** Runs of frames with fewer bytes are copied together with what is around them, others are written where they are. */
const COPIED_BYTES = 2048;
const CARRIAGE_RETURN = 13;
const LINE_FEED = 10;
const ZERO = 48;
const LETTER_A = 97;

/** The chunk of a frame that leaves alone, as most do that are paced. It is kept: to make a view takes as long as to write it. */
export function chunkOf(frame: Frame): Uint8Array | null {
  const { block, index } = frame;
  if (!block) return null;
  frame.chunk ??= bufferOf(block.bytes.subarray(block.starts[index], block.starts[index + 1]));
  return frame.chunk;
}

/** Writes each piece as a chunk: small ones in one buffer, long runs of frames from where they are. */
export function writeChunks(target: Writable, pieces: readonly (Uint8Array | FrameRun)[]): void {
  const [first] = pieces;
  if (pieces.length === 1 && first instanceof FrameRun) {
    target.write(bufferOf(first.takeChunks()));
    return;
  }
  let copied = 0;
  target.cork();
  for (const [index, piece] of pieces.entries()) {
    if (!(piece instanceof FrameRun) || piece.sizeBytes < COPIED_BYTES) continue;
    if (copied < index) target.write(copyChunks(pieces.slice(copied, index)));
    target.write(bufferOf(piece.takeChunks()));
    copied = index + 1;
  }
  if (copied < pieces.length) target.write(copyChunks(copied === 0 ? pieces : pieces.slice(copied)));
  target.uncork();
}

/** `<hex size>CRLF piece CRLF` for each piece, in one buffer. By hand: a native call for each line costs more than its bytes. */
function copyChunks(pieces: readonly (Uint8Array | FrameRun)[]): Buffer {
  // 12 bytes hold the size of any piece below 4 GiB and both line ends.
  const sizeOf = (piece: Uint8Array | FrameRun) =>
    piece instanceof FrameRun ? piece.chunkedBytes : piece.byteLength + 12;
  const batch = Buffer.allocUnsafe(pieces.reduce((sum, piece) => sum + sizeOf(piece), 0));
  let at = 0;
  for (const piece of pieces) {
    if (piece instanceof FrameRun) {
      batch.set(bufferOf(piece.takeChunks()), at);
      at += piece.chunkedBytes;
      continue;
    }
    const size = piece.byteLength;
    for (let shift = (31 - Math.clz32(size)) & ~3; shift >= 0; shift -= 4) {
      const digit = (size >>> shift) & 15;
      batch[at++] = digit < 10 ? ZERO + digit : LETTER_A + digit - 10;
    }
    batch[at++] = CARRIAGE_RETURN;
    batch[at++] = LINE_FEED;
    batch.set(piece, at);
    at += size;
    batch[at++] = CARRIAGE_RETURN;
    batch[at++] = LINE_FEED;
  }
  return batch.subarray(0, at);
}

/** Of the same bytes: Node would make one for each write. */
function bufferOf({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}
