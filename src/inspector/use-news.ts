import { useEffect } from 'preact/hooks';
import { version } from './traffic.ts';

/** How long nothing happens before the figures are read again. */
const QUIET_MS = 250;

/** Calls back now, and soon after anything has happened. */
export function useNews(read: () => Promise<void>, world: string | null): void {
  const changes = version.value;
  useEffect(() => {
    const timer = setTimeout(() => void read().catch(() => {}), QUIET_MS); // The loss of the server is said above.
    return () => clearTimeout(timer);
  }, [changes, world]);
}
