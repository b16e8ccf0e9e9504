import type { Clock } from '../runtime/clock.ts';
import { afterTurns } from '../runtime/event-loop.ts';
import type { World } from '../world/world.ts';

/** How long the end of a connection may take to arrive, from the client's process and through a proxy. */
const NEWS_MS = 50;
/** Node reads the end of a connection in one turn of its loop, closes it in the next, and tells in the third. */
const TURNS = 3;

/**
 * Settles when no turn of the session is running, or when one still is although the news of a client that left would be
 * here by now. A client that stops and asks again at once closes one connection and sends on another: which of the two
 * is read first is chance. The wait is one of real time, whatever the clock of the world.
 */
export function untilOver(
  sessionId: string,
  { world, wallClock }: { readonly world: World; readonly wallClock: Clock },
): Promise<void> {
  return new Promise((resolve) => {
    const settle = () => {
      unwatch();
      giveUp?.();
      resolve();
    };
    const unwatch = world.streams.watch(() => {
      if (!world.running.has(sessionId)) settle();
    });
    // If this process was busy, the end of the connection may have arrived but not have been read.
    const giveUp = wallClock.schedule(wallClock.now() + NEWS_MS, () => afterTurns(TURNS, settle));
  });
}
