import { z } from 'zod';
import { type ChoiceRow, type Choices, choiceRows, type Span } from './choices.ts';
import { HeaderValue } from './headers.ts';

const rows = Object.fromEntries(
  Object.entries<ChoiceRow<unknown>>(choiceRows).map(([name, row]) => [
    name,
    toSchema(row).meta({ description: row.reason, default: row.default }).optional(),
  ]),
);

/** The choices, each within what its row allows; other names are errors. */
export const ChoicesFile = z.strictObject(rows) as unknown as z.ZodType<Partial<Choices>>; // Made row by row from the table whose types these are.

/** What `verify --learn` saw beside the choices, for `--check` to compare with. */
export const Observed = z
  .strictObject({
    edition: z.string(),
    checks: z.record(z.string(), z.string()).describe('The verdict of each check.'),
    behaviour: z.record(z.string(), z.unknown()).describe('What the server does where the contract leaves it free.'),
    shapes: z
      .record(z.string(), z.array(z.string()))
      .describe('By operation: every path in its answers, and its type.'),
  })
  .describe('Written by verify --learn and read by verify --check; a mock ignores it.');
/** What `verify --learn` saw beside the choices. */
export type Observed = z.infer<typeof Observed>;

/** What a choices file may hold: any of the choices, and what `verify` has observed. */
export const ChoicesDocument = z.strictObject({
  ...rows,
  observed: Observed.optional(),
}) as unknown as z.ZodType<Partial<Choices> & { readonly observed?: Observed }>; // As above.

function toSchema({ allowed }: ChoiceRow<unknown>): z.ZodType {
  if (Array.isArray(allowed)) return toEnum(allowed);
  return spanSchema(allowed as Span); // What is not a list is a span.
}

function toEnum(allowed: readonly unknown[]): z.ZodType {
  if (allowed.every((value) => typeof value === 'string')) return z.enum(allowed as readonly string[]);
  if (allowed.every((value) => typeof value === 'boolean')) return z.boolean();
  return z.literal(allowed as (string | number | boolean | null)[]);
}

function spanSchema(span: Span): z.ZodType {
  switch (span.type) {
    case 'texts':
      return z.array(z.string().min(1)).length(span.length);
    case 'integer':
      return orNull(span, z.int().min(span.min).max(span.max));
    case 'text':
      // A comment line of the stream may hold it: nothing that would end the line.
      return orNull(
        span,
        z
          .string()
          .max(span.maxLength)
          .regex(/^[^\r\n\0]*$/, 'must be one line'),
      );
    case 'header':
      return orNull(span, HeaderValue.max(span.maxLength));
  }
}

function orNull({ orNull }: { readonly orNull?: true }, schema: z.ZodType): z.ZodType {
  return orNull ? schema.nullable() : schema;
}
