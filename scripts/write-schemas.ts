import { mkdir, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { ChoicesFile } from '../src/api/choices-schema.ts';
import { IndexFixture, SessionFixture } from '../src/scenario/fixture-schema.ts';
import { Scenario } from '../src/scenario/schema.ts';

/** The files people write, by the name of the schema their editor reads. */
const formats = {
  scenario: { title: 'A scenario of chat-mock', schema: Scenario },
  session: { title: 'A session that exists at the start', schema: SessionFixture },
  indexes: { title: 'The indexes that exist at the start', schema: z.array(IndexFixture) },
  choices: { title: 'Settings for what the API leaves open', schema: ChoicesFile },
} as const;
type Format = keyof typeof formats;

export const formatNames = Object.keys(formats) as Format[]; // The keys of the table.

/** The JSON Schema (draft 2020-12) of a file format. What only the meaning of a file shows, `scenario check` tells. */
export function renderSchema(name: Format): string {
  const { title, schema } = formats[name];
  const { $schema, ...rest } = toJsonSchema(schema);
  return `${JSON.stringify({ $schema, $comment: 'Made by `npm run generate`; never edited.', title, ...rest }, null, 2)}\n`;
}

export async function writeSchemas(): Promise<void> {
  const directory = new URL('../schemas/', import.meta.url);
  await mkdir(directory, { recursive: true });
  for (const name of formatNames) await writeFile(new URL(`${name}.json`, directory), renderSchema(name));
}

/** What people may write where the schema judges. */
export function toJsonSchema(schema: z.ZodType): z.core.JSONSchema.BaseSchema {
  return z.toJSONSchema(schema, { io: 'input', override: ({ jsonSchema }) => trim(jsonSchema) });
}

/** Bounds and types that say only what JSON numbers and keys are anyway. */
function trim(schema: z.core.JSONSchema.BaseSchema): void {
  if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum;
  if (schema.minimum === Number.MIN_SAFE_INTEGER) delete schema.minimum;
  if (JSON.stringify(schema.propertyNames) === '{"type":"string"}') delete schema.propertyNames;
}
