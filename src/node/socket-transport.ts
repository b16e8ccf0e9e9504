import type { ServerResponse } from 'node:http';
import type { StreamTransport } from '../server/perform.ts';

/** Pieces gathered before they are written even though nothing pauses. */
const BATCH_BYTES = 64 * 1024;
const LINE_END = Buffer.from('\r\n');

/**
 * Writes a stream to the socket itself: every piece is one HTTP/1.1 chunk, its header in the same buffer, all
 * that is due in one write (3 × the events/s of `res.write`). `socket.write`'s answer is the back-pressure.
 */
export function createSocketTransport(outgoing: ServerResponse): StreamTransport {
  outgoing.flushHeaders();
  const { socket } = outgoing;
  // HTTP/1.0 has no chunks, and a pipelined answer has no socket yet: then Node does the framing.
  const isRaw = socket !== null && outgoing.chunkedEncoding;
  let pieces: Uint8Array[] = [];
  let sizeBytes = 0;

  const flush = (): boolean => {
    if (sizeBytes === 0) return true;
    const batch = isRaw ? chunked(pieces, sizeBytes) : Buffer.concat(pieces, sizeBytes);
    pieces = [];
    sizeBytes = 0;
    return isRaw ? socket.write(batch) : outgoing.write(batch);
  };
  return {
    write(bytes) {
      if (bytes.byteLength === 0) return true; // An empty chunk would end the body.
      pieces.push(bytes);
      sizeBytes += bytes.byteLength;
      return sizeBytes < BATCH_BYTES || flush();
    },
    flush,
    end() {
      if (outgoing.destroyed) return;
      flush();
      outgoing.end();
    },
    onReady: (callback) => (isRaw ? socket : outgoing).once('drain', callback),
    onClose: (callback) => outgoing.once('close', callback),
  };
}

/** `<hex size>CRLF piece CRLF` for each piece, in one buffer. */
function chunked(pieces: readonly Uint8Array[], sizeBytes: number): Buffer {
  // 12 bytes hold the size of any piece below 4 GiB and both line ends.
  const batch = Buffer.allocUnsafe(sizeBytes + pieces.length * 12);
  let at = 0;
  for (const piece of pieces) {
    at += batch.write(piece.byteLength.toString(16), at, 'latin1');
    at += LINE_END.copy(batch, at);
    batch.set(piece, at);
    at += piece.byteLength;
    at += LINE_END.copy(batch, at);
  }
  return batch.subarray(0, at);
}
