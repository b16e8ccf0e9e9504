import { useEffect } from 'preact/hooks';
import { version } from './traffic.ts';

/** How long nothing happens before the figures are read again. */
const QUIET_MS = 250;
/** How often they are read while nothing happens: another client may queue an answer or set a clock. */
const AGAIN_MS = 2000;

/** Calls back now, soon after anything has happened, and every now and then. */
export function useNews(read: () => Promise<void>, world: string | null): void {
  const changes = version.value;
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout>;
    let isLeft = false;
    // A loss of the server is said elsewhere.
    const ask = async () => {
      await read().catch(() => {});
      if (!isLeft) timer = setTimeout(ask, AGAIN_MS);
    };
    timer = setTimeout(ask, QUIET_MS);
    return () => {
      isLeft = true;
      clearTimeout(timer);
    };
  }, [changes, world]);
}
