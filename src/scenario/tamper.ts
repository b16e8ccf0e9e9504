import type { Wire } from './schema.ts';
import type { Moment, Moments } from './steps-to-events.ts';

/** Leaves out, doubles and swaps events by their numbers, which count from 1 as the steps make them. */
export function* tamper(moments: Moments, { drop = [], duplicate = [], swap = [] }: Wire): Moments {
  let number = 0;
  let swapped: Moment | null = null;
  for (let next = moments.next(); !next.done; ) {
    const moment = next.value;
    if (!isEvent(moment)) {
      next = moments.next(yield moment);
      continue;
    }
    number += 1;
    if (swap.includes(number) && swapped === null) {
      swapped = moment;
    } else {
      if (!drop.includes(number)) yield moment;
      if (duplicate.includes(number)) yield moment;
      if (swapped) yield swapped;
      swapped = null;
    }
    next = moments.next();
  }
  if (swapped) yield swapped;
}

function isEvent(moment: Moment): boolean {
  return 'event' in moment || 'hugeBytes' in moment;
}
