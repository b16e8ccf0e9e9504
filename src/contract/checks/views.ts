import { type Finding, show } from '../check.ts';
import type { Exchange } from '../exchange.ts';
import { type Fields, fieldsOf, finding, itemsOf, sameJson } from './select.ts';

/** What an answer tells of one session. */
export interface View {
  readonly exchange: Exchange;
  readonly view: Fields;
}

export function viewsOf(exchanges: readonly Exchange[]): View[] {
  return exchanges.map((exchange) => ({ exchange, view: fieldsOf(exchange) }));
}

/** What pages of the list tell of the session that another answer is about. */
export function itemsAbout(of: Exchange, pages: readonly Exchange[]): View[] {
  const id = fieldsOf(of)['session_id'];
  return pages.flatMap((exchange) =>
    itemsOf(exchange)
      .filter((view) => view['session_id'] === id)
      .map((view) => ({ exchange, view })),
  );
}

/**
 * Where views tell other than `told`, but for keys that are `free`. Whether reading moves a session is nowhere
 * documented; events are the detail's own.
 */
export function compareViews(
  told: Fields,
  views: readonly View[],
  { as, free = [] }: { readonly as: string; readonly free?: readonly string[] },
): Finding[] {
  return views.flatMap(({ exchange, view }) =>
    Object.keys({ ...told, ...view })
      .filter((key) => key !== 'last_updated_at' && key !== 'events' && !free.includes(key))
      .filter((key) => !sameJson(told[key] ?? null, view[key] ?? null))
      .map((key) =>
        finding(exchange, {
          at: `$.${key} of ${exchange.operation}`,
          expected: `${show(told[key])} ${as}`,
          actual: show(view[key]),
        }),
      ),
  );
}
