import { isObject } from '../json.ts';
import { child, entriesOf, follow, itemsOf, type Located, type Side } from './located.ts';

/** One operation of a document, wherever it stands. */
export interface FoundOperation {
  readonly place: Located;
  /** Of the path it stands below; its parameters and servers hold for all operations there. */
  readonly pathItem: Located;
  readonly path: string;
  /** As a reader names it: `GET /api/v1/chat`. */
  readonly name: string;
  /** The service calls the client: a webhook, a callback. */
  readonly isCall: boolean;
}

const methods = 'get put post delete options head patch trace query'.split(' ');

/** Every operation by a key that is the same in both documents, whatever the parameters of its path are called. */
export function listOperations(side: Side): ReadonlyMap<string, FoundOperation> {
  const root: Located = { names: [], value: side.document };
  const paths = entriesOf(child(root, 'paths')).flatMap(([path, item]) => read(side, { path, item, isCall: false }));
  const webhooks = entriesOf(child(root, 'webhooks')).flatMap(([path, item]) =>
    read(side, { path, item, isCall: true, owner: 'webhook' }),
  );
  const all = [...paths, ...webhooks].flatMap((one) => [one, ...readCallbacks(side, one)]);
  return new Map(all.map((operation) => [operation.name.replaceAll(/\{[^}]*\}/g, '{}'), operation]));
}

interface PathItem {
  readonly path: string;
  readonly item: Located;
  readonly isCall: boolean;
  /** What calls, before the operation's own name. */
  readonly owner?: string;
}

function read(side: Side, { path, item, isCall, owner }: PathItem): FoundOperation[] {
  if (path.startsWith('x-')) return [];
  const pathItem = follow(side, item);
  if (!pathItem) return [];
  const places = [
    ...methods.map((method) => [method, child(pathItem, method)] as const),
    ...entriesOf(child(pathItem, 'additionalOperations')),
  ];
  return places
    .filter(([, { value }]) => isObject(value))
    .map(([method, place]) => {
      const name = [owner, method.toUpperCase(), path].filter(Boolean).join(' ');
      return { place, pathItem, path, name, isCall };
    });
}

function readCallbacks(side: Side, { place, name, isCall }: FoundOperation): FoundOperation[] {
  return entriesOf(child(place, 'callbacks')).flatMap(([event, callback]) => {
    const target = follow(side, callback);
    const owner = `${name} callback ${event}`;
    const items = target ? entriesOf(target) : [];
    return items.flatMap(([path, item]) => read(side, { path, item, isCall: !isCall, owner }));
  });
}

/** Parameters by where they stand and their name; of the path, by their position in it. */
export function listParameters(
  side: Side,
  { place, pathItem, path }: FoundOperation,
): ReadonlyMap<string, { readonly name: string; readonly place: Located }> {
  const positions = [...path.matchAll(/\{([^}]*)\}/g)].map(([, name]) => name);
  const given = [pathItem, place].flatMap((owner) => itemsOf(child(owner, 'parameters')));
  const parameters = given.flatMap((one) => {
    const target = follow(side, one);
    const { name, in: where } = isObject(target?.value) ? target.value : {};
    if (!target || typeof name !== 'string') return [];
    const known = where === 'header' ? name.toLowerCase() : name;
    // Of these three headers the specification says that they are described elsewhere.
    if (where === 'header' && ['accept', 'authorization', 'content-type'].includes(known)) return [];
    const key = where === 'path' ? positions.indexOf(name) : known;
    return [[`${where} ${key}`, { name, place: target }] as const];
  });
  return new Map(parameters);
}
