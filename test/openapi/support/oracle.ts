import { randomUUID } from 'node:crypto';
import { registerSchema as registerSchema31, validate as validate31 } from '@hyperjump/json-schema/openapi-3-1';
import { registerSchema as registerSchema32, validate as validate32 } from '@hyperjump/json-schema/openapi-3-2';
import type { SpecVersion } from '../../../src/openapi/index.ts';
import type { JsonObject } from '../../../src/openapi/json.ts';

const validators = {
  '3.1': { registerSchema: registerSchema31, validate: validate31 },
  '3.2': { registerSchema: registerSchema32, validate: validate32 },
};

/** A validator that knows an emitted document only, as JSON Schema in the document's own dialect. */
export interface Oracle {
  /** Whether the value is one of the schema at these names in the document. */
  accepts(schema: readonly string[], value: unknown): Promise<boolean>;
}

export function createOracle(document: JsonObject, spec: SpecVersion): Oracle {
  // Not a counter: the library remembers all documents of a worker, and this module begins anew with each test file.
  const uri = `https://chat-mock.test/openapi/${randomUUID()}`;
  const { registerSchema, validate } = validators[spec];
  // A copy: the library keeps what it is given, and takes any JSON for a schema.
  registerSchema(structuredClone(document) as never, uri, `https://spec.openapis.org/oas/${spec}/schema-base`);
  const compiled = new Map<string, Promise<(value: unknown) => boolean>>();
  return {
    accepts: async (schema, value) => {
      const pointer = schema
        .map((name) => encodeURIComponent(name.replaceAll('~', '~0').replaceAll('/', '~1')))
        .join('/');
      const known =
        compiled.get(pointer) ??
        validate(`${uri}#/${pointer}`).then((judge) => (one: unknown) => judge(one as never).valid);
      compiled.set(pointer, known);
      return (await known)(value);
    },
  };
}

/** Whether a document is one by the specification's own schema. */
export async function isOpenApi(document: JsonObject, spec: SpecVersion): Promise<boolean> {
  const { valid } = await validators[spec].validate(
    `https://spec.openapis.org/oas/${spec}/schema-base`,
    structuredClone(document) as never,
  );
  return valid;
}
