/** How items are worked on at once. */
export interface Parallel<Item> {
  /** How many at once. */
  readonly count: number;
  readonly perform: (item: Item) => Promise<void>;
}

/**
 * Performs something for each item, in their order, several at once. Rejects after all have settled where one fails.
 */
export async function inParallel<Item>(items: readonly Item[], { count, perform }: Parallel<Item>): Promise<void> {
  const queue = items.values();
  const work = async () => {
    for (const item of queue) await perform(item);
  };
  await settleAll(Array.from({ length: count }, work));
}

/**
 * Waits for all, also where one has failed; then throws the first failure. What went on unseen could create sessions
 * that nobody deletes.
 */
export async function settleAll<Value>(all: readonly Promise<Value>[]): Promise<Value[]> {
  await Promise.allSettled(all);
  return Promise.all(all);
}
