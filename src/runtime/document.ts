import {
  type Document,
  isMap,
  isNode,
  isSeq,
  LineCounter,
  type Pair,
  type ParsedNode,
  parseDocument,
  type YAMLError,
  type YAMLMap,
  type YAMLWarning,
} from 'yaml';
import type { z } from 'zod';
import type { Problem } from './errors.ts';
import { TOO_DEEP } from './nesting.ts';
import { type Issue, parseUnknownIn } from './parse-issue.ts';
import { type Mistake, toValue } from './yaml-value.ts';

export type { Issue } from './parse-issue.ts';

/** The value of a file, or every problem found in it. */
export type ParseResult<Value> = { readonly value: Value } | { readonly problems: readonly Problem[] };

/** Checks of a file's meaning that a schema cannot say; run on valid values only. */
export type Check<Value> = (value: Value) => readonly Issue[];

/** Mistakes after which the rest of the file still says what it means, so checking goes on. */
const survivable = new Set(['MULTIPLE_DOCS', 'TAG_RESOLVE_FAILED']);

/**
 * Reads a YAML (or JSON) file of ours. All problems at once, in the file's order, each with its line and column: what is
 * wrong, what is allowed, and what was probably meant.
 */
export function readDocument<Value>({
  file,
  text,
  schema,
  precheck,
  check,
  keepsLargeNumbers = false,
}: {
  readonly file: string;
  readonly text: string;
  readonly schema: z.ZodType<Value>;
  /** Looks at the value as it was written; where it reports an issue, the schema skips that place. */
  readonly precheck?: (value: unknown) => readonly Issue[];
  readonly check?: Check<Value>;
  /** Whether a whole number that is too large for a number becomes a bigint. */
  readonly keepsLargeNumbers?: boolean;
}): ParseResult<Value> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, stringKeys: true, uniqueKeys: false });
  const toProblems = (mistakes: readonly Mistake[]) => ({
    problems: mistakes
      .toSorted((a, b) => a.offset - b.offset)
      .map(({ offset, message }): Problem => {
        const { line, col } = lines.linePos(offset);
        return { file, line, column: col, message };
      }),
  });
  const broken = [...document.errors, ...document.warnings];
  const mistakes = broken.map(toMistake);
  if (broken.some(({ code }) => !survivable.has(code))) return toProblems(mistakes);
  if (document.contents === null) return toProblems([...mistakes, { offset: 0, message: 'the file is empty' }]);
  const plain = toValue(document, { keepsLargeNumbers });
  mistakes.push(...plain.duplicates, ...plain.mistakes);
  if (plain.mistakes.length > 0) return toProblems(mistakes);
  const early = precheck?.(plain.value) ?? [];
  const parsed = parseUnknownIn({ schema, value: plain.value, known: early });
  const places = new Places(document);
  const checked = parsed.data === undefined ? parsed.issues : (check?.(parsed.data) ?? []);
  for (const issue of [...early, ...checked]) mistakes.push({ offset: places.offsetOf(issue), message: issue.message });
  if (mistakes.length > 0) return toProblems(mistakes);
  return { value: (parsed as { readonly data: Value }).data }; // Without issues, parsing has succeeded.
}

function toMistake({ code, pos, message }: YAMLError | YAMLWarning): Mistake {
  // The parser's own advice here is for programmers.
  if (code === 'RESOURCE_EXHAUSTION') return { offset: pos[0], message: TOO_DEEP };
  if (code === 'MULTIPLE_DOCS')
    return { offset: pos[0], message: 'a second document begins here; a file holds one, so remove the "---"' };
  return { offset: pos[0], message: (message.split('\n')[0] ?? '').replace(/ at line \d+, column \d+:?$/, '') };
}

/** The places of values in a file. Keys are looked up, not searched: a map may have as many issues as keys. */
class Places {
  readonly #document: Document.Parsed<ParsedNode>;
  readonly #pairs = new WeakMap<YAMLMap, ReadonlyMap<string, Pair>>();

  constructor(document: Document.Parsed<ParsedNode>) {
    this.#document = document;
  }

  offsetOf({ path, key }: Issue): number {
    const node = this.#nodeAt(path);
    const keyNode = key !== undefined && isMap(node) ? this.#pairsOf(node).get(key)?.key : undefined;
    const range = isNode(keyNode) ? keyNode.range : isNode(node) ? node.range : undefined;
    if (range) return range[0];
    return path.length === 0 ? 0 : this.offsetOf({ path: path.slice(0, -1), message: '' }); // A missing key: its parent.
  }

  #nodeAt(path: readonly PropertyKey[]): unknown {
    let node: unknown = this.#document.contents;
    for (const step of path) {
      if (isSeq(node)) node = node.items[Number(step)];
      else if (isMap(node)) node = this.#pairsOf(node).get(String(step))?.value;
      else return undefined;
    }
    return node;
  }

  #pairsOf(map: YAMLMap): ReadonlyMap<string, Pair> {
    const known = this.#pairs.get(map);
    if (known) return known;
    // The first of a name, as it is the last one that is reported as a duplicate.
    const pairs = new Map(map.items.toReversed().map((pair) => [String(pair.key), pair]));
    this.#pairs.set(map, pairs);
    return pairs;
  }
}
