import { dependentSchemas } from './dependents.ts';
import { fingerprint } from './fingerprint.ts';
import { type Branch, formOf } from './form.ts';
import { isUnlimited } from './limits.ts';
import { child, type Located, type Pair } from './located.ts';
import { meetSchemas } from './meet-schemas.ts';
import { patternsOf } from './object-shape.ts';
import { toSchema } from './schemas.ts';
import { isSettled } from './settled-tests.ts';
import { idOf, type Side } from './side.ts';
import { type Rule, report, type Walk } from './walk.ts';

/** Keywords whose schemas describe a part of the value. Their changes are reported in their own place. */
const innerKeywords = {
  contentSchema: (atom) => [['', child(atom, 'contentSchema')]],
  patternProperties: patternsOf,
  dependentSchemas,
} as const satisfies Record<string, (atom: Located) => readonly (readonly [string, Located])[]>;
type InnerKeyword = keyof typeof innerKeywords;
const inner: Readonly<Record<string, readonly InnerKeyword[]>> = {
  string: ['contentSchema'],
  object: ['patternProperties', 'dependentSchemas'],
};
/** Keywords whose schemas only test a value, and whether a wider test allows more values (1) or fewer (-1). */
const tests: readonly (readonly [keyword: string, type: string | null, sign: Rule['sign']])[] = [
  ['not', null, -1],
  ['contains', 'array', 1],
  ['propertyNames', 'object', 1],
];

/** Compares the schemas of keywords such as `not`, `if`, `contains` and `patternProperties`. */
export function compareRules(walk: Walk, branches: Pair<Branch>): void {
  const { type } = branches.after;
  for (const keyword of inner[type] ?? []) compareInner(walk, branches, keyword);
  for (const [keyword, of, sign] of tests)
    if (of === null || of === type) compareTests(walk, branches, { keyword, sign });
  compareConditions(walk, branches);
  if (type === 'array') compareCounts(walk, branches);
}

function compareInner(walk: Walk, { before, after }: Pair<Branch>, keyword: InnerKeyword): void {
  const [was, is] = [innerOf(walk.before, before, keyword), innerOf(walk.after, after, keyword)];
  for (const name of new Set([...was.keys(), ...is.keys()])) {
    const [one, ...ones] = was.get(name) ?? [];
    const [other, ...others] = is.get(name) ?? [];
    if (one && other)
      meetSchemas(walk, { before: toSchema(walk.before, one, ...ones), after: toSchema(walk.after, other, ...others) });
    else
      report(walk, one ? 'limit-loosened' : 'limit-tightened', {
        place: after.place,
        what: name === '' ? keyword : `${keyword} ${name}`,
      });
  }
}

/** The schemas by pattern or key; '' for a keyword with one schema. Those that allow anything say nothing. */
function innerOf(side: Side, { atoms }: Branch, keyword: InnerKeyword): ReadonlyMap<string, readonly Located[]> {
  const all = new Map<string, Located[]>();
  const add = (name: string, place: Located) => {
    if (isSchema(place) && !allowsAnything(side, place)) all.set(name, [...(all.get(name) ?? []), place]);
  };
  for (const atom of atoms) {
    for (const [name, place] of innerKeywords[keyword](atom)) add(name, place);
  }
  return all;
}

interface Test {
  readonly keyword: string;
  readonly sign: Rule['sign'];
}

function compareTests(walk: Walk, { before, after }: Pair<Branch>, { keyword, sign }: Test): void {
  const read = (side: Side, branch: Branch) =>
    branch.atoms
      .filter((atom) => isSchema(child(atom, keyword)) && !isIdleTest(side, branch, { keyword, atom }))
      .map((atom) => child(atom, keyword));
  const { pairs, removed, added } = match(walk, { before: read(walk.before, before), after: read(walk.after, after) });
  for (const pair of pairs) compareHeld(walk, pair, { keyword, sign, place: after.place });
  reportLeft(walk, { removed, added }, { keyword, place: after.place });
}

/** Whether a testing keyword restricts no value of the branch. */
function isIdleTest(
  side: Side,
  { type }: Branch,
  { keyword, atom }: { readonly keyword: string; readonly atom: Located },
): boolean {
  if (keyword === 'not' && isSettled(atom, 'not')) return true;
  const schema = toSchema(side, child(atom, keyword));
  if (keyword === 'contains')
    return child(atom, 'minContains').value === 0 && child(atom, 'maxContains').value === undefined;
  const { types, branches } = formOf(side, schema);
  if (keyword === 'propertyNames') return branches.some((branch) => branch.type === 'string' && isUnlimited(branch));
  return !(types.has(type) || (type === 'number' && types.has('integer')));
}

function allowsAnything(side: Side, place: Located): boolean {
  return place.value !== undefined && toSchema(side, place).parts.length === 0;
}

/** Compares the schemas of a testing keyword. Each change counts as a change of the keyword. */
function compareHeld(walk: Walk, { before, after }: Pair<Located>, own: Omit<Rule, 'id'>): void {
  const outer = walk.rule ?? { ...own, sign: 1, id: `${idOf(walk.after, own.place)} ${own.keyword}` };
  const rule = { ...outer, sign: (outer.sign * own.sign) as Rule['sign'] }; // A product of signs is a sign.
  meetSchemas({ ...walk, rule }, { before: toSchema(walk.before, before), after: toSchema(walk.after, after) });
}

/** Compares `if`, `then` and `else`. The effect of a change in `if` is unknown. */
function compareConditions(walk: Walk, { before, after }: Pair<Branch>): void {
  const read = (side: Side, { atoms }: Branch) => {
    const says = (place: Located) => isSchema(place) && !allowsAnything(side, place);
    return atoms.filter(
      (atom) =>
        isSchema(child(atom, 'if')) &&
        !isSettled(atom, 'if') &&
        ['then', 'else'].some((name) => says(child(atom, name))),
    );
  };
  const { pairs, removed, added } = match(walk, { before: read(walk.before, before), after: read(walk.after, after) });
  for (const pair of pairs) {
    const part = (name: string) => ({ before: child(pair.before, name), after: child(pair.after, name) });
    compareHeld(walk, part('if'), { keyword: 'if', sign: 0, place: after.place });
    for (const name of ['then', 'else']) {
      const branch = part(name);
      meetSchemas(walk, { before: toSchema(walk.before, branch.before), after: toSchema(walk.after, branch.after) });
    }
  }
  reportLeft(walk, { removed, added }, { keyword: 'if', place: after.place });
}

/** Compares `minContains` and `maxContains`. */
function compareCounts(walk: Walk, { before, after }: Pair<Branch>): void {
  const read = ({ atoms }: Branch, keyword: string, missing: number) => {
    const [first] = atoms.filter((atom) => isSchema(child(atom, 'contains')));
    const count = first ? child(first, keyword).value : undefined;
    return first ? (typeof count === 'number' ? count : missing) : null;
  };
  for (const [keyword, missing, sign] of [
    ['minContains', 1, 1],
    ['maxContains', Number.POSITIVE_INFINITY, -1],
  ] as const) {
    const [was, is] = [read(before, keyword, missing), read(after, keyword, missing)];
    if (was === null || is === null || was === is) continue;
    report(walk, (is - was) * sign > 0 ? 'limit-tightened' : 'limit-loosened', {
      ...{ place: after.place, what: keyword },
      ...{ before: Number.isFinite(was) ? was : undefined, after: Number.isFinite(is) ? is : undefined },
    });
  }
}

interface Matched {
  readonly pairs: readonly Pair<Located>[];
  readonly removed: readonly Located[];
  readonly added: readonly Located[];
}

/** Pairs up schemas that look alike, and the last one of each side. */
function match(walk: Walk, { before, after }: Pair<readonly Located[]>): Matched {
  const added = [...after];
  const pairs: Pair<Located>[] = [];
  const removed = before.filter((one) => {
    const print = fingerprint(walk.before, one);
    const index = added.findIndex((other) => fingerprint(walk.after, other) === print);
    const [found] = index < 0 ? [] : added.splice(index, 1);
    if (found) pairs.push({ before: one, after: found });
    return !found;
  });
  const [one, other] = [removed[0], added[0]];
  if (removed.length !== 1 || added.length !== 1 || !one || !other) return { pairs, removed, added };
  return { pairs: [...pairs, { before: one, after: other }], removed: [], added: [] };
}

function reportLeft(
  walk: Walk,
  { removed, added }: Omit<Matched, 'pairs'>,
  { keyword, place }: { readonly keyword: string; readonly place: Located },
): void {
  if (removed.length + added.length === 0) return;
  const kind = removed.length === 0 ? 'limit-tightened' : added.length === 0 ? 'limit-loosened' : 'limit-changed';
  report(walk, kind, { place, what: keyword });
}

function isSchema({ value }: Located): boolean {
  return typeof value === 'boolean' || (typeof value === 'object' && value !== null && !Array.isArray(value));
}
