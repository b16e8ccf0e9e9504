import type { Json } from '../json.ts';
import { type ChangeKindName, changeKinds, type Direction } from './kinds.ts';
import { type Located, type Pair, type Side, toPointer } from './located.ts';

/** One difference, before it is known which operations meet it. */
export interface Finding {
  readonly kind: ChangeKindName;
  readonly direction: Direction | null;
  readonly place: Located;
  /** Which keyword, where the kind leaves that open. */
  readonly what?: string | undefined;
  readonly before?: Json | undefined;
  readonly after?: Json | undefined;
}

/** What was found in one pair of schemas, or beside all schemas in one request or answer. */
export interface Group {
  /** Of the request or the answer; null: of schemas, '': of the document as a whole. */
  readonly use: string | null;
  readonly findings: Finding[];
  /** Who is made of it, among others. They may stand in circles, as schemas do. */
  readonly users: Set<Group>;
}

/** What a comparison carries along. */
export interface Walk extends Pair<Side> {
  /** Null: of no body, such as a whole operation. */
  readonly direction: Direction | null;
  /** What is found belongs to it. */
  readonly group: Group;
  /** All there are so far, in their order; each pair of schemas is compared once in each direction. */
  readonly groups: Map<string, Group>;
}

/** Adds a change to the result. */
export function report(
  { group, direction }: Walk,
  kind: ChangeKindName,
  details: Omit<Finding, 'kind' | 'direction'>,
): void {
  // To readers it is one text, whoever sends what it describes.
  const isText = changeKinds[kind].request.severity === 'docs-only';
  group.findings.push({ kind, direction: isText ? null : direction, ...details });
}

/** The walk inside a pair of schemas; null where it has been taken before, which is remembered all the same. */
export function enter(walk: Walk, { before, after }: Pair<Located>): Walk | null {
  const key = `${walk.direction} ${toPointer(before)} ${toPointer(after)}`;
  const known = walk.groups.get(key);
  const group = known ?? { use: null, findings: [], users: new Set() };
  walk.groups.set(key, group);
  group.users.add(walk.group);
  return known ? null : { ...walk, group };
}

/** The walk of a request, of an answer, or ('') of what no operation has. */
export function startUse(walk: Omit<Walk, 'group' | 'direction'>, use: string, direction: Direction | null): Walk {
  const group = walk.groups.get(use) ?? { use, findings: [], users: new Set() };
  walk.groups.set(use, group);
  return { ...walk, direction, group };
}

/** The opposite: what the service sends to a client that listens (webhooks, callbacks). */
export function flip(direction: Direction): Direction {
  return direction === 'request' ? 'response' : 'request';
}
