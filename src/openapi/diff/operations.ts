import { isObject } from '../json.ts';
import { child, entriesOf, itemsOf, type Located, type Pair, toPointer } from './located.ts';
import { follow, referenceOf } from './references.ts';
import { basePaths } from './servers.ts';
import type { Side } from './side.ts';

/** An operation of a document. */
export interface FoundOperation {
  readonly place: Located;
  /** The path item it is in, and the one that path item refers to. */
  readonly pathItems: readonly Located[];
  readonly path: string;
  readonly method: string;
  /** The event of a callback, '' for a webhook; null for an operation that clients call. */
  readonly event: string | null;
  /** Its name in reports: `GET /api/v1/chat`. */
  readonly name: string;
}

/** A parameter of an operation. */
export interface FoundParameter {
  readonly name: string;
  readonly place: Located;
  /** Whether a list of parameters has it, and not only the path. */
  readonly isDeclared: boolean;
  /** Its entry in the list, which may be a reference. */
  readonly entry: Located;
}

/** The operations of two documents in pairs, and those without a partner. */
export interface MatchedOperations {
  readonly pairs: readonly Pair<FoundOperation>[];
  readonly removed: readonly FoundOperation[];
  readonly added: readonly FoundOperation[];
}

const methods = 'get put post delete options head patch trace query'.split(' ');

/** Lists the operations of all paths and webhooks, without callbacks. */
export function listOperations(side: Side): FoundOperation[] {
  const paths = entriesOf(child(side.root, 'paths')).flatMap(([path, item]) => read(side, { path, item }));
  const webhooks = entriesOf(child(side.root, 'webhooks')).flatMap(([path, item]) =>
    read(side, { path, item, caller: 'webhook', event: '' }),
  );
  remarkEqual(side, paths);
  return [...paths, ...webhooks];
}

/** Lists the operations of the callbacks of an operation. */
export function listCallbacks(side: Side, { place, name }: FoundOperation): FoundOperation[] {
  return entriesOf(child(place, 'callbacks')).flatMap(([event, callback]) => {
    const target = follow(side, callback);
    const items = target ? entriesOf(target) : [];
    return items.flatMap(([path, item]) => read(side, { path, item, caller: `${name} callback ${event}`, event }));
  });
}

/**
 * Matches operations: by the full path with the base path of their servers, then by the path alone; each first as it is
 * written, then without the names of path parameters.
 */
export function matchOperations(sides: Pair<Side>, operations: Pair<readonly FoundOperation[]>): MatchedOperations {
  const removed = new Set(operations.before);
  const added = new Set(operations.after);
  const pairs: Pair<FoundOperation>[] = [];
  const keys: readonly ((side: Side, operation: FoundOperation) => string)[] = [
    wholePath,
    (side, operation) => withoutNames(operation, wholePath(side, operation)),
    (_, operation) => operation.path,
    (_, operation) => withoutNames(operation, operation.path),
  ];
  for (const read of keys) {
    const waiting = new Map<string, FoundOperation[]>();
    for (const one of added) {
      const key = keyOf(one, read(sides.after, one));
      waiting.set(key, [...(waiting.get(key) ?? []), one]);
    }
    for (const before of removed) {
      const after = waiting.get(keyOf(before, read(sides.before, before)))?.shift();
      if (!after) continue;
      pairs.push({ before, after });
      removed.delete(before);
      added.delete(after);
    }
  }
  const order = new Map(operations.before.map((operation, index) => [operation, index]));
  pairs.sort((one, other) => (order.get(one.before) ?? 0) - (order.get(other.before) ?? 0));
  return { pairs, removed: [...removed], added: [...added] };
}

/** Lists the parameters of an operation by location and name; path parameters by their position in the path. */
export function listParameters(
  side: Side,
  { place, pathItems, path, event }: FoundOperation,
): ReadonlyMap<string, FoundParameter> {
  const positions = [...path.matchAll(/\{([^}]*)\}/g)].map(([, name = '']) => name);
  const all = new Map<string, FoundParameter>(
    event === null ? positions.map((name, index) => [`path ${index}`, undeclared(place, name)]) : [],
  );
  for (const owner of [...pathItems.toReversed(), place]) {
    const own = new Set<string>();
    for (const one of itemsOf(child(owner, 'parameters'))) {
      const target = follow(side, one);
      const { name, in: where } = isObject(target?.value) ? target.value : {};
      if (!target || typeof name !== 'string') continue;
      const known = where === 'header' ? name.toLowerCase() : name;
      // OpenAPI ignores parameters of these names.
      if (where === 'header' && ['accept', 'authorization', 'content-type'].includes(known)) continue;
      const key = `${where} ${where === 'path' && positions.includes(name) ? positions.indexOf(name) : known}`;
      if (own.has(key))
        side.remarks.add(`${toPointer(one)}: the parameter ${name} stands twice in this list; the last one counts.`);
      own.add(key);
      all.set(key, { name, place: target, entry: one, isDeclared: true });
    }
  }
  return all;
}

/** A parameter that only the path names. Clients must send it all the same. */
function undeclared(operation: Located, name: string): FoundParameter {
  const value = { name, in: 'path', required: true, schema: { type: 'string' } };
  const place = { ...child(operation, 'parameters', name), value };
  return { name, place, entry: place, isDeclared: false };
}

interface PathItem {
  readonly path: string;
  readonly item: Located;
  /** A prefix for the operation's name, if it calls the client. */
  readonly caller?: string;
  readonly event?: string;
}

function read(side: Side, { path, item, caller, event = '' }: PathItem): FoundOperation[] {
  if (path.startsWith('x-')) return [];
  const target = referenceOf(item) === undefined ? null : follow(side, item);
  const pathItems = target ? [item, target] : [item];
  const found = new Map<string, FoundOperation>();
  for (const pathItem of pathItems) {
    const places = [
      ...methods.map((method) => [method, child(pathItem, method)] as const),
      ...entriesOf(child(pathItem, 'additionalOperations')),
    ];
    for (const [written, place] of places) {
      if (!isObject(place.value)) continue;
      const method = methods.includes(written) ? written.toUpperCase() : written;
      const name = [caller, method, path].filter(Boolean).join(' ');
      if (found.has(method)) {
        side.remarks.add(`${toPointer(place)}: ${name} stands twice; the first one counts.`);
        continue;
      }
      found.set(method, { place, pathItems, path, method, name, event: caller === undefined ? null : event });
    }
  }
  return [...found.values()];
}

/** Remarks on paths that differ only in the names of their parameters. */
function remarkEqual(side: Side, operations: readonly FoundOperation[]): void {
  const known = new Map<string, FoundOperation>();
  for (const operation of operations) {
    const key = keyOf(operation, withoutNames(operation, operation.path));
    const first = known.get(key);
    if (first)
      side.remarks.add(
        `${toPointer(operation.place)}: ${operation.name} and ${first.name} are one path with two names; each is compared with the one of its own name.`,
      );
    else known.set(key, operation);
  }
}

function wholePath(side: Side, operation: FoundOperation): string {
  const { path, event } = operation;
  if (event !== null) return path;
  return basePaths(side, operation)
    .map((base) => decode(base + path))
    .join(' ');
}

/** Removes the names of path parameters. The path of a callback is an expression and stays as it is. */
function withoutNames({ event }: FoundOperation, path: string): string {
  return event === null ? path.replaceAll(/\{[^}]*\}/g, '{}') : path;
}

function keyOf({ method, event }: FoundOperation, path: string): string {
  return JSON.stringify([event, method, path]);
}

function decode(path: string): string {
  try {
    return decodeURI(path);
  } catch {
    return path; // Not percent-encoded, so it is used as it is.
  }
}
