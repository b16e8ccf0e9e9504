import { operationPlans } from '../generated/operation-plans.ts';
import { controlPath } from './routes.ts';

/** Where paths of the API begin: what stands before the first placeholder of each. */
export const apiRoots: ReadonlySet<string> = new Set(
  Object.values(operationPlans).map(({ path }) => path.replace(/\/\{.*$/, '')),
);

/** Whether a path is of the API, even one that no operation has, or of the control API. */
export function isOwnPath(path: string): boolean {
  return path.startsWith(controlPath) || [...apiRoots].some((root) => path === root || path.startsWith(`${root}/`));
}
