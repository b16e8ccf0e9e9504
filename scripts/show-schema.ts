import type { z } from 'zod';

export type Schema = z.core.JSONSchema.BaseSchema;

interface Field {
  /** With the keys it stands below: `rules[].match`. */
  readonly name: string;
  readonly values: string;
  readonly isRequired: boolean;
  readonly meaning: string;
}

/** The fields of a JSON Schema's object as rows of a table, those of inner lists of objects included. */
export function listFields(schema: Schema, { prefix = '', defs = schema.$defs ?? {} } = {}): Field[] {
  return Object.entries(schema.properties ?? {}).flatMap(([key, value]) => {
    const field = value as Schema; // Only `true` and `false` are none, and zod writes neither here.
    const inner = field.type === 'array' ? (field.items as Schema) : null; // One schema for all, or none.
    const isRequired = schema.required?.includes(key) ?? false;
    const named = defs[field.$ref?.replace('#/$defs/', '') ?? ''] as Schema | undefined;
    const meaning = field.description ?? named?.description ?? '';
    const row = { name: `${prefix}${key}`, isRequired, meaning };
    if (!inner?.properties) return [{ ...row, values: showValues(field) }];
    return [{ ...row, values: 'a list' }, ...listFields(inner, { prefix: `${prefix}${key}[].`, defs })];
  });
}

/** What a JSON Schema allows, in the words of the documents. */
export function showValues(schema: Schema): string {
  if (schema.$ref) return schema.$ref === '#/$defs/Json' ? 'any JSON' : schema.$ref.replace('#/$defs/', '');
  if (schema.const !== undefined) return `\`${String(schema.const)}\``;
  if (schema.enum) return schema.enum.map((value) => `\`${String(value)}\``).join(', ');
  if (schema.anyOf) return schema.anyOf.map((option) => showValues(option as Schema)).join(', or ');
  switch (schema.type) {
    case 'array':
      if (schema.prefixItems)
        return `a pair: ${schema.prefixItems.map((item) => showValues(item as Schema)).join('; ')}`;
      return `a list: ${showValues(schema.items as Schema)}`;
    case 'object':
      return showObject(schema);
    case 'integer':
    case 'number':
      return showNumber(schema);
    case 'string':
      return 'text';
    case 'boolean':
      return '`true`, `false`';
    default:
      return 'any JSON';
  }
}

function showObject({ properties, additionalProperties, required = [] }: Schema): string {
  if (!properties) return `a map of ${showValues(additionalProperties as Schema)}`;
  const parts = Object.entries(properties).map(
    ([key, value]) => `\`${key}\`${required.includes(key) ? '' : '?'}: ${showValues(value as Schema)}`,
  );
  return `{ ${parts.join(', ')} }`;
}

function showNumber({ type, minimum, exclusiveMinimum, maximum }: Schema): string {
  const kind = type === 'integer' ? 'whole number' : 'number';
  const least = exclusiveMinimum === undefined ? minimum : `more than ${exclusiveMinimum}`;
  if (least === undefined) return kind;
  return maximum === undefined
    ? `${kind}, ${least} or more`.replace(/(more than \d+) or more/, '$1')
    : `${kind}, ${least} to ${maximum}`;
}

/** A Markdown table; bars within cells are escaped. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)].join('\n');
}
