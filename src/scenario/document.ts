import { type Document, isMap, isNode, LineCounter, type ParsedNode, parseDocument } from 'yaml';
import { z } from 'zod';
import type { Problem } from '../runtime/errors.ts';
import { didYouMean } from '../runtime/suggest.ts';

export type Reading<Value> = { readonly value: Value } | { readonly problems: readonly Problem[] };

/** Something wrong with a value, at a path into it; `key` names a key of the map there. */
export interface Fault {
  readonly path: readonly PropertyKey[];
  readonly key?: string;
  readonly message: string;
}

/** Checks of a file's meaning that a schema cannot say; run on valid values only. */
export type Check<Value> = (value: Value) => readonly Fault[];

/**
 * Reads a YAML (or JSON) file of ours. All problems at once, each with its line and column: what is wrong,
 * what is allowed, and what was probably meant.
 */
export function readDocument<Value>({
  file,
  text,
  schema,
  judge,
  check,
}: {
  readonly file: string;
  readonly text: string;
  readonly schema: z.ZodType<Value>;
  /** Looks at the value as it was written; where it finds fault, the schema is not asked. */
  readonly judge?: (value: unknown) => readonly Fault[];
  readonly check?: Check<Value>;
}): Reading<Value> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, stringKeys: true });
  const at = (offset: number, message: string): Problem => {
    const { line, col } = lines.linePos(offset);
    return { file, line, column: col, message };
  };
  const broken = [...document.errors, ...document.warnings];
  if (broken.length > 0)
    return {
      problems: broken.map(({ pos, message }) =>
        at(pos[0], (message.split('\n')[0] ?? '').replace(/ at line \d+, column \d+:?$/, '')),
      ),
    };
  if (document.contents === null) return { problems: [at(0, 'the file is empty')] };
  const plain = toPlain(document);
  if ('message' in plain) return { problems: [at(0, plain.message)] };
  const judged = judge?.(plain.value) ?? [];
  const parsed = schema.safeParse(plain.value, { reportInput: true });
  const schemaFaults = parsed.success
    ? (check?.(parsed.data) ?? [])
    : parsed.error.issues.flatMap((issue) => toFaults(issue, { schema, value: plain.value }));
  const faults = [...judged, ...schemaFaults.filter(({ path }) => !judged.some((fault) => isBelow(path, fault.path)))];
  if (faults.length > 0) return { problems: faults.map((fault) => at(offsetOf(document, fault), fault.message)) };
  return { value: (parsed as { readonly data: Value }).data }; // No faults, so parsing has succeeded.
}

/** Unknown aliases and alias bombs show only here. */
function toPlain(document: Document.Parsed<ParsedNode>): { readonly value: unknown } | { readonly message: string } {
  try {
    return { value: document.toJS({ maxAliasCount: 100 }) };
  } catch (error) {
    return { message: error instanceof Error ? error.message : String(error) };
  }
}

function offsetOf(document: Document.Parsed<ParsedNode>, { path, key }: Fault): number {
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

type Issue = z.core.$ZodIssue;

/** What was judged, by which schema: where a message lists what is allowed, that is looked up here. */
interface Judged {
  readonly schema: z.ZodType;
  readonly value: unknown;
}

function toFaults(issue: Issue, judged: Judged): Fault[] {
  const { path } = issue;
  switch (issue.code) {
    case 'unrecognized_keys': {
      const allowed = keysAt(judged, path);
      return issue.keys.map((key) => ({
        path,
        key,
        message: `unknown key "${key}"${didYouMean(key, allowed) || '.'} Allowed here: ${allowed.join(', ')}.`,
      }));
    }
    case 'invalid_value': {
      const values = issue.values.map(String);
      return [
        {
          path,
          message: `${show(issue.input)} is not allowed${(typeof issue.input === 'string' && didYouMean(issue.input, values)) || '.'} Allowed: ${values.join(', ')}.`,
        },
      ];
    }
    case 'invalid_type':
      if (issue.input === undefined)
        return [
          { path, message: `"${String(path.at(-1) ?? 'value')}" is missing; it must be ${article(issue.expected)}` },
        ];
      return [{ path, message: `${where(path)}must be ${article(issue.expected)}, not ${show(issue.input)}` }];
    case 'invalid_union':
      // The member with the least wrong is the one that was meant.
      return (
        [...issue.errors]
          .sort((a, b) => wrongness(a) - wrongness(b))[0]
          ?.flatMap((inner) => toFaults({ ...inner, path: [...path, ...inner.path] } as Issue, judged)) ?? [
          { path, message: issue.message },
        ]
      );
    default:
      return [{ path, message: `${where(path)}${lowerFirst(issue.message)}` }];
  }
}

/** Keys that do not belong, or are missing, at the top tell more than anything inside. */
function wrongness(issues: readonly Issue[]): number {
  return issues.reduce((sum, issue) => {
    if (issue.code === 'unrecognized_keys' && issue.path.length === 0) return sum + 10 * issue.keys.length;
    return sum + (issue.code === 'invalid_type' && issue.input === undefined && issue.path.length === 1 ? 10 : 1);
  }, 0);
}

/** The keys a map at this path may have. */
function keysAt({ schema, value }: Judged, path: readonly PropertyKey[]): readonly string[] {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable || schema instanceof z.ZodDefault) {
    return keysAt({ schema: schema.def.innerType as z.ZodType, value }, path);
  }
  if (schema instanceof z.ZodUnion) {
    const ranked = (schema.options as readonly z.ZodType[]).map((option) => ({
      option,
      result: option.safeParse(value, { reportInput: true }),
    }));
    const [best] = ranked.sort(
      (a, b) => wrongness(a.result.error?.issues ?? []) - wrongness(b.result.error?.issues ?? []),
    );
    return best ? keysAt({ schema: best.option, value }, path) : [];
  }
  const [key, ...rest] = path;
  if (key === undefined) return schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
  const inner =
    schema instanceof z.ZodObject
      ? schema.shape[String(key)]
      : schema instanceof z.ZodArray
        ? schema.def.element
        : undefined;
  return inner ? keysAt({ schema: inner as z.ZodType, value: (value as Record<PropertyKey, unknown>)[key] }, rest) : [];
}

function where(path: readonly PropertyKey[]): string {
  const name = path.at(-1);
  return name === undefined ? '' : typeof name === 'number' ? `item ${name + 1} ` : `"${String(name)}" `;
}

function article(expected: string): string {
  return /^[aeiou]/.test(expected) ? `an ${expected}` : `a ${expected}`;
}

function show(input: unknown): string {
  const text = JSON.stringify(input) ?? String(input);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

function lowerFirst(message: string): string {
  return message.charAt(0).toLowerCase() + message.slice(1);
}
