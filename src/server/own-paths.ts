import { operationPlans } from '../generated/operation-plans.ts';
import { controlPath } from './routes.ts';

/** The beginnings of all API paths: each path up to its first placeholder. */
export const apiRoots: ReadonlySet<string> = new Set(
  Object.values(operationPlans).map(({ path }) => path.replace(/\/\{.*$/, '')),
);

/** Returns whether a path belongs to the API (even without an operation) or to the control API. */
export function isOwnPath(path: string): boolean {
  return path.startsWith(controlPath) || [...apiRoots].some((root) => path === root || path.startsWith(`${root}/`));
}
