import { isObject, type Json } from '../json.ts';
import { child, itemsOf, type Located } from './located.ts';
import { arrive, toSchema, unionKeywords } from './schemas.ts';
import type { Side } from './side.ts';

/** Media types of sequential items. */
const sequential =
  /^(?:text\/event-stream|application\/(?:jsonl|x-ndjson|json-seq|x-jsonlines)|multipart\/mixed|.*\+json-seq)$/;
const EVENT_STREAM = 'text/event-stream';

/** What a document says of the items of a stream. */
export interface StreamItems {
  /** The schema of a whole item, such as a server-sent event with its name. */
  readonly item: Located | null;
  /** What `schema` says of one item, or of the data of an event. */
  readonly described: Located | null;
  /** What an item carries by `itemSchema`: the data of an event; for other streams the item itself. */
  readonly carried: Located | null;
}

/**
 * Reads what a media type says of its items: `itemSchema`, and for a sequential media type `schema`, which many documents
 * use for one item, or for a list of all.
 */
export function readItems(side: Side, media: { readonly place: Located; readonly mediaType: string }): StreamItems {
  const { place, mediaType } = media;
  const itemSchema = child(place, 'itemSchema');
  const item = itemSchema.value === undefined ? null : itemSchema;
  const described = sequential.test(mediaType) ? itemOf(side, child(place, 'schema')) : null;
  return { item, described, carried: item && mediaType === EVENT_STREAM ? dataOf(side, item) : item };
}

/** The schema of one item by that of a list, or the schema itself; null for a text. */
function itemOf(side: Side, schema: Located): Located | null {
  if (schema.value === undefined) return null;
  const target = toSchema(side, schema).place;
  if (isObject(target.value) && target.value['type'] === 'string') return null;
  const items = child(target, 'items');
  return items.value === undefined ? schema : items;
}

/** The schema of the data of server-sent events; null if that is a text. Many documents describe the data only. */
function dataOf(side: Side, item: Located): Located | null {
  const event = arrive(side, item);
  const members = unionKeywords.flatMap((keyword) => itemsOf(child(event, keyword)));
  const data = (members.length > 0 ? members : [event]).map((member) =>
    child(arrive(side, member), 'properties', 'data'),
  );
  if (data.every(({ value }) => value === undefined)) return item;
  const all = data.map((place) => child(place, 'contentSchema'));
  const [first, ...others] = all;
  if (!first || all.some(({ value }) => value === undefined)) return null;
  if (others.length === 0) return first;
  const anyOf = all.map(({ value }) => value) as Json; // None is undefined.
  return { root: item.root, parent: event, name: 'data', value: { anyOf } };
}
