import { benchFile } from './contestants.ts';
import { type Server, startServer } from './processes.ts';

/** What a mock holds after its garbage is collected. */
export interface Holdings {
  readonly heapMiB: number;
  /** Sockets, timers and the like. */
  readonly handles: number;
}

/** A mock of the library on a socket, which can be asked what it holds. */
export function startMeasuredMock(options: object): Promise<Server> {
  return startServer(['--expose-gc', benchFile('servers/measured-mock.mjs'), JSON.stringify(options)], {
    withMessages: true,
  });
}

export function readHoldings({ child }: Server): Promise<Holdings> {
  return new Promise((resolve) => {
    const take = (message: object) => {
      if (!('heapBytes' in message)) return;
      child.off('message', take);
      const { heapBytes, resources } = message as { readonly heapBytes: number; readonly resources: readonly string[] };
      resolve({ heapMiB: heapBytes / 2 ** 20, handles: resources.length });
    };
    child.on('message', take);
    child.send('measure');
  });
}
