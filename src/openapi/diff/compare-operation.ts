import { at, isObject, type Json, objectAt } from '../json.ts';
import { compareMedia } from './compare-media.ts';
import { compareSchemas } from './compare-schemas.ts';
import { compareSecurity } from './compare-security.ts';
import { compareTexts } from './compare-texts.ts';
import { isEqual } from './is-same.ts';
import type { Direction } from './kinds.ts';
import { child, entriesOf, follow, type Located, type Pair } from './located.ts';
import { matchMedia } from './media-types.ts';
import { type FoundOperation, listParameters } from './operations.ts';
import { flip, report, type Walk } from './walk.ts';

/** What changed in one operation; `part` gives the walk for its request, or for one of its answers. */
export function compareOperation(
  walk: Walk,
  operations: Pair<FoundOperation>,
  part: (name: string, direction: Direction) => Walk,
): void {
  const places = { before: operations.before.place, after: operations.after.place };
  const [sent, received]: [Direction, Direction] = operations.after.isCall
    ? [flip('request'), flip('response')]
    : ['request', 'response'];
  compareTexts(walk, places);
  const ids = { before: at(places.before.value, 'operationId'), after: at(places.after.value, 'operationId') };
  if (ids.before !== ids.after) report(walk, 'operation-renamed', { place: places.after, ...ids });
  compareSecurity(walk, places);
  const request = part('request', sent);
  compareParameters(request, operations);
  compareBody(request, { before: child(places.before, 'requestBody'), after: child(places.after, 'requestBody') });
  compareResponses(places, { walk, part: (status) => part(status, received) });
}

function compareParameters(walk: Walk, operations: Pair<FoundOperation>): void {
  const before = listParameters(walk.before, operations.before);
  const after = listParameters(walk.after, operations.after);
  for (const [key, one] of before) {
    const other = after.get(key);
    if (!other) {
      report(walk, 'parameter-removed', { place: one.place });
      continue;
    }
    const pair = { before: one.place, after: other.place };
    if (one.name !== other.name && key.startsWith('path'))
      report(walk, 'path-parameter-renamed', { place: other.place, before: one.name, after: other.name });
    const styles = { before: styleOf(one.place), after: styleOf(other.place) };
    if (!isEqual(styles.before, styles.after))
      report(walk, 'parameter-style-changed', { place: other.place, ...styles });
    comparePresence(walk, 'parameter', pair);
    compareTexts(walk, pair);
    compareDescribed(walk, pair);
  }
  for (const [key, { place }] of after) {
    if (before.has(key)) continue;
    report(walk, isRequired(place) ? 'parameter-added-required' : 'parameter-added-optional', { place });
  }
}

function compareBody(walk: Walk, bodies: Pair<Located>): void {
  const before = bodies.before.value === undefined ? null : follow(walk.before, bodies.before);
  const after = bodies.after.value === undefined ? null : follow(walk.after, bodies.after);
  if (before && after) {
    comparePresence(walk, 'body', { before, after });
    compareTexts(walk, { before, after });
    compareContent(walk, { before, after });
  } else if (before && bodies.after.value === undefined) report(walk, 'body-removed', { place: before });
  else if (after && bodies.before.value === undefined)
    report(walk, isRequired(after) ? 'body-added-required' : 'body-added-optional', { place: after });
}

function compareResponses(
  places: Pair<Located>,
  { walk, part }: { readonly walk: Walk; readonly part: (status: string) => Walk },
): void {
  const before = new Map(entriesOf(child(places.before, 'responses')).filter(isStatus));
  const after = new Map(entriesOf(child(places.after, 'responses')).filter(isStatus));
  const met = new Set<string>();
  for (const [status, place] of before) {
    // A range or the default stands for each status it holds.
    const key = [status, `${status[0]}XX`, 'default'].find((one) => after.has(one)) ?? '';
    const other = after.get(key);
    if (!other) {
      const isError = /^[45]/.test(status) || (status === 'default' && [...before.keys()].some(isSuccess));
      report(part(status), isError ? 'error-status-removed' : 'success-status-removed', { place, before: status });
      continue;
    }
    met.add(key);
    const [one, two] = [follow(walk.before, place), follow(walk.after, other)];
    if (!one || !two) continue;
    const inside = part(status);
    compareTexts(inside, { before: one, after: two });
    compareHeaders(inside, { before: one, after: two });
    compareContent(inside, { before: one, after: two });
  }
  for (const [status, place] of after)
    if (!before.has(status) && !met.has(status)) report(part(status), 'status-added', { place, after: status });
}

function compareHeaders(walk: Walk, responses: Pair<Located>): void {
  const read = (side: 'before' | 'after') =>
    new Map(
      entriesOf(child(responses[side], 'headers')).flatMap(([name, place]) => {
        const target = follow(walk[side], place);
        return target && name.toLowerCase() !== 'content-type'
          ? [[name.toLowerCase(), { place, target }] as const]
          : [];
      }),
    );
  const [before, after] = [read('before'), read('after')];
  for (const [name, one] of before) {
    const other = after.get(name);
    if (!other) {
      report(walk, 'header-removed', { place: one.place });
      continue;
    }
    const pair = { before: one.target, after: other.target };
    comparePresence(walk, 'header', pair);
    compareTexts(walk, pair);
    compareDescribed(walk, pair);
  }
  for (const [name, { place, target }] of after) {
    if (before.has(name)) continue;
    report(walk, isRequired(target) ? 'header-added-required' : 'header-added-optional', { place });
  }
}

/** A parameter or a header says what it holds by a schema, or by one media type. */
function compareDescribed(walk: Walk, pair: Pair<Located>): void {
  const schemas = { before: child(pair.before, 'schema'), after: child(pair.after, 'schema') };
  if (schemas.before.value !== undefined && schemas.after.value !== undefined) compareSchemas(walk, schemas);
  else if (schemas.before.value === undefined && schemas.after.value === undefined) compareContent(walk, pair);
  // From the one to the other it is written another way, which its style has told.
}

function compareContent(walk: Walk, pair: Pair<Located>): void {
  const { pairs, removed, added } = matchMedia(walk, pair);
  for (const { before, after } of pairs)
    compareMedia(walk, { before: before.place, after: after.place, mediaType: after.type });
  for (const { name, place } of removed) report(walk, 'media-type-removed', { place, before: name });
  for (const { name, place } of added) report(walk, 'media-type-added', { place, after: name });
}

function comparePresence(walk: Walk, noun: 'parameter' | 'header' | 'body', { before, after }: Pair<Located>): void {
  if (isRequired(before) === isRequired(after)) return;
  report(walk, isRequired(after) ? `${noun}-became-required` : `${noun}-became-optional`, { place: after });
}

function isRequired({ value }: Located): boolean {
  return at(value, 'required') === true;
}

/** Beside one of these the default is of errors. */
function isSuccess(status: string): boolean {
  return status.startsWith('2');
}

function isStatus([status]: readonly [string, Located]): boolean {
  return !status.startsWith('x-');
}

/** How a parameter is written; what is left out has a default that depends on where it stands. */
function styleOf({ value }: Located): Readonly<Record<string, Json>> {
  const parameter = isObject(value) ? value : {};
  const isInQuery = parameter['in'] === 'query' || parameter['in'] === 'cookie';
  const { style = isInQuery ? 'form' : 'simple', allowReserved = false } = parameter;
  const { explode = style === 'form' } = parameter;
  const [mediaType] = Object.keys(objectAt(parameter, 'content'));
  if (mediaType !== undefined) return { mediaType };
  return { style, explode, allowReserved };
}
