import type { OperationPlan } from '../api/plan.ts';

/** The path prefix of the control API. */
export const controlPath = '/__mock/';
/** The route that matches the whole control API. */
export const controlRoute = `${controlPath}*`;

/** OpenAPI's placeholders as Hono writes them; the greedy one matches slashes, too. */
export function routePath({ path, greedy }: Pick<OperationPlan, 'path' | 'greedy'>): string {
  return path.replaceAll(/\{(\w+)\}/g, (_, name) => (name === greedy ? `:${name}{.+}` : `:${name}`));
}
