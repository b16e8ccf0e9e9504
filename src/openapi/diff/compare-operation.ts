import { at } from '../json.ts';
import { compareContent, compareDescribed, comparePresence, followBoth, isRequired } from './compare-described.ts';
import { compareKeywords } from './compare-descriptions.ts';
import { compareResponses } from './compare-responses.ts';
import { compareSecurity } from './compare-security.ts';
import type { Direction } from './kinds.ts';
import { child, type Located, type Pair } from './located.ts';
import { type FoundOperation, listCallbacks, listParameters, matchOperations } from './operations.ts';
import { follow } from './references.ts';
import { flip, report, type Walk } from './walk.ts';

/** Returns the walk for a request, a response, an operation, or ('') the document. */
export type Start = (use: string, direction: Direction | null) => Walk;

/** Compares two lists of operations: reports removed and added ones, and compares the others in pairs. */
export function compareOperations(
  start: Start,
  direction: Direction,
  operations: Pair<readonly FoundOperation[]>,
): readonly Pair<FoundOperation>[] {
  const { pairs, removed, added } = matchOperations(start('', null), operations);
  for (const pair of pairs) compareOperation(start, pair, direction);
  for (const { name, place, event } of removed)
    report(start(name, null), event === null ? 'operation-removed' : 'call-removed', { place });
  for (const { name, place, event } of added)
    report(start(name, null), event === null ? 'operation-added' : 'call-added', { place });
  return pairs;
}

function compareOperation(start: Start, operations: Pair<FoundOperation>, from: Direction): void {
  const { name, event } = operations.after;
  const sent = event === null ? from : flip(from);
  const walk = start(name, null);
  const places = { before: operations.before.place, after: operations.after.place };
  comparePathItems(start('', null), operations);
  compareKeywords(walk, 'operation', places);
  const ids = { before: at(places.before.value, 'operationId'), after: at(places.after.value, 'operationId') };
  if (ids.before !== ids.after) report(walk, 'operation-renamed', { place: places.after, ...ids });
  compareSecurity(walk, places);
  const request = start(`${name} request`, sent);
  compareParameters(request, operations);
  compareBody(request, { before: child(places.before, 'requestBody'), after: child(places.after, 'requestBody') });
  compareResponses(places, { walk, part: (status) => start(`${name} ${status}`, flip(sent)) });
  const callbacks = {
    before: listCallbacks(walk.before, operations.before),
    after: listCallbacks(walk.after, operations.after),
  };
  compareOperations(start, sent, callbacks);
}

/** Compares the texts of path items. */
function comparePathItems(walk: Walk, { before, after }: Pair<FoundOperation>): void {
  for (const [index, place] of before.pathItems.entries()) {
    const other = after.pathItems[index];
    if (other) compareKeywords(walk, 'pathItem', { before: place, after: other });
  }
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
    const pair = followBoth(walk, { before: one.entry, after: other.entry });
    if (!pair) continue;
    const areDeclared = one.isDeclared && other.isDeclared;
    if (areDeclared && one.name !== other.name && key.startsWith('path'))
      report(walk, 'path-parameter-renamed', { place: other.place, before: one.name, after: other.name });
    compareDescribed(walk, 'parameter', pair);
    compareEmpty(walk, pair);
  }
  for (const [key, { place }] of after) {
    if (before.has(key)) continue;
    report(walk, isRequired(place) ? 'parameter-added-required' : 'parameter-added-optional', { place });
  }
}

function compareEmpty(walk: Walk, { before, after }: Pair<Located>): void {
  const [was, is] = [before, after].map(
    ({ value }) => at(value, 'in') === 'query' && at(value, 'allowEmptyValue') === true,
  );
  if (was !== is) report(walk, is ? 'empty-value-allowed' : 'empty-value-forbidden', { place: after });
}

function compareBody(walk: Walk, bodies: Pair<Located>): void {
  const { before, after } = bodies;
  if (before.value === undefined && after.value === undefined) return;
  if (after.value === undefined) {
    report(walk, 'body-removed', { place: follow(walk.before, before) ?? before });
    return;
  }
  if (before.value === undefined) {
    const place = follow(walk.after, after) ?? after;
    report(walk, isRequired(place) ? 'body-added-required' : 'body-added-optional', { place });
    return;
  }
  const pair = followBoth(walk, bodies);
  if (!pair) return;
  comparePresence(walk, 'body', pair);
  compareKeywords(walk, 'requestBody', pair);
  compareContent(walk, pair);
}
