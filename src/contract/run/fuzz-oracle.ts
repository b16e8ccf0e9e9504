import type { Edition } from '../../api/editions.ts';
import { ChatMockError } from '../../runtime/errors.ts';

/** Returns the places that a body's schema objects to, down to the field; none where it accepts the body. */
export type Oracle = (body: unknown) => readonly (readonly string[])[];

/**
 * Loads the judge of random bodies: the published schema of an operation's body and a JSON Schema library of others, so
 * that no mistake of a server's own validator is borrowed. Throws ChatMockError `missing_package`.
 */
export async function loadOracle(edition: Edition, operation: string): Promise<Oracle> {
  const { requestSchemas } = await import('../generated/request-schemas.ts');
  const schema = requestSchemas[edition][operation];
  if (!schema) throw new Error(`No request schema of ${operation} was generated for edition ${edition}.`);
  const { Validator } = await loadValidator();
  // Field by field: what a union of types reports is not a place that a person would name.
  const fields = Object.entries(schema.properties).map(([name, inner]) => ({
    name,
    isRequired: schema.required?.includes(name) ?? false,
    validator: new Validator(inner, '2020-12'),
  }));
  return (body) => {
    if (typeof body !== 'object' || body === null || Array.isArray(body)) return [['body']];
    return fields
      .filter(({ name, isRequired, validator }) =>
        Object.hasOwn(body, name) ? !validator.validate(Reflect.get(body, name)).valid : isRequired,
      )
      .map(({ name }) => ['body', name]);
  };
}

async function loadValidator(): Promise<typeof import('@cfworker/json-schema')> {
  try {
    return await import('@cfworker/json-schema');
  } catch (error) {
    throw missingPackage('@cfworker/json-schema', error);
  }
}

/** An optional package that only `--fuzz` needs is not installed. */
export function missingPackage(name: string, cause: unknown): ChatMockError {
  return new ChatMockError(
    'missing_package',
    `Failed to fuzz: the package ${name} is not installed. Run npm install --save-dev fast-check @cfworker/json-schema.`,
    { cause },
  );
}
