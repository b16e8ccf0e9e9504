import { at, isObject } from '../json.ts';
import { compareSchemas } from './compare-schemas.ts';
import { compareTexts } from './compare-texts.ts';
import { isEqual } from './is-same.ts';
import { child, type Located, type Pair, type Side } from './located.ts';
import { unwrap } from './shape.ts';
import { report, type Walk } from './walk.ts';

/** Media types whose bodies are one item after another. */
const sequential =
  /^(?:text\/event-stream|application\/(?:jsonl|x-ndjson|json-seq|x-jsonlines)|multipart\/mixed|.*\+json-seq)$/;

/**
 * What changed in a body: as a whole, or item by item where it is a stream of which both documents say what an item is.
 */
export function compareMedia(walk: Walk, media: Pair<Located> & { readonly mediaType: string }): void {
  compareTexts(walk, media);
  const { before, after } = media;
  const encodings = { before: at(before.value, 'encoding'), after: at(after.value, 'encoding') };
  if (!isEqual(encodings.before, encodings.after)) report(walk, 'limit-changed', { place: after, what: 'encoding' });
  const schemas = { before: child(before, 'schema'), after: child(after, 'schema') };
  const items = {
    before: itemOf(walk.before, { ...media, place: before }),
    after: itemOf(walk.after, { ...media, place: after }),
  };
  if (items.before && items.after) compareSchemas(walk, { before: items.before, after: items.after });
  else if (items.before || items.after) report(walk, 'stream-description-changed', { place: after });
  else if (schemas.before.value !== undefined || schemas.after.value !== undefined)
    compareSchemas(walk, { before: orAny(schemas.before), after: orAny(schemas.after) });
}

/**
 * What one item of a stream is: `itemSchema` says so, else the items of a list; older documents give the item itself.
 */
function itemOf(
  side: Side,
  { place, mediaType }: { readonly place: Located; readonly mediaType: string },
): Located | null {
  const itemSchema = child(place, 'itemSchema');
  if (itemSchema.value !== undefined) return itemSchema;
  if (!sequential.test(mediaType)) return null;
  const { schema } = unwrap(side, child(place, 'schema'));
  if (!schema || !isObject(schema.value) || schema.value['type'] === 'string') return null;
  const items = child(schema, 'items');
  return items.value === undefined ? schema : items;
}

/** Left out, anything may come. */
function orAny(place: Located): Located {
  return place.value === undefined ? { ...place, value: {} } : place;
}
