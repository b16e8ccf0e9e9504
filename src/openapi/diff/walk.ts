import { isObject, type Json } from '../json.ts';
import { type ChangeKindName, changeKinds, type Direction, effectOf } from './kinds.ts';
import type { Located, Pair } from './located.ts';
import type { Schema } from './schemas.ts';
import type { Side } from './side.ts';

/** One difference, before it is known which operations meet it. */
export interface Finding {
  readonly kind: ChangeKindName;
  readonly direction: Direction | null;
  readonly place: Located;
  /** The keyword, if the kind does not name it. */
  readonly what?: string | undefined;
  readonly before?: Json | undefined;
  readonly after?: Json | undefined;
}

/** The findings of one pair of schemas, or of one request or response outside of schemas. */
export interface Group {
  /** The request or response; null for schemas, '' for the document. */
  readonly use: string | null;
  readonly findings: Finding[];
  /** The groups that contain this one. They may form cycles, as schemas do. */
  readonly users: Set<Group>;
}

/** A keyword whose schema only tests values, such as `not`. */
export interface Rule {
  /** The same for the same keyword of the same schema. */
  readonly id: string;
  readonly keyword: string;
  readonly place: Located;
  /** 1 if a wider test allows more values, -1 if it allows fewer, 0 if that is unknown. */
  readonly sign: 1 | -1 | 0;
}

/** The context of a comparison. */
export interface Walk extends Pair<Side> {
  /** Null outside of requests and responses. */
  readonly direction: Direction | null;
  /** Where findings are added. */
  readonly group: Group;
  readonly rule: Rule | null;
  /** How values are sent: in XML, `xml` keywords count; a parameter or header is text. */
  readonly writing: 'json' | 'xml' | 'text';
  readonly ledger: Ledger;
}

/** All findings, and the comparisons still to do. A list and not recursion, because schemas can be nested deeply. */
export interface Ledger {
  /** In the order of comparison. */
  readonly groups: Group[];
  /** The groups by what they compare. */
  readonly known: Map<string, Group>;
  readonly waiting: (() => void)[];
  isRunning: boolean;
  /** The number of pairs that may still be compared. */
  budget: number;
  /** The number of comparisons that this one is part of. */
  readonly depth: number;
  /** Compares one pair; a parameter, because it leads back here. */
  readonly compareSchemas: (walk: Walk, schemas: Pair<Schema>) => void;
}

/** More pairs than the largest known documents have. */
const MAX_PAIRS = 1_000_000;

/** Creates an empty ledger. */
export function createLedger({
  compareSchemas,
  budget = MAX_PAIRS,
  depth = 0,
}: Pick<Ledger, 'compareSchemas'> & Partial<Pick<Ledger, 'budget' | 'depth'>>): Ledger {
  return { groups: [], known: new Map(), waiting: [], isRunning: false, budget, depth, compareSchemas };
}

/** Adds a finding. Under a testing keyword it counts as a change of that keyword. */
export function report(walk: Walk, kind: ChangeKindName, details: Omit<Finding, 'kind' | 'direction'>): void {
  const { group, direction, rule } = walk;
  const { before, after } = details;
  const shown = {
    ...details,
    ...(before !== undefined && { before: toPlain(before) }),
    ...(after !== undefined && { after: toPlain(after) }),
  };
  // A text is reported once for both directions.
  const isText = changeKinds[kind].request.severity === 'docs-only';
  if (!rule || isText) {
    group.findings.push({ kind, direction: isText ? null : direction, ...shown });
    return;
  }
  const own = effectOf(kind);
  if (own === null) return; // The kind restricts no values.
  const effect = own * rule.sign;
  const change = effect === 0 ? 'limit-changed' : effect > 0 ? 'limit-loosened' : 'limit-tightened';
  group.findings.push({ kind: change, direction, place: rule.place, what: rule.keyword });
}

/** Replaces bigints by texts: readers of JSON reports would round the numbers. */
function toPlain(value: Json): Json {
  if (typeof value === 'bigint') return String(value);
  if (Array.isArray(value)) return value.map(toPlain);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, one === undefined ? one : toPlain(one)]));
}

/** Schedules a comparison, once per name and context; its findings are shared by all that need it. */
export function enter(walk: Walk, name: string, compare: (inside: Walk) => void): void {
  const { ledger, rule } = walk;
  const key = `${walk.direction} ${walk.writing} ${rule ? `${rule.id} ${rule.sign}` : ''} ${name}`;
  const known = ledger.known.get(key);
  const group = known ?? { use: null, findings: [], users: new Set() };
  ledger.known.set(key, group);
  group.users.add(walk.group);
  if (known) return;
  ledger.waiting.push(() => {
    ledger.groups.push(group);
    compare({ ...walk, group });
  });
  run(ledger);
}

/** Returns the walk of a request, a response, an operation, or ('') the document. */
export function startUse(walk: Omit<Walk, 'group' | 'direction'>, use: string, direction: Direction | null): Walk {
  const { ledger } = walk;
  const known = ledger.known.get(use);
  const group = known ?? { use, findings: [], users: new Set() };
  ledger.known.set(use, group);
  if (!known) ledger.groups.push(group);
  return { ...walk, direction, group };
}

/** The opposite direction, for webhooks and callbacks. */
export function flip(direction: Direction): Direction {
  return direction === 'request' ? 'response' : 'request';
}

function run(ledger: Ledger): void {
  if (ledger.isRunning) return;
  ledger.isRunning = true;
  for (let next = ledger.waiting.pop(); next; next = ledger.waiting.pop()) {
    const from = ledger.waiting.length;
    next();
    // Compare in the order of the document.
    const added = ledger.waiting.splice(from).reverse();
    ledger.waiting.push(...added);
  }
  ledger.isRunning = false;
}
