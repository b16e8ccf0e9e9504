/** Hands what is pushed to whoever iterates, in order; an error given to `end` is thrown there. One reader at most. */
export interface Channel<Item> extends AsyncIterable<Item> {
  /**
   * Settles as soon as there is room for more, which limits the queue of a pusher that waits. What is pushed once
   * nobody reads any more is dropped.
   */
  push(item: Item): Promise<void>;
  end(error?: unknown): void;
}

/** Creates a channel that holds `capacity` items before those who push have to wait. */
export function createChannel<Item>(capacity = 64): Channel<Item> {
  const items: Item[] = [];
  let over: { readonly error?: unknown } | null = null;
  let isClosed = false;
  let wakeReader = () => {};
  let waiting: (() => void)[] = [];
  const makeRoom = () => {
    const woken = waiting;
    waiting = [];
    for (const wake of woken) wake();
  };
  return {
    push: async (item) => {
      if (isClosed) return;
      items.push(item);
      wakeReader();
      while (items.length >= capacity && !isClosed) await new Promise<void>((resolve) => void waiting.push(resolve));
    },
    end: (error) => {
      over ??= error === undefined ? {} : { error };
      wakeReader();
    },
    async *[Symbol.asyncIterator]() {
      try {
        for (;;) {
          const item = items.shift();
          if (item !== undefined) {
            if (items.length < capacity) makeRoom();
            yield item;
          } else if (over && 'error' in over) throw over.error;
          else if (over) return;
          else {
            await new Promise<void>((resolve) => {
              wakeReader = resolve;
            });
          }
        }
      } finally {
        isClosed = true;
        items.length = 0;
        makeRoom();
      }
    },
  };
}
