import type { ServerResponse } from 'node:http';
import type { ServerHttp2Stream } from 'node:http2';
import type { Socket } from 'node:net';
import type { Writable } from 'node:stream';
import type { Ending, Http2Code } from '../scenario/endings.ts';
import { BATCH_BYTES, BlockRun, Frame, FrameRun } from '../scenario/frame.ts';
import type { Write } from '../scenario/wire.ts';
import type { StreamTransport } from '../server/performance.ts';
import type { WaitingBytes } from '../server/waiting-bytes.ts';
import type { Closing } from './closing.ts';
import type { UntilDelivered } from './delivery.ts';
import { endConnection, endStream } from './end-connection.ts';
import { http2StreamOf } from './http2-stream.ts';
import { whenLeft } from './pipelining.ts';
import { chunkOf, writeChunks } from './write-chunks.ts';

/** 1 ms apart arrive as reads of their own in 92–96 %, 2 ms in 98–100 % (measured). */
const GAP_MS = 2;
const LINE_END = Buffer.from('\r\n');

/** Shared by the transports of one server. */
export interface Wiring {
  readonly untilDelivered: UntilDelivered;
  readonly closing: Closing;
  /** What waits for slow readers on all connections. */
  readonly waiting: WaitingBytes;
  /** The connection of TCP below one that is encrypted; else the same. */
  readonly rawSocket: (socket: Socket) => Socket;
  /** Called when a reader is cut off because too much waits. */
  readonly onCut: () => void;
}

/**
 * Writes a body to the socket itself: every piece of a chunked one is one HTTP/1.1 chunk, its header in the same
 * buffer, all that is due in one write (3 × the events/s of `res.write`). Frames that have their chunks around them
 * already leave as they are. `socket.write`'s answer is the back-pressure.
 * A large piece is neither copied nor handed over whole: it leaves in slices, each once the reader has room.
 */
export class SocketTransport implements StreamTransport {
  readonly gapMs = GAP_MS;
  readonly #outgoing: ServerResponse;
  readonly #socket: Socket | null;
  /** Of HTTP/2, whose flow control it knows; Node's answer does not tell. */
  readonly #stream: ServerHttp2Stream | null;
  readonly #wiring: Wiring;
  /**
   * Whether the chunks are ours. HTTP/1.0 has none, a pipelined answer has no socket yet, and a middleware may change
   * what is written: then Node frames it.
   */
  readonly #isRaw: boolean;
  /** Until the first pause nothing leaves: headers, body and end of an instant answer are one write to the system. */
  #isCorked = true;
  /** The only piece so far, where it is a frame with its chunk around it: mostly one is due at a time. */
  #alone: Frame | null = null;
  #pieces: (Uint8Array | FrameRun)[] = [];
  #sizeBytes = 0;
  /** What is still to be written of a large piece. */
  #rest: Uint8Array | null = null;
  /** How it ends once that is written. */
  #ending: readonly [how: Ending, code: Http2Code | undefined] | null = null;
  #ready: (() => void) | null = null;
  /** What of it is counted as waiting for its reader. */
  #waitingBytes = 0;
  #waitingRest: ArrayBufferLike | null = null;

  constructor(outgoing: ServerResponse, wiring: Wiring) {
    const stream = http2StreamOf(outgoing);
    const socket = stream ? null : outgoing.socket; // HTTP/2 has one for all streams of a session.
    this.#outgoing = outgoing;
    this.#stream = stream && outgoing.headersSent && !isWrapped(outgoing) ? stream : null;
    this.#socket = socket;
    this.#wiring = wiring;
    socket?.cork();
    if (outgoing.headersSent) outgoing.flushHeaders();
    this.#isRaw = socket !== null && outgoing.headersSent && outgoing.chunkedEncoding && !isWrapped(outgoing);
  }

  write(bytes: Uint8Array, frame?: Write): boolean {
    if (bytes.byteLength === 0) return true; // An empty chunk would end the body.
    if (bytes.byteLength > BATCH_BYTES && (this.#socket || this.#stream)) return this.#writeLarge(bytes);
    if (!(frame instanceof Frame && frame.block && this.#isRaw)) return this.#gather(bytes, bytes.byteLength);
    const { block, index } = frame;
    if (this.#sizeBytes > 0) return this.writeRun(new BlockRun(block, { from: index, to: index + 1 }));
    this.#alone = frame;
    this.#sizeBytes = bytes.byteLength;
    return this.#hasRoom();
  }

  writeRun(run: FrameRun): boolean {
    if (this.#isRaw) return this.#gather(run, run.sizeBytes);
    let hasRoom = true;
    for (const { bytes } of run.frames) hasRoom = this.#gather(bytes, bytes.byteLength);
    return hasRoom;
  }

  flush(): void {
    this.#writeBatch();
    if (this.#isCorked) this.#socket?.uncork();
    this.#isCorked = false;
    if (!this.#isRaw) flushWrapper(this.#outgoing);
    if (this.#target.writableNeedDrain) this.#wait();
  }

  end(how: Ending, http2Code?: Http2Code): void {
    const outgoing = this.#outgoing;
    if (outgoing.destroyed) return;
    if (this.#rest) {
      this.#ending = [how, http2Code];
      return;
    }
    if (how === 'close' && outgoing.headersSent) {
      this.#writeBatch();
      outgoing.end(); // Ending the response uncorks the socket.
      return;
    }
    this.flush();
    const stream = http2StreamOf(outgoing);
    if (stream) endStream(stream, { how, http2Code });
    else if (outgoing.socket) endConnection(outgoing.socket, how, this.#wiring);
    // A pipelined answer waits for its turn at the socket.
    else outgoing.once('socket', (later: Socket) => endConnection(later, how, this.#wiring));
  }

  onReady(callback: () => void): void {
    if (this.#rest) this.#ready = callback;
    else this.#target.once('drain', callback);
  }

  onClose(callback: () => void): void {
    whenLeft(this.#outgoing, callback);
  }

  onStop(callback: () => void): void {
    this.#outgoing.once('close', this.#wiring.closing.watch(callback));
  }

  get #target(): Writable {
    return this.#isRaw && this.#socket ? this.#socket : (this.#stream ?? this.#outgoing);
  }

  /** False: the reader is behind. */
  #gather(piece: Uint8Array | FrameRun, sizeBytes: number): boolean {
    if (this.#sizeBytes + sizeBytes > BATCH_BYTES) this.#writeBatch();
    this.#sizeBytes += sizeBytes;
    if (this.#alone?.block) {
      const { block, index } = this.#alone;
      this.#pieces.push(new BlockRun(block, { from: index, to: index + 1 }));
    }
    this.#alone = null;
    const last = this.#pieces.at(-1);
    const joined = piece instanceof FrameRun && last instanceof FrameRun ? last.join(piece) : null;
    if (joined) this.#pieces[this.#pieces.length - 1] = joined;
    else this.#pieces.push(piece);
    return this.#hasRoom();
  }

  /** False: the reader is behind. */
  #hasRoom(): boolean {
    // What was flushed at a pause may still wait for its reader.
    const isBehind = this.#target.writableNeedDrain;
    if (this.#sizeBytes < BATCH_BYTES && !isBehind) return true;
    this.flush();
    return !this.#target.writableNeedDrain;
  }

  /** Counts what waits for the reader until it has room, or cuts the reader off if too much waits in all. */
  #wait(): void {
    const { waiting, onCut } = this.#wiring;
    const target = this.#target;
    const isNew = this.#waitingBytes === 0;
    const sizeBytes = target.writableLength;
    waiting.add(sizeBytes - this.#waitingBytes);
    this.#waitingBytes = sizeBytes;
    if (this.#rest && this.#waitingRest === null) {
      this.#waitingRest = this.#rest.buffer;
      waiting.hold(this.#waitingRest);
    }
    if (isNew) {
      target.once('drain', this.#stopWaiting);
      target.once('close', this.#stopWaiting);
    }
    if (waiting.used <= waiting.max) return;
    onCut();
    this.#outgoing.destroy();
  }

  readonly #stopWaiting = (): void => {
    const { waiting } = this.#wiring;
    const target = this.#target;
    target.off('drain', this.#stopWaiting);
    target.off('close', this.#stopWaiting);
    waiting.add(-this.#waitingBytes);
    this.#waitingBytes = 0;
    if (this.#waitingRest) waiting.release(this.#waitingRest);
    this.#waitingRest = null;
  };

  #writeBatch(): void {
    if (this.#sizeBytes === 0) return;
    const target = this.#target;
    const sizeBytes = this.#sizeBytes;
    this.#sizeBytes = 0;
    if (this.#alone) {
      target.write(chunkOf(this.#alone));
      this.#alone = null;
      return;
    }
    const pieces = this.#pieces;
    this.#pieces = [];
    if (this.#isRaw) writeChunks(target, pieces);
    else target.write(Buffer.concat(pieces as Uint8Array[], sizeBytes)); // Runs were taken apart.
  }

  /** One chunk, as if it was written whole. */
  #writeLarge(bytes: Uint8Array): boolean {
    this.flush();
    if (this.#isRaw) this.#socket?.write(`${bytes.byteLength.toString(16)}\r\n`, 'latin1');
    this.#rest = bytes;
    this.#writeSlices();
    return this.#rest === null && !this.#target.writableNeedDrain;
  }

  #writeSlices(): void {
    const target = this.#target;
    while (this.#rest) {
      if (target.destroyed) return;
      if (target.writableNeedDrain) {
        this.#wait();
        target.once('drain', () => this.#goOn());
        return;
      }
      const slice = this.#rest.subarray(0, BATCH_BYTES);
      this.#rest = slice.byteLength < this.#rest.byteLength ? this.#rest.subarray(BATCH_BYTES) : null;
      target.write(slice);
      if (this.#rest === null && this.#isRaw) target.write(LINE_END);
    }
  }

  #goOn(): void {
    this.#writeSlices();
    if (this.#rest) return;
    const [ready, ending] = [this.#ready, this.#ending];
    this.#ready = null;
    if (ending !== null) this.end(...ending);
    else if (this.#target.writableNeedDrain && ready) this.#target.once('drain', ready);
    else ready?.();
  }
}

/** Whether a middleware stands between the answer and its socket, as one that compresses. */
function isWrapped(outgoing: ServerResponse): boolean {
  return Object.hasOwn(outgoing, 'write') || Object.hasOwn(outgoing, 'end');
}

/** What compresses an answer keeps what it has until it is told that a pause follows. */
function flushWrapper(outgoing: ServerResponse & { readonly flush?: unknown }): void {
  if (isWrapped(outgoing) && typeof outgoing.flush === 'function') outgoing.flush();
}
