/** Delivers pushed items to the iterating side in order; an error passed to `end` is thrown there. */
export interface Channel<Item> extends AsyncIterable<Item> {
  push(item: Item): void;
  end(error?: unknown): void;
}

/** Creates a channel: one side pushes, the other iterates. */
export function createChannel<Item>(): Channel<Item> {
  const items: Item[] = [];
  let over: { readonly error?: unknown } | null = null;
  let wake = () => {};
  return {
    push: (item) => {
      items.push(item);
      wake();
    },
    end: (error) => {
      over ??= error === undefined ? {} : { error };
      wake();
    },
    async *[Symbol.asyncIterator]() {
      for (;;) {
        const item = items.shift();
        if (item !== undefined) yield item;
        else if (over && 'error' in over) throw over.error;
        else if (over) return;
        else {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
      }
    },
  };
}
