import { extendZodWithOpenApi, type ZodOpenAPIMetadata, zodToOpenAPIRegistry } from '@asteasolutions/zod-to-openapi';
import { z } from 'zod';

extendZodWithOpenApi(z);

/** Metadata of a schema; also keywords that zod-to-openapi passes through without knowing them. */
export type Description = Partial<ZodOpenAPIMetadata>;

/** zod-to-openapi's type knows no `const`; its generator passes it through. */
export const keywords = (known: object): Description => known as Description;

/** Describes a field in place. */
export function field<S extends z.ZodType>(schema: S, description: string, ...examples: readonly unknown[]): S {
  return schema.openapi(keywords({ description, ...(examples.length > 0 ? { examples } : {}) })) as S;
}

/** Names a schema: it becomes a component of the OpenAPI document. */
export function model<S extends z.ZodType>(name: string, schema: S, description: string, example?: unknown): S {
  return schema.openapi(
    name,
    keywords({ description, ...(example === undefined ? {} : { examples: [example] }) }),
  ) as S;
}

/** The description of a schema. */
export function descriptionOf(schema: z.ZodType): string {
  return zodToOpenAPIRegistry.get(schema)?.description ?? '';
}

/** The discriminator of an event: a constant that is always sent. */
export function tag<const T extends string>(value: T) {
  return z
    .literal(value)
    .openapi(keywords({ type: 'string', const: value, default: value, description: `Always \`${value}\`.` }));
}
