import type { z } from 'zod';
import { type Finding, show } from '../check.ts';
import type { Exchange } from '../exchange.ts';
import { valueAt } from '../values.ts';

interface Judged {
  readonly value: unknown;
  readonly schema: z.ZodType;
  /** The frame of a stream it came in. */
  readonly frame?: { readonly number: number; readonly offset: number };
}

/** One finding for each place where a value does not fit its schema. */
export function schemaFindings(exchange: Exchange, { value, schema, frame }: Judged): Finding[] {
  const { error } = schema.safeParse(value);
  return (error?.issues ?? []).map((issue) => {
    const path = toPath(issue.path);
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
        : issue.errors.map((issues) => issues.map(({ message }) => message).join(', ')).join('; or ');
    default:
      return issue.message;
  }
}
