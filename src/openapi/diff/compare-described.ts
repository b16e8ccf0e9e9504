import { at, isObject, type JsonObject } from '../json.ts';
import { compareKeywords } from './compare-descriptions.ts';
import { isEqual } from './equality.ts';
import { child, entriesOf, itemsOf, type Located, type Pair, toPointer } from './located.ts';
import { matchMedia } from './media-types.ts';
import { meetPlaces } from './meet-schemas.ts';
import { follow, referenceOf } from './references.ts';
import type { Side } from './side.ts';
import { readItems } from './stream-items.ts';
import { report, type Walk } from './walk.ts';
import { partTypesOf, styleOf, writingOf } from './writing.ts';

/** Media types of forms, and ranges that include them. `encoding` counts in these only. */
const form = /^(?:multipart\/.*|application\/(?:x-www-form-urlencoded|\*)|\*\/\*|\*)$/;
const xml = /^(?:text|application)\/(?:.*\+)?xml$/;

/** Follows both references. Returns null if one cannot be resolved, and reports that unless both are the same. */
export function followBoth(walk: Walk, pair: Pair<Located>): Pair<Located> | null {
  const [before, after] = [follow(walk.before, pair.before), follow(walk.after, pair.after)];
  if (!before || !after) {
    if (referenceOf(pair.before) !== undefined && referenceOf(pair.after) !== undefined)
      compareKeywords(walk, 'reference', pair);
    if (!isEqual(pair.before.value, pair.after.value))
      report(walk, 'cannot-compare', { place: pair.after, before: pair.before.value, after: pair.after.value });
    return null;
  }
  const texts = { before: textsAt(walk.before, pair.before), after: textsAt(walk.after, pair.after) };
  if (!texts.before && !texts.after) return { before, after };
  // Readers see the text of the reference, and that of its target where the reference has none.
  const shown = (side: keyof typeof texts, target: Located) => ({
    ...pair[side],
    value: { ...(select(target, 'texts').value as JsonObject), ...texts[side] },
  });
  compareKeywords(walk, 'reference', { before: shown('before', before), after: shown('after', after) });
  return { before: select(before, 'rest'), after: select(after, 'rest') };
}

/** The texts that a reference may have beside it, from 3.1 on; they replace those of its target. */
const referenceTexts = ['summary', 'description'];

function textsAt({ hasBareReferences }: Side, place: Located): JsonObject | null {
  if (hasBareReferences || referenceOf(place) === undefined) return null;
  const { $ref, ...beside } = isObject(place.value) ? place.value : {};
  return Object.keys(beside).length > 0 ? beside : null;
}

/** The place with its texts alone, or with all but them. */
function select(place: Located, what: 'texts' | 'rest'): Located {
  if (!isObject(place.value)) return place;
  const kept = Object.entries(place.value).filter(([name]) => referenceTexts.includes(name) === (what === 'texts'));
  return { ...place, value: Object.fromEntries(kept) };
}

/** Compares two parameters or headers: their style, whether they are required, and their schemas. */
export function compareDescribed(walk: Walk, noun: 'parameter' | 'header', pair: Pair<Located>): void {
  const { before, after } = pair;
  const styles = { before: styleOf(before, noun), after: styleOf(after, noun) };
  if (!isEqual(styles.before, styles.after)) report(walk, `${noun}-style-changed`, { place: after, ...styles });
  comparePresence(walk, noun, pair);
  compareKeywords(walk, noun, pair);
  const schemas = { before: child(before, 'schema'), after: child(after, 'schema') };
  if (schemas.before.value !== undefined && schemas.after.value !== undefined)
    meetPlaces({ ...walk, writing: 'text' }, schemas);
  else if (schemas.before.value === undefined && schemas.after.value === undefined) compareContent(walk, pair);
  // A change from `schema` to `content` is reported as a change of style.
}

/** Compares the headers of two responses, or of two parts of a form. */
export function compareHeaders(walk: Walk, owners: Pair<Located>): void {
  const [before, after] = [readHeaders(walk, 'before', owners.before), readHeaders(walk, 'after', owners.after)];
  for (const [name, one] of before) {
    const other = after.get(name);
    if (!other) report(walk, 'header-removed', { place: one });
    const pair = other && followBoth(walk, { before: one, after: other });
    if (pair) compareDescribed(walk, 'header', pair);
  }
  for (const [name, place] of after) {
    if (before.has(name)) continue;
    const target = follow(walk.after, place);
    report(walk, target && isRequired(target) ? 'header-added-required' : 'header-added-optional', { place });
  }
}

/** Compares the media types of two bodies. */
export function compareContent(walk: Walk, pair: Pair<Located>): void {
  const { pairs, removed, added, narrowed, widened, merged, split } = matchMedia(walk, pair);
  for (const { before, after } of pairs)
    compareMedia(walk, { before: before.place, after: after.place, mediaType: after.type });
  for (const { name, place } of removed) report(walk, 'media-type-removed', { place, before: name });
  for (const { name, place } of narrowed) report(walk, 'media-type-narrowed', { place, before: name });
  for (const { name, place } of widened) report(walk, 'media-type-widened', { place, after: name });
  for (const { name, place } of merged) report(walk, 'media-type-widened', { place, before: name });
  for (const { name, place } of [...added, ...split]) report(walk, 'media-type-added', { place, after: name });
}

/** Reports whether something required became optional, or the reverse. */
export function comparePresence(
  walk: Walk,
  noun: 'parameter' | 'header' | 'body',
  { before, after }: Pair<Located>,
): void {
  if (isRequired(before) === isRequired(after)) return;
  report(walk, isRequired(after) ? `${noun}-became-required` : `${noun}-became-optional`, { place: after });
}

/** Whether `required` is true at a place. */
export function isRequired({ value }: Located): boolean {
  return at(value, 'required') === true;
}

function readHeaders(walk: Walk, side: 'before' | 'after', owner: Located): ReadonlyMap<string, Located> {
  const headers = new Map<string, Located>();
  for (const [name, place] of entriesOf(child(owner, 'headers'))) {
    const key = name.toLowerCase();
    if (key === 'content-type') continue; // `content` defines it.
    if (headers.has(key))
      walk[side].remarks.add(`${toPointer(place)}: the header ${name} stands twice; the last one counts.`);
    headers.set(key, place);
  }
  return headers;
}

/** Compares two bodies; as streams of items where both documents describe the items. */
function compareMedia(outside: Walk, media: Pair<Located> & { readonly mediaType: string }): void {
  const walk: Walk = { ...outside, writing: xml.test(media.mediaType) ? 'xml' : 'json' };
  const { before, after } = media;
  compareKeywords(walk, 'mediaType', media);
  if (form.test(media.mediaType)) compareEncodings(walk, media);
  else compareIdleEncodings(walk, media);
  const schemas = { before: child(before, 'schema'), after: child(after, 'schema') };
  const one = readItems(walk.before, { ...media, place: before });
  const other = readItems(walk.after, { ...media, place: after });
  if (!(one.item ?? one.described ?? other.item ?? other.described)) {
    meetPlaces(walk, schemas);
    return;
  }
  const met = (['item', 'described'] as const).filter((name) =>
    meetBoth(walk, { before: one[name], after: other[name] }),
  );
  const isMet =
    met.length > 0 || meetBoth(walk, { before: one.described ?? one.carried, after: other.described ?? other.carried });
  const isOnlyIn = (name: 'item' | 'described') => (one[name] === null) !== (other[name] === null);
  // What only one document describes has nothing to be compared with.
  if (!isMet || (met.length > 0 && (isOnlyIn('item') || isOnlyIn('described'))))
    report(walk, 'stream-description-changed', { place: after });
}

/** Compares two schemas. Returns whether there are two. */
function meetBoth(walk: Walk, { before, after }: Pair<Located | null>): boolean {
  if (before === null || after === null) return false;
  meetPlaces(walk, { before, after });
  return true;
}

/** Compares how the parts of a form are encoded. */
function compareEncodings(walk: Walk, { before, after }: Pair<Located>): void {
  const all = { before: encodingsOf(before), after: encodingsOf(after) };
  for (const name of new Set([...all.before.keys(), ...all.after.keys()])) {
    const one = all.before.get(name) ?? { ...child(before, 'encoding', name), value: {} };
    const other = all.after.get(name) ?? { ...child(after, 'encoding', name), value: {} };
    const styles = { before: writingOf(one), after: writingOf(other) };
    if (!isEqual(styles.before, styles.after)) report(walk, 'encoding-changed', { place: other, ...styles });
    comparePartTypes(walk, { before: one, after: other });
    compareKeywords(walk, 'encoding', { before: one, after: other });
    compareHeaders(walk, { before: one, after: other });
    compareEncodings(walk, { before: one, after: other });
  }
}

/** Compares keywords that have no effect in this media type. */
function compareIdleEncodings(walk: Walk, { before, after }: Pair<Located>): void {
  for (const what of ['encoding', 'itemEncoding', 'prefixEncoding']) {
    const [was, is] = [child(before, what).value, child(after, what).value];
    if (!isEqual(was, is)) report(walk, 'text-changed', { place: after, what, before: was, after: is });
  }
}

/** Compares the media types of two parts. Without a list the schema decides, and nobody can say which allows more. */
function comparePartTypes(walk: Walk, { before, after }: Pair<Located>): void {
  const [was, is] = [partTypesOf(before), partTypesOf(after)];
  if (was.size === 0 || is.size === 0) {
    const lists = { before: [...was].join(', '), after: [...is].join(', ') };
    if (was.size !== is.size) report(walk, 'encoding-changed', { place: after, what: 'contentType', ...lists });
    return;
  }
  for (const type of was) if (!is.has(type)) report(walk, 'media-type-removed', { place: after, before: type });
  for (const type of is) if (!was.has(type)) report(walk, 'media-type-added', { place: after, after: type });
}

function encodingsOf(owner: Located): ReadonlyMap<string, Located> {
  const item = child(owner, 'itemEncoding');
  const positions = itemsOf(child(owner, 'prefixEncoding')).map((place, index) => [`item ${index}`, place] as const);
  return new Map([
    ...entriesOf(child(owner, 'encoding')),
    ...positions,
    ...(item.value === undefined ? [] : [['each item', item] as const]),
  ]);
}
