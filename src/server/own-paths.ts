import { operationPlans } from '../generated/operation-plans.ts';
import { controlPath } from './routes.ts';

/** Where paths of the API begin: what stands before the first placeholder of each. */
const roots = new Set(Object.values(operationPlans).map(({ path }) => path.replace(/\/\{.*$/, '')));

/** Whether a path is of the API, even one that no operation has, or of the control API. */
export function isOwnPath(path: string): boolean {
  return path.startsWith(controlPath) || [...roots].some((root) => path === root || path.startsWith(`${root}/`));
}
