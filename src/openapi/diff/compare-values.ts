import type { Json } from '../json.ts';
import { compareKeywords } from './compare-descriptions.ts';
import { isWhole } from './decimals.ts';
import type { Branch, Form, ListedValue } from './form.ts';
import { hasRules, keepsTo, readLimits } from './limits.ts';
import type { Located, Pair } from './located.ts';
import { report, type Walk } from './walk.ts';

/** The part of a form for one type. */
interface Share {
  readonly branches: readonly Branch[];
  readonly values: ReadonlyMap<string, ListedValue>;
}

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

function compareShares(walk: Walk, place: Located, { before, after }: Pair<Share>): void {
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
