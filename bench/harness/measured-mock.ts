import { benchFile } from './contestants.ts';
import { type Server, startServer } from './processes.ts';

/** What a mock holds after its garbage is collected. */
export interface Holdings {
  readonly heapMiB: number;
  /** Sockets, timers and the like. */
  readonly handles: number;
}

/** A mock of the library on a socket, if wanted also on one with TLS, which can be asked what it holds. */
export function startMeasuredMock(options: object, { tls = false } = {}): Promise<Server> {
  const file = benchFile('servers/measured-mock.mjs');
  return startServer(['--expose-gc', file, JSON.stringify(options), ...(tls ? ['tls'] : [])], { withMessages: true });
}

export async function readHoldings(server: Server): Promise<Holdings> {
  const { heapBytes, resources } = await ask<{ readonly heapBytes: number; readonly resources: readonly string[] }>(
    server,
    'measure',
    'heapBytes',
  );
  return { heapMiB: heapBytes / 2 ** 20, handles: resources.length };
}

/** For how many milliseconds its event loop stood still at most, since this was asked last. */
export async function readLongestBlock(server: Server): Promise<number> {
  const answer = await ask<{ readonly longestBlockMs: number }>(server, 'longest block', 'longestBlockMs');
  return answer.longestBlockMs;
}

/** Sends a message; resolves with the first answer that has this key. */
function ask<Answer extends object>({ child }: Server, message: string, key: keyof Answer & string): Promise<Answer> {
  return new Promise((resolve) => {
    const take = (answer: object) => {
      if (!(key in answer)) return;
      child.off('message', take);
      resolve(answer as Answer); // The only message with this key.
    };
    child.on('message', take);
    child.send(message);
  });
}
