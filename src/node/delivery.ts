import { readFile } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { createRealClock } from '../runtime/real-clock.ts';

/** In a write's own callback Node 20 turns a reset into a FIN, so it comes a little later. */
const SETTLE_MS = 5;
const LOOK_MS = 2;
/** A client that does not read for so long loses what it has not read. */
const PATIENCE_MS = 10_000;

/** Settles when the client of a socket has everything that was written. */
export type UntilDelivered = (socket: Socket) => Promise<void>;

/**
 * A reset throws away what still waits in this machine's send queue, and a write's callback only says that it is in
 * there; and a Node client which has not yet read all when the reset comes takes it for a FIN (libuv reports EOF on
 * POLLHUP after a partial read). So on Linux the send queue is watched until it is empty, and, where the client is on
 * this machine, its receive queue too. Elsewhere they cannot be seen: then a short pause must do, which is enough on
 * loopback for a client that reads.
 */
export function createDeliveryWatch(): UntilDelivered {
  const clock = createRealClock();
  let last: Promise<unknown> = Promise.resolve();
  let next: Promise<Queues> | null = null;
  /** One look at a time serves all who wait: it takes 10 ms and more where there are many connections. */
  const look = () => {
    next ??= last
      .then(() => pause(LOOK_MS))
      .then(() => {
        next = null; // A caller that comes now must not get a result from before it asked.
        const looking = readQueues();
        last = looking;
        return looking;
      });
    return next;
  };
  return async (socket) => {
    await new Promise<void>((resolve) => socket.write(new Uint8Array(0), () => resolve()));
    await pause(SETTLE_MS);
    const givesUpMs = clock.now() + PATIENCE_MS;
    while (clock.now() < givesUpMs && !socket.destroyed) {
      const queues = await look();
      const { localPort = 0, remotePort = 0 } = socket;
      const ours = queues.get(nameOf(localPort, remotePort))?.sending ?? 0;
      const theirs = queues.get(nameOf(remotePort, localPort))?.receiving ?? 0;
      if (ours + theirs === 0) return;
    }
  };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve, ms));
}

/** Bytes that wait to be sent by the first of two ports, or to be read by it. */
type Queues = ReadonlyMap<string, Queue>;
interface Queue {
  readonly sending: number;
  readonly receiving: number;
}

function nameOf(from: number, to: number): string {
  return `${from} ${to}`;
}

/** Bytes waiting on all connections of this machine, from Linux's table. */
async function readQueues(): Promise<Queues> {
  const tables = ['/proc/self/net/tcp', '/proc/self/net/tcp6'].map(
    (table) => readFile(table, 'utf8').catch(() => ''), // Not Linux, or not allowed to look.
  );
  const text = (await Promise.all(tables)).join('');
  const rows = text.matchAll(/:([0-9A-F]{4}) [0-9A-F]+:([0-9A-F]{4}) [0-9A-F]{2} ([0-9A-F]{8}):([0-9A-F]{8})/g);
  const queues = new Map<string, Queue>();
  for (const row of rows) {
    const [from = 0, to = 0, sending = 0, receiving = 0] = row.slice(1).map((hex) => Number.parseInt(hex, 16));
    const name = nameOf(from, to);
    // Connections of other addresses may have the same ports: then all that waits is waited for.
    const other = queues.get(name);
    queues.set(name, { sending: sending + (other?.sending ?? 0), receiving: receiving + (other?.receiving ?? 0) });
  }
  return queues;
}
