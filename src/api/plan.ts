import type { Lifetime } from './editions.ts';

/**
 * A zod request schema as plain data: what the validation interpreter needs to judge a value as Pydantic
 * does. Generated from the models (`npm run generate:modules`), so that serving never has to load zod.
 */
export type Plan =
  | { readonly kind: 'string'; readonly maxLength?: number }
  | { readonly kind: 'integer' }
  | { readonly kind: 'boolean' }
  | { readonly kind: 'uuid' }
  | { readonly kind: 'literal'; readonly values: readonly string[] }
  | { readonly kind: 'list'; readonly item: Plan; readonly minItems?: number; readonly maxItems?: number }
  | { readonly kind: 'nullable'; readonly inner: Plan }
  | { readonly kind: 'object'; readonly fields: readonly FieldPlan[] };

/** A key of an object, or a parameter. Left out and not required: the value is `fallback`, or null. */
export interface FieldPlan extends Lifetime {
  readonly name: string;
  readonly required: boolean;
  readonly plan: Plan;
  readonly fallback?: string | number | boolean;
}

/** One operation as the server needs it: where it is, and what its requests must look like. */
export interface OperationPlan extends Lifetime {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** With `{name}` placeholders, as in OpenAPI. */
  readonly path: string;
  /** The status of a success and what it holds. */
  readonly success: { readonly kind: 'json' | 'stream' | 'empty'; readonly status: number };
  /** The path parameter that may hold slashes. */
  readonly greedy?: string;
  readonly query: readonly FieldPlan[];
  readonly body: { readonly required: boolean; readonly plan: Plan } | null;
}
