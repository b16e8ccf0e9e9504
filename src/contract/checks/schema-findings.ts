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

/** One finding for each place where a value does not fit its schema. */
export function schemaFindings(exchange: Exchange, { value, schema, frame }: Judged): Finding[] {
  const { error } = schema.safeParse(value);
  return (error?.issues ?? []).flatMap(insideNullable).map((issue) => {
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
