import {
  type Document,
  isMap,
  isNode,
  LineCounter,
  type ParsedNode,
  parseDocument,
  type YAMLError,
  type YAMLWarning,
} from 'yaml';
import type { z } from 'zod';
import type { Problem } from './errors.ts';
import { type Issue, parseValue } from './parse-issue.ts';
import { MAX_DEPTH, type Mistake, toValue } from './yaml-value.ts';

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
}: {
  readonly file: string;
  readonly text: string;
  readonly schema: z.ZodType<Value>;
  /** Looks at the value as it was written; where it reports an issue, the schema skips that place. */
  readonly precheck?: (value: unknown) => readonly Issue[];
  readonly check?: Check<Value>;
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
  const plain = toValue(document);
  mistakes.push(...plain.duplicates, ...plain.mistakes);
  if (plain.mistakes.length > 0) return toProblems(mistakes);
  const early = precheck?.(plain.value) ?? [];
  const parsed = parseValue(schema, plain.value);
  const schemaIssues = parsed.data === undefined ? parsed.issues : (check?.(parsed.data) ?? []);
  const issues = [...early, ...schemaIssues.filter(({ path }) => !early.some((issue) => isBelow(path, issue.path)))];
  mistakes.push(...issues.map((issue) => ({ offset: offsetOf(document, issue), message: issue.message })));
  if (mistakes.length > 0) return toProblems(mistakes);
  return { value: (parsed as { readonly data: Value }).data }; // Without issues, parsing has succeeded.
}

function toMistake({ code, pos, message }: YAMLError | YAMLWarning): Mistake {
  // The parser's own advice here is for programmers.
  if (code === 'RESOURCE_EXHAUSTION')
    return { offset: pos[0], message: `is nested too deeply; at most ${MAX_DEPTH} levels are read` };
  if (code === 'MULTIPLE_DOCS')
    return { offset: pos[0], message: 'a second document begins here; a file holds one, so remove the "---"' };
  return { offset: pos[0], message: (message.split('\n')[0] ?? '').replace(/ at line \d+, column \d+:?$/, '') };
}

function offsetOf(document: Document.Parsed<ParsedNode>, { path, key }: Issue): number {
  const node = path.length === 0 ? document.contents : document.getIn(path, true);
  const keyNode =
    key !== undefined && isMap(node) ? node.items.find((pair) => String(pair.key) === key)?.key : undefined;
  const range = isNode(keyNode) ? keyNode.range : isNode(node) ? node.range : undefined;
  if (range) return range[0];
  return path.length === 0 ? 0 : offsetOf(document, { path: path.slice(0, -1), message: '' }); // A missing key: its parent.
}

function isBelow(path: readonly PropertyKey[], top: readonly PropertyKey[]): boolean {
  return top.every((key, index) => path[index] === key);
}
