import { at, isObject, type Json } from '../json.ts';
import { canonical } from './equality.ts';
import { fingerprint } from './fingerprint.ts';
import { handledBy, isIdle } from './keywords.ts';
import { child, type Located, type Pair, toPointer } from './located.ts';
import { describingPlaces, type Schema } from './schemas.ts';
import { report, type Walk } from './walk.ts';

/** Compares the annotations of two schemas: texts, examples, extensions and `deprecated`. `types`: those they allow. */
export function compareDescriptions(walk: Walk, schemas: Pair<Schema>, types: ReadonlySet<string>): void {
  const places = {
    before: describingPlaces(walk.before, schemas.before),
    after: describingPlaces(walk.after, schemas.after),
  };
  compareTexts(walk, 'schema', { ...places, types });
  const isDeprecated = (all: readonly Located[]) => all.some(({ value }) => at(value, 'deprecated') === true);
  const [was, is] = [isDeprecated(places.before), isDeprecated(places.after)];
  if (was !== is && !walk.rule) report(walk, is ? 'deprecated' : 'undeprecated', { place: schemas.after.place });
}

/** Places that describe one thing together, and the types of its values; all keywords count if omitted. */
interface Described extends Pair<readonly Located[]> {
  readonly types?: ReadonlySet<string>;
}

/** Compares the keywords of an object that no other code compares, and `deprecated`. */
export function compareKeywords(walk: Walk, kind: Kind, { before, after }: Pair<Located>): void {
  if (before.value === after.value || !isObject(before.value) || !isObject(after.value)) return;
  compareTexts(walk, kind, { before: [before], after: [after] });
  if (kind === 'schema') return;
  const [was, is] = [before, after].map(({ value }) => at(value, 'deprecated') === true);
  if (was !== is) report(walk, is ? 'deprecated' : 'undeprecated', { place: after });
}

/**
 * Compares the keywords that no other code compares: texts are reported as such, unknown keywords are noted as not
 * compared. It makes no difference which of several places has which text.
 */
export function compareTexts(walk: Walk, kind: Kind, { before, after, types }: Described): void {
  const first = after[0] ?? before[0];
  if (!first) return;
  const names = new Set([...before, ...after].flatMap(({ value }) => (isObject(value) ? Object.keys(value) : [])));
  const isText = (name: string) => handledBy(kind, name) === 'text' || (types && isIdle(name, types));
  const changed = [...names]
    .filter((name) => isText(name) || handledBy(kind, name) === null)
    .map((name) => {
      // Schemas that restrict no value may be written in another way.
      const isSchema = types !== undefined && isIdle(name, types);
      const read = (side: 'before' | 'after', places: readonly Located[]) =>
        valuesOf(name === 'xml' ? places.flatMap(withXml) : places, name, (place) =>
          isSchema ? String(fingerprint(walk[side], place)) : canonical(place.value),
        );
      return { name, before: read('before', before), after: read('after', after) };
    })
    .filter((one) => !isSame(one.before, one.after));
  const place = after.find(({ value }) => changed.some(({ name }) => at(value, name) !== undefined)) ?? first;
  const isXml = ({ name }: { readonly name: string }) => name === 'xml' && walk.writing === 'xml';
  const texts = changed.filter((one) => isText(one.name) && !isXml(one));
  const shown = ({ before: was, after: is }: Pair<Values>) => ({ before: show(was), after: show(is) });
  const [only] = texts;
  if (only) {
    const what = texts.map(({ name }) => name).join(', ');
    report(walk, 'text-changed', { place, what, ...(texts.length === 1 && shown(only)) });
  }
  for (const one of changed.filter(isXml)) report(walk, 'xml-changed', { place, ...shown(one) });
  for (const { name } of changed.filter((one) => !isText(one.name)))
    walk.after.notes.add(`${toPointer(place)}: nothing is known of ${JSON.stringify(name)}, which is another one now.`);
}

type Kind = Parameters<typeof handledBy>[0];
/** The values that places give a keyword, by a text that is the same for equal ones. */
type Values = ReadonlyMap<string, Json>;

function valuesOf(places: readonly Located[], name: string, print: (place: Located) => string): Values {
  const values = new Map<string, Json>();
  for (const place of places.map((one) => child(one, name)))
    if (place.value !== undefined) values.set(print(place), place.value);
  return values;
}

/** The place without what `xml` says by default; an empty list if it says nothing else. */
function withXml(place: Located): Located[] {
  const { value, parent, name: own } = place;
  const xml = at(value, 'xml');
  if (!isObject(value) || !isObject(xml)) return [place];
  const isDefault = (name: string, said: Json | undefined) =>
    (name === 'name' && said === own && parent?.name === 'properties') ||
    (['attribute', 'wrapped'].includes(name) && said === false);
  const said = Object.entries(xml).filter(([name, one]) => !isDefault(name, one));
  return said.length === 0 ? [] : [{ ...place, value: { ...value, xml: Object.fromEntries(said) } }];
}

function isSame(one: Values, other: Values): boolean {
  return one.size === other.size && [...one.keys()].every((key) => other.has(key));
}

function show(values: Values): Json | undefined {
  const [first, ...others] = values.values();
  return others.length > 0 ? [...values.values()] : first;
}
