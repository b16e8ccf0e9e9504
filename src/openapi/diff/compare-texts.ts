import { at, isObject } from '../json.ts';
import { isEqual } from './is-same.ts';
import type { Located, Pair } from './located.ts';
import { report, type Walk } from './walk.ts';

const texts =
  'title summary description example examples externalDocs xml $comment tags contact license termsOfService version'.split(
    ' ',
  );

/**
 * What only readers see of two things: which texts, examples and extensions are others; and whether they are
 * deprecated.
 */
export function compareTexts(walk: Walk, { before, after }: Pair<Located>): void {
  if (!isObject(before.value) || !isObject(after.value)) return;
  const names = new Set([...Object.keys(before.value), ...Object.keys(after.value)]);
  const changed = [...names].filter(
    (name) =>
      (texts.includes(name) || name.startsWith('x-')) && !isEqual(at(before.value, name), at(after.value, name)),
  );
  if (changed.length > 0) {
    const [only = ''] = changed;
    const values = { before: at(before.value, only), after: at(after.value, only) };
    report(walk, 'text-changed', { place: after, what: changed.join(', '), ...(changed.length === 1 && values) });
  }
  const was = at(before.value, 'deprecated') === true;
  const is = at(after.value, 'deprecated') === true;
  if (was !== is) report(walk, is ? 'deprecated' : 'undeprecated', { place: after });
}
