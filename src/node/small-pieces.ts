import type { IncomingMessage } from 'node:http';
import { afterTurns } from '../runtime/event-loop.ts';

/** Pieces of an upload between which other requests have their turn: Node needs a microsecond or two for each. */
const PIECES_A_TURN = 1000;

/**
 * Counts the pieces of an upload as they come. Node reads up to 32 times from one socket before it looks at another
 * one, and each read may hold ten thousand pieces of one byte, so after many the socket is not read for a turn of the
 * event loop.
 */
export class SmallPieces {
  readonly #incoming: IncomingMessage;
  #pieces = 0;

  constructor(incoming: IncomingMessage) {
    this.#incoming = incoming;
  }

  count(): void {
    this.#pieces += 1;
    // The streams of an HTTP/2 session share its socket.
    if (this.#pieces % PIECES_A_TURN === 0 && this.#incoming.httpVersionMajor < 2) rest(this.#incoming);
  }
}

function rest(incoming: IncomingMessage): void {
  if (Object.hasOwn(incoming, '_read')) return; // It rests already.
  const { socket } = incoming;
  // To ask for the next piece, as the stream does after each, would begin to read again.
  incoming._read = () => {};
  socket.pause();
  afterTurns(1, () => {
    Reflect.deleteProperty(incoming, '_read');
    socket.resume();
  });
}
