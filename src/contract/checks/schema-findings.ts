import type { z } from 'zod';
import { valueAt } from '../flow/values.ts';
import type { Exchange } from '../record/exchange.ts';
import { type Finding, show } from '../verdict/check.ts';

interface Judged {
  readonly value: unknown;
  readonly schema: z.ZodType;
  /** The frame of the stream that contains the value. */
  readonly frame?: { readonly number: number; readonly offset: number };
}

/** So many items of a list are judged: a fault of one is often a fault of all, and each place costs memory. */
const SLICE_ITEMS = 1000;

/** One finding for each place where a value does not fit its schema; of long lists, up to the first part that does not. */
export function schemaFindings(exchange: Exchange, { value, schema, frame }: Judged): Finding[] {
  for (const { part, at } of slice(value)) {
    const { error } = schema.safeParse(part);
    if (!error) continue;
    return error.issues.flatMap(insideNullable).map((issue) => {
      const path = toPath(placeOf(issue.path, at));
      const where = frame ? `frame ${frame.number}, byte ${frame.offset}, ` : '';
      const actual = path === '$' ? value : valueAt(value, path);
      return {
        exchange: exchange.number,
        at: `${where}${path}`,
        expected: expectedOf(issue),
        actual: actual === undefined ? 'missing' : show(actual),
        ...(frame && { frame: frame.number }),
      };
    });
  }
  return [];
}

/** Where a part of a list stood in the whole. */
interface SlicePlace {
  readonly key: string;
  readonly start: number;
}

/** The value itself, or where one of its fields is a long list, the value with a part of the list after the other. */
function* slice(value: unknown): Generator<{ readonly part: unknown; readonly at: SlicePlace | null }> {
  const fields = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  const long = fields.find(([, field]) => Array.isArray(field) && field.length > SLICE_ITEMS);
  if (!long || Array.isArray(value)) {
    yield { part: value, at: null };
    return;
  }
  const [key, list] = long as [string, readonly unknown[]]; // Chosen as a list.
  for (let start = 0; start < list.length; start += SLICE_ITEMS)
    yield { part: { ...(value as object), [key]: list.slice(start, start + SLICE_ITEMS) }, at: { key, start } };
}

function placeOf(path: readonly PropertyKey[], at: SlicePlace | null): readonly PropertyKey[] {
  const [key, index, ...rest] = path;
  return at && key === at.key && typeof index === 'number' ? [key, index + at.start, ...rest] : path;
}

/** For a nullable model: the place inside the model, if the whole is not the problem. */
function insideNullable(issue: z.core.$ZodIssue): readonly z.core.$ZodIssue[] {
  if (issue.code !== 'invalid_union') return [issue];
  const [model, ...others] = issue.errors.filter((issues) => !issues.some(isNotNull));
  if (!model || others.length > 0 || model.some(({ path }) => path.length === 0)) return [issue];
  return model.flatMap((inner) => insideNullable({ ...inner, path: [...issue.path, ...inner.path] }));
}

function isNotNull(issue: z.core.$ZodIssue): boolean {
  return issue.code === 'invalid_type' && issue.expected === 'null' && issue.path.length === 0;
}

function toPath(path: readonly PropertyKey[]): string {
  return `$${path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`)).join('')}`;
}

function expectedOf(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.expected === 'nonoptional' ? 'a value, null included' : issue.expected;
    case 'invalid_value':
      return issue.values.map(String).join(' or ');
    case 'invalid_union':
      return 'options' in issue && Array.isArray(issue.options)
        ? `one of ${issue.options.map(String).join(', ')}`
        : issue.errors.map((issues) => issues.map(expectedOf).join(', ')).join(' or ');
    default:
      return issue.message;
  }
}
