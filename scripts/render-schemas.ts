import { z } from 'zod';
import { ChoicesDocument } from '../src/api/choices-schema.ts';
import { FlowFile } from '../src/contract/flow/flow.ts';
import { WaiverFile } from '../src/contract/verdict/waivers.ts';
import { IndexFixture, SessionFixture } from '../src/scenario/fixture-schema.ts';
import { Scenario } from '../src/scenario/schema.ts';

/** The files people write, by the name of the schema their editor reads. */
const formats = {
  scenario: { title: 'A scenario of chat-mock', schema: Scenario },
  session: { title: 'A session that exists at the start', schema: SessionFixture },
  indexes: { title: 'The indexes that exist at the start', schema: z.array(IndexFixture) },
  choices: { title: 'Settings for what the API leaves open', schema: ChoicesDocument },
  flows: { title: 'Flows of the contract: what is sent, and what is saved', schema: FlowFile },
  waivers: { title: 'Failures that are known and expected for a while', schema: WaiverFile },
} as const;
type Format = keyof typeof formats;

export const formatNames = Object.keys(formats) as Format[]; // The keys of the table.

/** The JSON Schemas (draft 2020-12) of the file formats, by file name. What only the meaning of a file shows, `scenario check` tells. */
export function renderSchemas(): Readonly<Record<string, string>> {
  return Object.fromEntries(formatNames.map((name) => [`${name}.json`, renderSchema(name)]));
}

export function renderSchema(name: Format): string {
  const { title, schema } = formats[name];
  const { $schema, ...rest } = toJsonSchema(schema);
  const $comment = 'Made by `npm run generate:documents`; never edited.';
  // The comment belongs on the first line, where a person who opens the file sees it.
  return `${JSON.stringify({ $comment, $schema, title, ...rest }, null, 2).replace('{\n  ', '{ ')}\n`;
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
