import type { Json } from '../json.ts';
import { compareKeywords } from './compare-descriptions.ts';
import { isWhole } from './decimals.ts';
import { canonical } from './equality.ts';
import type { Branch, Form, ListedValue } from './form.ts';
import { hasRules, keepsTo, readLimits } from './limits.ts';
import type { Located, Pair } from './located.ts';
import { report, type Walk } from './walk.ts';

/** The part of a form for one type. */
interface Share {
  readonly branches: readonly Branch[];
  readonly values: ReadonlyMap<string, ListedValue>;
}

const longest: Readonly<Record<string, string>> = { string: 'maxLength', array: 'maxItems' };

/** Whether a form allows listed values only. */
export function isListed({ branches, values }: Form): boolean {
  return branches.length === 0 && values.size > 0;
}

/** Compares the listed values of two forms. */
export function compareValues(walk: Walk, place: Located, forms: Pair<Form>): void {
  const shares = { before: toShares(forms.before), after: toShares(forms.after) };
  const areListed = isListed(forms.before) && isListed(forms.after);
  compareValueTexts(walk, place, forms);
  const nothing: Share = { branches: [], values: new Map() };
  for (const type of new Set([...shares.before.keys(), ...shares.after.keys()])) {
    const before = shares.before.get(type);
    const after = shares.after.get(type);
    // A new or removed type is already reported.
    if ((before && after) || areListed)
      compareShares(walk, place, { before: before ?? nothing, after: after ?? nothing });
  }
}

function compareShares(walk: Walk, place: Located, shares: Pair<Share>): void {
  const [before, after] = [besides(shares.before, shares.after), besides(shares.after, shares.before)];
  const [wasOpen, isOpen] = [before.branches.length > 0, after.branches.length > 0];
  if (wasOpen && !isOpen) report(walk, 'values-listed', { place, after: show(after) });
  if (!wasOpen && isOpen) report(walk, 'values-unlisted', { place, before: show(before) });
  const missing = (one: Share, other: Share) => [...one.values].filter(([key]) => !other.values.has(key));
  const known: Json[] = [];
  // Between a list and an open type, only values that certainly do not match are reported.
  const isGone = (other: Share, listed: ListedValue) => {
    const answer = takes(other, listed);
    if (answer === true && wasOpen && isOpen) known.push(listed.value);
    return answer === false || (answer === null && wasOpen === isOpen);
  };
  for (const [, listed] of missing(before, after))
    if (isGone(after, listed)) report(walk, 'value-removed', { place, before: listed.value });
  for (const [, listed] of missing(after, before))
    if (isGone(before, listed)) report(walk, 'value-added', { place: listed.place, after: listed.value });
  // Listing a value that an open type allows anyway changes the description only.
  if (known.length > 0) report(walk, 'text-changed', { place, what: 'enum' });
}

/** Lists the values of a share beside one that only lists, where limits leave one value to each branch. */
function besides(share: Share, other: Share): Share {
  if (other.branches.length > 0) return share;
  const values = new Map(share.values);
  for (const branch of share.branches) {
    const value = onlyValueOf(branch);
    if (value === undefined) return share;
    values.set(canonical(value), { value, type: branch.type, place: branch.place, isMember: false });
  }
  return { branches: [], values };
}

/** The value of a branch whose limits leave one only. */
function onlyValueOf(branch: Branch): Json | undefined {
  if (branch.rest.length > 0 || branch.atoms.some(hasRules)) return undefined;
  const limits = readLimits(branch);
  const [low, high] = [limits.get('minimum')?.bound, limits.get('maximum')?.bound];
  const candidates: Readonly<Record<string, Json | undefined>> = {
    string: '',
    array: [],
    number: low && high && low.number === high.number ? low.number : undefined,
  };
  const value = candidates[branch.type];
  const isLast = branch.type === 'number' || limits.get(longest[branch.type] ?? '')?.bound?.number === 0;
  return value !== undefined && isLast && keepsTo(limits, value) === true ? value : undefined;
}

/** Compares the texts of values that have a schema of their own. */
function compareValueTexts(walk: Walk, place: Located, forms: Pair<Form>): void {
  const textsOf = ({ isMember, place: own }: ListedValue) => (isMember ? own : { ...own, value: {} });
  for (const [key, before] of forms.before.values) {
    const after = forms.after.values.get(key);
    if (!after || !(before.isMember || after.isMember)) continue;
    compareKeywords(walk, 'schema', {
      before: textsOf(before),
      after: after.isMember ? after.place : { ...place, value: {} },
    });
  }
}

/** Whether an open type allows a value; null if that is uncertain. */
function takes({ branches }: Share, { value }: ListedValue): boolean | null {
  const answers = branches.map((branch) => {
    if (branch.isWhole && !isWhole(value)) return false;
    const answer = keepsTo(readLimits(branch), value);
    const isSimple = typeof value !== 'object' && branch.rest.length === 0 && !branch.atoms.some(hasRules);
    return answer === true && !isSimple ? null : answer;
  });
  if (answers.includes(true)) return true;
  return answers.includes(null) ? null : false;
}

function toShares({ branches, values }: Form): ReadonlyMap<string, Share> {
  const shares = new Map<string, { branches: Branch[]; values: Map<string, ListedValue> }>();
  const shareOf = (type: string) => {
    const share = shares.get(type) ?? { branches: [] as Branch[], values: new Map<string, ListedValue>() };
    shares.set(type, share);
    return share;
  };
  for (const branch of branches) shareOf(branch.type).branches.push(branch);
  for (const [key, value] of values) shareOf(value.type).values.set(key, value);
  return shares;
}

function show({ values }: Share): readonly Json[] {
  return [...values.values()].map(({ value }) => value);
}
