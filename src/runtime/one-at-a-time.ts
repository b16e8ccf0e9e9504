/** Calls that never overlap: those that come while one runs share the next one, so the last of them is never missed. */
export function oneAtATime(run: () => Promise<void>): () => void {
  let last = Promise.resolve();
  let isWaiting = false;
  return () => {
    if (isWaiting) return;
    isWaiting = true;
    last = last.then(() => {
      isWaiting = false;
      return run();
    });
  };
}
