import { z } from 'zod';
import { type ChoiceRow, type Choices, choiceRows, type Span } from './choices.ts';

/** What a choices file may hold: any of the rows, each within what its row allows; other names are errors. */
export const ChoicesFile = z.strictObject(
  Object.fromEntries(
    Object.entries<ChoiceRow<unknown>>(choiceRows).map(([name, row]) => [
      name,
      toSchema(row).meta({ description: row.reason, default: row.default }).optional(),
    ]),
  ),
) as unknown as z.ZodType<Partial<Choices>>; // Made row by row from the table whose types these are.

function toSchema({ allowed }: ChoiceRow<unknown>): z.ZodType {
  if (Array.isArray(allowed)) return toEnum(allowed);
  return spanSchema(allowed as Span); // What is no list is a span.
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
    case 'integer': {
      const integer = z.int().min(span.min).max(span.max);
      return span.orNull ? integer.nullable() : integer;
    }
    case 'text': {
      // Settings become headers and JSON: one line, nothing that would end it.
      const text = z
        .string()
        .max(span.maxLength)
        .regex(/^[^\r\n\0]*$/, 'must be one line');
      return span.orNull ? text.nullable() : text;
    }
  }
}
