import { settleAll } from './settle-all.ts';

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
