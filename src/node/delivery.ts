import { readFile } from 'node:fs/promises';
import type { Socket } from 'node:net';

/** In a write's own callback Node 20 turns a reset into a FIN, so it comes a little later. */
const SETTLE_MS = 5;
const LOOK_MS = 2;
/** A client that does not read for so long loses what it has not read. */
const PATIENCE_MS = 10_000;

/**
 * Settles when the client's side has everything that was written. A reset throws away what still waits in this
 * machine's send queue, and a write's callback only says that it is in there; so on Linux the queue is watched until it
 * is empty. Elsewhere it cannot be seen: then a short pause must do, which is enough on loopback for a client that reads.
 */
export async function untilDelivered(socket: Socket): Promise<void> {
  await new Promise<void>((resolve) => socket.write(new Uint8Array(0), () => resolve()));
  await pause(SETTLE_MS);
  for (let waitedMs = 0; waitedMs < PATIENCE_MS && !socket.destroyed; waitedMs += LOOK_MS) {
    if (((await queuedBytes(socket)) ?? 0) === 0) return;
    await pause(LOOK_MS);
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve, ms));
}

/** Bytes in the send queue of a connection, as Linux tells; null where it does not. */
async function queuedBytes({ localPort = 0, remotePort = 0 }: Socket): Promise<number | null> {
  const ends = [localPort, remotePort].map((port) => port.toString(16).toUpperCase().padStart(4, '0'));
  const connection = new RegExp(`:${ends[0]} [0-9A-F]+:${ends[1]} [0-9A-F]{2} ([0-9A-F]{8}):`);
  for (const table of ['/proc/self/net/tcp', '/proc/self/net/tcp6']) {
    const text = await readFile(table, 'utf8').catch(() => ''); // Not Linux, or not allowed to look.
    const found = connection.exec(text)?.[1];
    if (found !== undefined) return Number.parseInt(found, 16);
  }
  return null;
}
