import type { Located, Pair } from './located.ts';
import { type Schema, toSchema } from './schemas.ts';
import { enter, report, type Walk } from './walk.ts';

/** Compares the schemas at two places. A place without a schema allows anything. */
export function meetPlaces(walk: Walk, { before, after }: Pair<Located>): void {
  meetSchemas(walk, { before: toSchema(walk.before, before), after: toSchema(walk.after, after) });
}

/** Compares two schemas, once for each direction, however often they are met. */
export function meetSchemas(walk: Walk, schemas: Pair<Schema>): void {
  const { before, after } = schemas;
  if (before.key === '' && after.key === '') return;
  enter(walk, `${before.key} → ${after.key}`, (inside) => {
    const { ledger } = inside;
    ledger.budget--;
    if (ledger.budget >= 0) ledger.compareSchemas(inside, schemas);
    else if (ledger.budget === -1) report(inside, 'cannot-compare', { place: after.place, what: 'too many schemas' });
  });
}
