import { type Timer, wallTimer } from './timer.ts';

/** How long one piece of work may keep everything else waiting. */
const SLICE_MS = 5;

/** Lets other requests come in between the parts of long work: it is awaited after each part, and rests when it is time. */
export function createPauses(timer: Timer = wallTimer): () => Promise<void> {
  let sinceMs = timer.now();
  return async () => {
    if (timer.now() - sinceMs < SLICE_MS) return;
    await timer.sleep(0);
    sinceMs = timer.now();
  };
}
