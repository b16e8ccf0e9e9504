import { at, isObject, type Json } from '../json.ts';
import { isEqual } from './equality.ts';
import { handledBy, isIdle } from './keywords.ts';
import { type Located, type Pair, toPointer } from './located.ts';
import { describingPlaces, type Schema } from './schemas.ts';
import { report, type Walk } from './walk.ts';

/** Compares the annotations of two schemas: texts, examples, extensions and `deprecated`. `types`: those they allow. */
export function compareDescriptions(walk: Walk, schemas: Pair<Schema>, types: ReadonlySet<string>): void {
  const places = {
    before: describingPlaces(walk.before, schemas.before),
    after: describingPlaces(walk.after, schemas.after),
  };
  comparePlaces(walk, { ...places, types });
  const isDeprecated = (all: readonly Located[]) => all.some(({ value }) => at(value, 'deprecated') === true);
  const [was, is] = [isDeprecated(places.before), isDeprecated(places.after)];
  if (was !== is && !walk.rule) report(walk, is ? 'deprecated' : 'undeprecated', { place: schemas.after.place });
}

/** Compares the annotations of several places that describe one schema: pair by pair, and the rest together. */
export function comparePlaces(
  walk: Walk,
  { before, after, types }: Pair<readonly Located[]> & { readonly types: ReadonlySet<string> },
): void {
  const isOne = before.length === after.length;
  const partner = (place: Located, index: number) =>
    isOne ? after[index] : after.find((other) => toPointer(other) === toPointer(place));
  const pairs = before.flatMap((place, index) => {
    const other = partner(place, index);
    return other ? [{ before: place, after: other }] : [];
  });
  for (const pair of pairs) compareKeywords(walk, 'schema', { ...pair, types });
  const left = {
    before: before.filter((place) => !pairs.some((pair) => pair.before === place)),
    after: after.filter((place) => !pairs.some((pair) => pair.after === place)),
  };
  const place = left.after[0] ?? after[0] ?? left.before[0];
  if (!place || left.before.length + left.after.length === 0) return;
  compareKeywords(walk, 'schema', {
    before: { ...place, value: join(left.before) },
    after: { ...place, value: join(left.after) },
    types,
  });
}

/**
 * Compares the keywords of an object that no other code compares: texts are reported as such, unknown keywords are
 * noted as not compared.
 */
export function compareKeywords(
  walk: Walk,
  kind: Parameters<typeof handledBy>[0],
  { before, after, types }: Pair<Located> & { readonly types?: ReadonlySet<string> },
): void {
  if (before.value === after.value || !isObject(before.value) || !isObject(after.value)) return;
  const names = new Set([...Object.keys(before.value), ...Object.keys(after.value)]);
  const changed = [...names].filter((name) => !isEqual(at(before.value, name), at(after.value, name)));
  const isXml = (name: string) => name === 'xml' && walk.isXml;
  const isText = (name: string) => handledBy(kind, name) === 'text' || (types && isIdle(name, types));
  const texts = changed.filter((name) => isText(name) && !isXml(name));
  if (texts.length > 0) {
    const [only = ''] = texts;
    const values = { before: at(before.value, only), after: at(after.value, only) };
    report(walk, 'text-changed', { place: after, what: texts.join(', '), ...(texts.length === 1 && values) });
  }
  if (walk.isXml && changed.includes('xml'))
    report(walk, 'xml-changed', { place: after, before: at(before.value, 'xml'), after: at(after.value, 'xml') });
  for (const name of changed.filter((one) => handledBy(kind, one) === null))
    walk.after.notes.add(`${toPointer(after)}: nothing is known of ${JSON.stringify(name)}, which is another one now.`);
  if (kind === 'schema') return;
  const [was, is] = [before, after].map(({ value }) => at(value, 'deprecated') === true);
  if (was !== is) report(walk, is ? 'deprecated' : 'undeprecated', { place: after });
}

/** The keywords of several places; the first place wins. */
function join(places: readonly Located[]): Json {
  return Object.assign({}, ...[...places].reverse().map(({ value }) => value)) as Json; // Made of JSON.
}
