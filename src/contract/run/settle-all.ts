/**
 * Waits for all, also where one has failed; then throws the first failure. What went on unseen could create sessions
 * that nobody deletes.
 */
export async function settleAll<Value>(all: readonly Promise<Value>[]): Promise<Value[]> {
  await Promise.allSettled(all);
  return Promise.all(all);
}
