import { editions } from '../src/api/editions.ts';
import { buildDocument } from '../src/openapi/index.ts';
import { type JsonObject, objectAt, resolve } from '../src/openapi/json.ts';
import { writeIfChanged } from './write-if-changed.ts';

/** The JSON Schemas of the request bodies, out of the published documents: what `verify --fuzz` judges random bodies by. */
export async function writeRequestSchemas(file: URL, header: string): Promise<void> {
  const schemas = editions.map((edition) => [edition, bodySchemas(buildDocument({ edition, spec: '3.1' }))]);
  const text = JSON.stringify(Object.fromEntries(schemas));
  if (text.includes('"$ref"')) throw new Error('Failed to write the request schemas: one refers to another schema.');
  await writeIfChanged(
    file,
    `${header}import type { Edition } from '../../api/editions.ts';

interface BodySchema {
  readonly properties: Readonly<Record<string, object>>;
  readonly required?: readonly string[];
}

/** By edition and operation. */
export const requestSchemas = JSON.parse(${JSON.stringify(text)}) as Readonly<
  Record<Edition, Readonly<Record<string, BodySchema>>>
>;
`,
  );
}

function bodySchemas(document: JsonObject): JsonObject {
  const operations = Object.values(objectAt(document, 'paths')).flatMap((path) => Object.values(objectAt(path)));
  const entries = operations.flatMap((operation) => {
    const { operationId, requestBody } = objectAt(operation);
    const { schema } = objectAt(requestBody, 'content', 'application/json');
    return typeof operationId === 'string' && schema !== undefined ? [[operationId, resolve(document, schema)]] : [];
  });
  return Object.fromEntries(entries);
}
