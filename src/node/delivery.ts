import { readFile } from 'node:fs/promises';
import type { Socket } from 'node:net';

/** In a write's own callback Node 20 turns a reset into a FIN, so it comes a little later. */
const SETTLE_MS = 5;
const LOOK_MS = 2;
/** A client that does not read for so long loses what it has not read. */
const PATIENCE_MS = 10_000;

/**
 * Settles when the client has everything that was written. A reset throws away what still waits in this machine's send
 * queue, and a write's callback only says that it is in there; and a Node client which has not yet read all when the
 * reset comes takes it for a FIN (libuv reports EOF on POLLHUP after a partial read). So on Linux the send queue is
 * watched until it is empty, and, where the client is on this machine, its receive queue too. Elsewhere they cannot be
 * seen: then a short pause must do, which is enough on loopback for a client that reads.
 */
export async function untilDelivered(socket: Socket): Promise<void> {
  await new Promise<void>((resolve) => socket.write(new Uint8Array(0), () => resolve()));
  await pause(SETTLE_MS);
  for (let waitedMs = 0; waitedMs < PATIENCE_MS && !socket.destroyed; waitedMs += LOOK_MS) {
    if ((await queuedBytes(socket)) === 0) return;
    await pause(LOOK_MS);
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve, ms));
}

/** Bytes that wait to be sent by us or read by the client, as far as Linux tells. */
async function queuedBytes({ localPort = 0, remotePort = 0 }: Socket): Promise<number> {
  const tables = ['/proc/self/net/tcp', '/proc/self/net/tcp6'].map(
    (table) => readFile(table, 'utf8').catch(() => ''), // Not Linux, or not allowed to look.
  );
  const text = (await Promise.all(tables)).join('');
  const [ours, theirs] = [queuesOf(text, localPort, remotePort), queuesOf(text, remotePort, localPort)];
  return ours.sending + theirs.receiving;
}

/** The queues of the connection between these ports, as its first side sees them; none that is not there. */
function queuesOf(text: string, from: number, to: number): { readonly sending: number; readonly receiving: number } {
  const [here, there] = [from, to].map((port) => port.toString(16).toUpperCase().padStart(4, '0'));
  const row = new RegExp(`:${here} [0-9A-F]+:${there} [0-9A-F]{2} ([0-9A-F]{8}):([0-9A-F]{8})`).exec(text);
  const [sending = 0, receiving = 0] = (row ?? []).slice(1).map((queue) => Number.parseInt(queue, 16));
  return { sending, receiving };
}
