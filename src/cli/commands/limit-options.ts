import { type LimitName, type LimitRow, type Limits, limitRows } from '../../runtime/limits.ts';
import type { Single } from '../option.ts';
import { wholeNumber } from '../value-types.ts';

const rows = Object.entries(limitRows) as readonly (readonly [LimitName, LimitRow])[]; // Its names are those of the table.

/** The names of all limits. */
export const limitNames = rows.map(([name]) => name);

/** A flag for each limit. */
export const limitOptions = Object.fromEntries(rows.map(([name, row]) => [name, toOption(row)])) as Readonly<
  Record<LimitName, Single<number, number>>
>; // As above.

/** The limits that were chosen; null where all are the defaults. */
export function toLimits(values: Limits): { readonly limits?: Partial<Limits> } {
  const chosen = rows.filter(([name, row]) => values[name] !== row.default).map(([name]) => [name, values[name]]);
  return chosen.length === 0 ? {} : { limits: Object.fromEntries(chosen) };
}

function toOption({ default: fallback, min, max, unit, of, what }: LimitRow): Single<number, number> {
  const where = of === 'world' ? ', per world' : '';
  return {
    kind: 'single',
    type: wholeNumber(min, max, 'See docs/limits.md.'),
    default: fallback,
    summary: unit === 'ms' ? `Longest ${what}, in ms.` : `Maximum number of ${what}${where}.`,
  };
}
