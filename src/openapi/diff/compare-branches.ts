import { at, type Json } from '../json.ts';
import { compareArrays, readListLimits } from './compare-arrays.ts';
import { compareTexts } from './compare-descriptions.ts';
import { compareObjects } from './compare-objects.ts';
import { compareRules } from './compare-rules.ts';
import { isEqual } from './equality.ts';
import { fingerprintAll } from './fingerprint.ts';
import type { Branch, Form } from './form.ts';
import { judgeLimit, readLimits, showLimit } from './limits.ts';
import type { Located, Pair } from './located.ts';
import { type Matching, type Member, matchMembers, tagEntries } from './members.ts';
import { isEmptyOnly } from './object-shape.ts';
import { isLost, referenceOf } from './references.ts';
import { describingPlaces, type Schema } from './schemas.ts';
import type { Side } from './side.ts';
import { createLedger, enter, report, type Walk } from './walk.ts';

/** The most pairs compared to decide whether one member of a union is contained in another. */
const MAX_SUBSET_PAIRS = 200;
/** How deep such decisions may nest, and for how many pairs of members they are made. */
const MAX_SUBSET_DEPTH = 3;
const MAX_SUBSET_TESTS = 400;

/** Compares the branches of each type that both schemas allow. */
export function compareBranches(walk: Walk, schemas: Pair<Schema>, forms: Pair<Form>): void {
  for (const type of new Set(forms.before.branches.map((branch) => branch.type))) {
    const of = (form: Form) => form.branches.filter((branch) => branch.type === type);
    const branches = { before: of(forms.before), after: of(forms.after) };
    const [before, after] = [branches.before[0], branches.after[0]];
    if (!before || !after) continue; // A new or removed type is already reported.
    if (branches.before.length === 1 && branches.after.length === 1) compareBranch(walk, { before, after });
    else compareUnion(walk, schemas.after.place, branches);
  }
  compareDiscriminators(walk, schemas, forms);
}

function compareUnion(walk: Walk, place: Located, branches: Pair<readonly Branch[]>): void {
  const matching = matchMembers(walk, branches);
  const { pairs, removed, added } = matching;
  if (compareSplit(walk, place, { branches, matching })) return;
  for (const { before, after } of pairs) {
    compareMembers(walk, { before: before.branch, after: after.branch });
    compareMapped(walk, place, { before, after });
  }
  const tests = removed.length * branches.after.length + added.length * branches.before.length;
  const isIn = (side: 'before' | 'after', member: Member) =>
    tests <= MAX_SUBSET_TESTS &&
    member.tags.size === 0 &&
    branches[side].some((branch) => isPart(walk, side, { member: member.branch, branch }));
  for (const member of removed) {
    if (isIn('after', member)) report(walk, 'text-changed', { place, what: 'a union' });
    else report(walk, 'member-removed', { place, before: member.label });
  }
  for (const member of added) {
    if (isIn('before', member)) report(walk, 'text-changed', { place, what: 'a union' });
    else report(walk, 'member-added', { place, after: member.label });
  }
}

/** Detects one schema that is split into narrower members, or members that are merged into one wider schema. */
function compareSplit(
  walk: Walk,
  place: Located,
  { branches, matching }: { readonly branches: Pair<readonly Branch[]>; readonly matching: Matching },
): boolean {
  if (matching.removed.length + matching.added.length === 0) return false;
  if ([...matching.removed, ...matching.added].some(({ tags }) => tags.size > 0)) return false;
  for (const [one, other, kind] of [
    ['before', 'after', 'limit-tightened'],
    ['after', 'before', 'limit-loosened'],
  ] as const) {
    const [branch, ...more] = branches[one];
    if (!branch || more.length > 0) continue;
    if (!branches[other].every((member) => isPart(walk, one, { member, branch }))) continue;
    const isSame = branches[other].some((member) => isPart(walk, other, { member: branch, branch: member }));
    report(walk, isSame ? 'text-changed' : kind, { place, what: 'a union' });
    return true;
  }
  return false;
}

/** Reports the tags that a mapping adds to a member or removes from it. */
function compareMapped(walk: Walk, place: Located, { before, after }: Pair<Member>): void {
  if (before.mapped.size === 0 || after.mapped.size === 0) return;
  for (const name of before.mapped)
    if (!after.mapped.has(name)) report(walk, 'member-removed', { place, before: name });
  for (const name of after.mapped) if (!before.mapped.has(name)) report(walk, 'member-added', { place, after: name });
}

/** Whether a branch of `side` allows every value of a member of the other side; false where that is uncertain. */
function isPart(
  walk: Walk,
  side: 'before' | 'after',
  { member, branch }: { readonly member: Branch; readonly branch: Branch },
): boolean {
  const depth = walk.ledger.depth + 1;
  if (depth > MAX_SUBSET_DEPTH) return false;
  const ledger = createLedger({ compareSchemas: walk.ledger.compareSchemas, budget: MAX_SUBSET_PAIRS, depth });
  const other = side === 'before' ? 'after' : 'before';
  const rule = { id: '', keyword: '', place: branch.place, sign: 1 } as const;
  const group = { use: null, findings: [], users: new Set<never>() };
  const inside: Walk = { ...walk, before: walk[side], after: walk[other], direction: 'request', group, rule, ledger };
  compareBranch(inside, { before: branch, after: member });
  return [group, ...ledger.groups].every(({ findings }) =>
    findings.every(({ kind }) => kind === 'limit-tightened' || kind === 'text-changed'),
  );
}

function compareMembers(walk: Walk, branches: Pair<Branch>): void {
  enter(walk, `${branches.before.key} ⇒ ${branches.after.key}`, (inside) => {
    const place = ({ members }: Branch) => members.slice(-1).map((member) => member.place);
    const types = new Set([branches.before.type, branches.after.type]);
    compareTexts(inside, 'schema', { before: place(branches.before), after: place(branches.after), types });
    compareBranch(inside, branches);
  });
}

function compareBranch(walk: Walk, branches: Pair<Branch>): void {
  const { before, after } = branches;
  const read = (side: Side, branch: Branch) =>
    branch.type === 'array' ? readListLimits(side, branch) : readLimits(branch);
  const limits = { before: read(walk.before, before), after: read(walk.after, after) };
  for (const what of new Set([...limits.before.keys(), ...limits.after.keys()])) {
    const [was, is] = [limits.before.get(what), limits.after.get(what)];
    const judgement = judgeLimit(what, was, is);
    const place = is?.place ?? after.place;
    // Room for no key on one side is compared as closed keys.
    if (what === 'maxProperties' && !(was && is) && (was ? before : after).atoms.some(isEmptyOnly)) continue;
    if (judgement) report(walk, `limit-${judgement}`, { place, what, before: showLimit(was), after: showLimit(is) });
  }
  if (after.type === 'object') compareObjects(walk, branches);
  if (after.type === 'array') compareArrays(walk, branches);
  compareRules(walk, branches);
  const lost = { before: lostIn(walk.before, before), after: lostIn(walk.after, after) };
  if (!isEqual(lost.before, lost.after)) report(walk, 'cannot-compare', { place: after.place, ...lost });
  const rest = { before: restOf(walk.before, before), after: restOf(walk.after, after) };
  if (rest.before !== rest.after) report(walk, 'limit-changed', { place: after.place, what: 'a union' });
}

/** The references that cannot be resolved. */
function lostIn(side: Side, { atoms }: Branch): Json {
  return atoms.flatMap((atom) => (isLost(side, atom) ? [referenceOf(atom) ?? null] : [])).sort();
}

/** A fingerprint of the unions that were not expanded. */
function restOf(side: Side, { rest }: Branch): number {
  return fingerprintAll(side, rest);
}

function compareDiscriminators(walk: Walk, schemas: Pair<Schema>, forms: Pair<Form>): void {
  const read = (side: 'before' | 'after') => {
    const holders = forms[side].branches.flatMap(({ members }) => members.map(({ holder }) => holder));
    const places = [...describingPlaces(walk[side], schemas[side]), ...holders];
    const all = places.flatMap((place) => at(place.value, 'discriminator') ?? []);
    return all.find((one) => typeof at(one, 'propertyName') === 'string');
  };
  const [before, after] = [read('before'), read('after')];
  if (before === undefined && after === undefined) return;
  // Without objects it has no meaning, and the change of type is already reported.
  if (![forms.before, forms.after].every(({ types }) => types.has('object'))) return;
  const { place } = schemas.after;
  const names = { before: at(before, 'propertyName'), after: at(after, 'propertyName') };
  const fallbacks = { before: at(before, 'defaultMapping'), after: at(after, 'defaultMapping') };
  // Adding a discriminator changes no value; changing its property does.
  if (before !== undefined && after !== undefined && names.before !== names.after)
    report(walk, 'discriminator-changed', { place, ...names });
  else if (!isEqual(fallbacks.before, fallbacks.after)) report(walk, 'default-member-changed', { place, ...fallbacks });
  // A mapping that changed with its members is already reported.
  else if (!walk.group.findings.some(({ kind }) => kind.startsWith('member-'))) {
    const entries = (side: 'before' | 'after') =>
      typeof names[side] === 'string' ? tagEntries(walk[side], forms[side].branches, names[side]) : null;
    if (!isEqual(entries('before'), entries('after'))) report(walk, 'text-changed', { place, what: 'discriminator' });
  }
}
