import { isObject, type Json, type JsonObject } from '../json.ts';
import type { Alternative } from './alternatives.ts';
import { canonical } from './equality.ts';
import type { Form } from './form.ts';
import { type Located, type Root, rootOf, toPointer } from './located.ts';
import type { Server } from './servers.ts';

/** One of the two documents, with the files it refers to. */
export interface Side {
  readonly document: JsonObject;
  readonly root: Located;
  /** The files of the document by absolute address. */
  readonly roots: ReadonlyMap<string, Root>;
  /** Why other files were not read, by absolute address. */
  readonly unread: ReadonlyMap<string, string>;
  /** Whether references ignore their siblings, as in OpenAPI 3.0. */
  readonly hasBareReferences: boolean;
  /** What could not be compared, and why. */
  readonly notes: Set<string>;
  /** Oddities of the document, and how they were read. */
  readonly remarks: Set<string>;
  readonly memory: Memory;
}

/** Caches of what was read. Schemas are identified by object, not by place. */
interface Memory {
  readonly ids: Map<object, number>;
  readonly alternatives: Map<object, readonly Alternative[]>;
  /** The same for schemas with other rules beside them. */
  readonly refined: Map<object, readonly Alternative[]>;
  readonly forms: Map<string, Form>;
  readonly fingerprints: Map<string, number>;
  /** The tags by schema, by the value of the discriminator. */
  readonly mappings: Map<Json | undefined, ReadonlyMap<Json | undefined, readonly string[]>>;
  /** By the value of the list. */
  readonly servers: Map<Json | undefined, readonly Server[]>;
  readonly anchors: Map<Root, ReadonlyMap<string, readonly Located[]>>;
  readonly dynamic: DynamicMemory;
  /** The components with an `allOf`, by the component they refine. */
  readonly children: { readonly byParent: Map<object, Located[]>; isRead: boolean };
}

/** What was read of `$dynamicAnchor`. Schema resources are identified by their values. */
interface DynamicMemory {
  isRead: boolean;
  /** By name. */
  readonly anchors: Map<string, readonly Located[]>;
  readonly own: Map<Json | undefined, ReadonlyMap<string, Located>>;
  /** Resources as they are entered on some way, by resource and way. */
  readonly copies: Map<string, Located>;
  /** The anchors in force where a copy is entered. */
  readonly scopes: Map<Json | undefined, ReadonlyMap<string, Located>>;
}

/** A document, and the files it refers to by absolute address. */
export interface DocumentFiles {
  readonly url: string;
  readonly document: JsonObject;
  readonly files: ReadonlyMap<string, { readonly name: string; readonly value: Json }>;
  /** Why other files were not read, as the end of a sentence about the reference, by absolute address. */
  readonly unread: ReadonlyMap<string, string>;
}

/** Prepares a document for comparison. */
export function createSide({ url, document, files, unread }: DocumentFiles): Side {
  const root: Root = { name: '', url, value: document };
  const roots = new Map([...files].map(([address, { name, value }]) => [address, { name, url: address, value }]));
  return {
    document,
    root: rootOf(root),
    roots: new Map([...roots, [url, root]]),
    unread,
    hasBareReferences: String(document['openapi']).startsWith('3.0'),
    notes: new Set(),
    remarks: new Set(),
    memory: {
      ids: new Map(),
      alternatives: new Map(),
      refined: new Map(),
      forms: new Map(),
      fingerprints: new Map(),
      mappings: new Map(),
      servers: new Map(),
      anchors: new Map(),
      dynamic: { isRead: false, anchors: new Map(), own: new Map(), copies: new Map(), scopes: new Map() },
      children: { byParent: new Map(), isRead: false },
    },
  };
}

/** Returns an id that is the same for the same object. Other values have no identity, so their place is used. */
export function idOf(side: Side, place: Located): string {
  const { value } = place;
  if (!isObject(value) && !Array.isArray(value)) return `${canonical(value)}@${toPointer(place)}`;
  const { ids } = side.memory;
  const known = ids.get(value as object) ?? ids.size;
  ids.set(value as object, known);
  return String(known);
}
