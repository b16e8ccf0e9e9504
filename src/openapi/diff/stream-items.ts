import { isObject } from '../json.ts';
import { child, type Located } from './located.ts';
import { toSchema } from './schemas.ts';
import type { Side } from './side.ts';

/** Media types of sequential items. */
const sequential =
  /^(?:text\/event-stream|application\/(?:jsonl|x-ndjson|json-seq|x-jsonlines)|multipart\/mixed|.*\+json-seq)$/;

/** The schema of one item of a stream: `itemSchema`, the items of a list, or in older documents the schema itself. */
export function itemOf(
  side: Side,
  { place, mediaType }: { readonly place: Located; readonly mediaType: string },
): Located | null {
  const itemSchema = child(place, 'itemSchema');
  if (itemSchema.value !== undefined) return itemSchema;
  const schema = child(place, 'schema');
  if (!sequential.test(mediaType) || schema.value === undefined) return null;
  const target = toSchema(side, schema).place;
  if (isObject(target.value) && target.value['type'] === 'string') return null;
  const items = child(target, 'items');
  return items.value === undefined ? schema : items;
}
