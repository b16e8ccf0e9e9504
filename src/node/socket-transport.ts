import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Ending } from '../scenario/endings.ts';
import type { StreamTransport } from '../server/perform.ts';
import type { UntilDelivered } from './delivery.ts';

/** Pieces gathered before they are written even though nothing pauses. */
const BATCH_BYTES = 64 * 1024;
/** 1 ms apart arrive as reads of their own in 92–96 %, 2 ms in 98–100 % (measured). */
const GAP_MS = 2;
const CARRIAGE_RETURN = 13;
const LINE_FEED = 10;
const ZERO = 48;
const LETTER_A = 97;

/**
 * Writes a body to the socket itself: every piece of a chunked one is one HTTP/1.1 chunk, its header in the same
 * buffer, all that is due in one write (3 × the events/s of `res.write`). `socket.write`'s answer is the back-pressure.
 */
export function createSocketTransport(outgoing: ServerResponse, untilDelivered: UntilDelivered): StreamTransport {
  const { socket } = outgoing;
  // Until the first pause nothing leaves: headers, body and end of an instant answer are one write to the system.
  socket?.cork();
  if (outgoing.headersSent) outgoing.flushHeaders();
  // HTTP/1.0 has no chunks, and a pipelined answer has no socket yet: then Node does the framing.
  const isRaw = socket !== null && outgoing.headersSent && outgoing.chunkedEncoding;
  let pieces: Uint8Array[] = [];
  let sizeBytes = 0;

  let isCorked = true;

  const writeBatch = (): boolean => {
    if (sizeBytes === 0) return true;
    const batch = isRaw ? chunked(pieces, sizeBytes) : Buffer.concat(pieces, sizeBytes);
    pieces = [];
    sizeBytes = 0;
    return isRaw ? socket.write(batch) : outgoing.write(batch);
  };
  const flush = (): boolean => {
    const hasRoom = writeBatch();
    if (isCorked) socket?.uncork();
    isCorked = false;
    return hasRoom;
  };
  return {
    gapMs: GAP_MS,
    write(bytes) {
      if (bytes.byteLength === 0) return true; // An empty chunk would end the body.
      pieces.push(bytes);
      sizeBytes += bytes.byteLength;
      // What was flushed at a pause may still wait for its reader.
      const isBehind = (isRaw ? socket : outgoing).writableNeedDrain;
      if (sizeBytes < BATCH_BYTES && !isBehind) return true;
      return flush() && !isBehind;
    },
    flush,
    end(how) {
      if (outgoing.destroyed) return;
      if (how === 'close' && outgoing.headersSent) {
        writeBatch();
        outgoing.end(); // It uncorks.
        return;
      }
      flush();
      if (outgoing.socket) endConnection(outgoing.socket, how, untilDelivered);
      // A pipelined answer waits for its turn at the socket.
      else outgoing.once('socket', (later: Socket) => endConnection(later, how, untilDelivered));
    },
    onReady: (callback) => (isRaw ? socket : outgoing).once('drain', callback),
    onClose: (callback) => outgoing.once('close', callback),
  };
}

/** Ends the connection without ending the answer; what was written before reaches the client first. */
function endConnection(socket: Socket, how: Ending, untilDelivered: UntilDelivered): void {
  switch (how) {
    case 'close':
    case 'truncate':
      socket.destroySoon();
      return;
    case 'reset':
      untilDelivered(socket)
        .then(() => socket.resetAndDestroy())
        .catch(() => socket.destroy()); // Only TCP can be reset.
      return;
    case 'hang':
      return;
  }
}

/**
 * `<hex size>CRLF piece CRLF` for each piece, in one buffer. By hand: a native call for each line costs more than its
 * bytes.
 */
function chunked(pieces: readonly Uint8Array[], sizeBytes: number): Buffer {
  // 12 bytes hold the size of any piece below 4 GiB and both line ends.
  const batch = Buffer.allocUnsafe(sizeBytes + pieces.length * 12);
  let at = 0;
  for (const piece of pieces) {
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
