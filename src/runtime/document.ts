import {
  type Document,
  isMap,
  isNode,
  LineCounter,
  type ParsedNode,
  parseDocument,
  visit,
  type YAMLError,
  type YAMLWarning,
} from 'yaml';
import type { z } from 'zod';
import type { Problem } from './errors.ts';
import { type Issue, parseValue } from './parse-issue.ts';

export type { Issue } from './parse-issue.ts';

export type ParseResult<Value> = { readonly value: Value } | { readonly problems: readonly Problem[] };

/** Checks of a file's meaning that a schema cannot say; run on valid values only. */
export type Check<Value> = (value: Value) => readonly Issue[];

/** Mistakes after which the rest of the file still says what it means, so checking goes on. */
const survivable = new Set(['DUPLICATE_KEY', 'MULTIPLE_DOCS', 'TAG_RESOLVE_FAILED']);

/** Something wrong at an offset into the text. */
interface Mistake {
  readonly offset: number;
  readonly message: string;
}

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
  const document = parseDocument(text, { lineCounter: lines, stringKeys: true });
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
  const badAliases = checkAliases(document);
  if (badAliases.length > 0) return toProblems([...mistakes, ...badAliases]);
  const plain = toPlain(document);
  if ('message' in plain) return toProblems([...mistakes, { offset: 0, message: plain.message }]);
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
  if (code === 'MULTIPLE_DOCS')
    return { offset: pos[0], message: 'a second document begins here; a file holds one, so remove the "---"' };
  return { offset: pos[0], message: (message.split('\n')[0] ?? '').replace(/ at line \d+, column \d+:?$/, '') };
}

/** Aliases of nothing, or of what they stand in, which would never end. */
function checkAliases(document: Document.Parsed<ParsedNode>): Mistake[] {
  const mistakes: Mistake[] = [];
  visit(document, {
    Alias(_, alias, ancestors) {
      const target = alias.resolve(document);
      if (target && !ancestors.includes(target)) return;
      const why = target
        ? 'stands inside what it repeats'
        : 'repeats nothing: there is no anchor of that name before it';
      mistakes.push({ offset: alias.range?.[0] ?? 0, message: `the alias *${alias.source} ${why}` });
    },
  });
  return mistakes;
}

/** Alias bombs show only here. */
function toPlain(document: Document.Parsed<ParsedNode>): { readonly value: unknown } | { readonly message: string } {
  try {
    return { value: document.toJS({ maxAliasCount: 100 }) };
  } catch (error) {
    return { message: error instanceof Error ? error.message : String(error) };
  }
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
