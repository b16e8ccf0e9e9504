import type { Moment, Moments } from './program/moment.ts';
import type { Wire } from './schema.ts';

/** Drops, duplicates and swaps events by number, counting from 1 in the order the steps produce them. */
export function* tamper(moments: Moments, { drop = [], duplicate = [], swap = [] }: Wire): Moments {
  let number = 0;
  /** The event to swap with the next one. */
  let swapped: readonly Moment[] | null = null;
  for (let next = moments.next(); !next.done; ) {
    const moment = next.value;
    if (!isEvent(moment)) {
      next = moments.next(yield moment);
      continue;
    }
    number += 1;
    const copies = drop.includes(number) ? [] : duplicate.includes(number) ? [moment, moment] : [moment];
    if (swap.includes(number) && swapped === null) {
      swapped = copies;
    } else {
      yield* copies;
      yield* swapped ?? [];
      swapped = null;
    }
    next = moments.next();
  }
  yield* swapped ?? [];
}

function isEvent(moment: Moment): boolean {
  return moment.kind === 'event' || moment.kind === 'huge';
}
