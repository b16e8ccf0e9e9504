import { type Document, isAlias, isMap, isScalar, isSeq, type ParsedNode, type YAMLMap } from 'yaml';
import { toExact } from './exact-number.ts';
import { MAX_DEPTH, TOO_DEEP } from './nesting.ts';

const decimal = /^[-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?$/;
/** How many values the aliases of a file may repeat, taken together: a few lines can stand for billions. */
export const MAX_REPEATED = 1_000_000;

/** Something wrong at an offset into the text. */
export interface Mistake {
  readonly offset: number;
  readonly message: string;
}

/** What an anchor names. An alias gives the same object again, so a file that repeats much costs little. */
interface Anchored {
  readonly value: unknown;
  readonly size: number;
  readonly height: number;
}

interface Conversion {
  /** By name; null while the node is still being read. A name may be used again for another node. */
  readonly anchors: Map<string, Anchored | null>;
  readonly mistakes: Mistake[];
  readonly duplicates: Mistake[];
  repeated: number;
  readonly keepsLargeNumbers: boolean;
}

type Node = ParsedNode | null | undefined;

/**
 * The plain value of a YAML document, with merge keys (`<<`) merged and aliases replaced, and what is wrong with it.
 * The library's own `toJS` and key check take time with the square of the number of aliases and keys.
 */
export function toValue(
  document: Document.Parsed<ParsedNode>,
  { keepsLargeNumbers = false }: { readonly keepsLargeNumbers?: boolean } = {},
): {
  readonly value: unknown;
  /** After one of these the value is not what was meant. */
  readonly mistakes: readonly Mistake[];
  /** Keys that stand twice in a map; the value has the last one. */
  readonly duplicates: readonly Mistake[];
} {
  const conversion: Conversion = { anchors: new Map(), mistakes: [], duplicates: [], repeated: 0, keepsLargeNumbers };
  const { value } = read(document.contents, conversion);
  return { value, mistakes: conversion.mistakes, duplicates: conversion.duplicates };
}

function read(node: Node, conversion: Conversion, depth = 0): Anchored {
  if (isAlias(node)) return repeat(node, conversion, depth);
  if (depth > MAX_DEPTH) {
    addMistake(conversion, node, TOO_DEEP);
    return { value: null, size: 1, height: 0 };
  }
  const anchor = node?.anchor;
  if (anchor !== undefined) conversion.anchors.set(anchor, null);
  const result = readContents(node, conversion, depth);
  if (anchor !== undefined) conversion.anchors.set(anchor, result);
  return result;
}

function readContents(node: Node, conversion: Conversion, depth: number): Anchored {
  if (isMap(node)) return readMap(node, conversion, depth);
  if (isSeq(node)) {
    const items = node.items.map((item) => read(item as Node, conversion, depth + 1)); // Of a parsed list, parsed nodes.
    return { value: items.map(({ value }) => value), ...measure(items) };
  }
  return { value: isScalar(node) ? toPlain(node, conversion) : null, size: 1, height: 0 };
}

function readMap(map: YAMLMap, conversion: Conversion, depth: number): Anchored {
  const own = new Map<string, unknown>();
  const merged: unknown[] = [];
  const parts: Anchored[] = [];
  for (const { key, value: node } of map.items) {
    const part = read(node as Node, conversion, depth + 1);
    parts.push(part);
    const name = isScalar(key) ? String(key.value) : String(key);
    if (name === '<<' && isScalar(key) && key.type === 'PLAIN') {
      const sources = Array.isArray(part.value) ? part.value : [part.value];
      if (sources.every(isPlainMap)) merged.push(...sources);
      else addMistake(conversion, key, '"<<" merges maps: give it one, an alias of one, or a list of them');
      continue;
    }
    if (own.has(name)) conversion.duplicates.push({ offset: offsetOf(key), message: 'Map keys must be unique' });
    own.set(name, part.value);
  }
  // What a map says itself wins, then what is merged first.
  for (const source of merged)
    for (const [name, value] of Object.entries(source as object)) if (!own.has(name)) own.set(name, value);
  return { value: Object.fromEntries(own), ...measure(parts) };
}

function repeat(alias: { readonly source: string }, conversion: Conversion, depth: number): Anchored {
  const target = conversion.anchors.get(alias.source);
  const nothing = { value: null, size: 1, height: 0 };
  if (!target) {
    const why =
      target === null ? 'stands inside what it repeats' : 'repeats nothing: there is no anchor of that name before it';
    addMistake(conversion, alias, `the alias *${alias.source} ${why}`);
    return nothing;
  }
  if (depth + target.height > MAX_DEPTH) {
    addMistake(conversion, alias, `is nested too deeply with what it repeats; at most ${MAX_DEPTH} levels are read`);
    return nothing;
  }
  const before = conversion.repeated;
  conversion.repeated += target.size;
  if (conversion.repeated <= MAX_REPEATED) return target;
  if (before <= MAX_REPEATED)
    addMistake(
      conversion,
      alias,
      `with this alias, aliases repeat more than ${MAX_REPEATED} values; write fewer of them`,
    );
  return nothing;
}

function measure(parts: readonly Anchored[]): Pick<Anchored, 'size' | 'height'> {
  const size = parts.reduce((sum, part) => sum + part.size, 1);
  return { size, height: parts.reduce((highest, { height }) => Math.max(highest, height + 1), 0) };
}

/** Dates and bytes of YAML 1.1 are the texts they are written as. */
function toPlain(
  { value, source = '' }: { readonly value: unknown; readonly source?: string | undefined },
  { keepsLargeNumbers }: Conversion,
): unknown {
  if (typeof value === 'number' && keepsLargeNumbers && decimal.test(source)) return toExact(source);
  return typeof value === 'object' && value !== null ? source || String(value) : value;
}

function isPlainMap(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function addMistake({ mistakes }: Conversion, node: unknown, message: string): void {
  mistakes.push({ offset: offsetOf(node), message });
}

function offsetOf(node: unknown): number {
  const { range } = (node ?? {}) as { readonly range?: readonly [number, ...number[]] | null }; // Of any parsed node.
  return range?.[0] ?? 0;
}
