import type { Edition } from '../api/editions.ts';
import type { OperationId } from '../api/operations.ts';
import { operationPlans } from '../generated/operation-plans.ts';
import type { Route } from './exchange.ts';
import { createValidator } from './fastapi/validate.ts';

/** Creates the route of an operation, as an edition has it. */
export function createRoute(id: OperationId, edition: Edition): Route {
  const plan = operationPlans[id];
  return { id, plan, validate: createValidator(plan, edition) };
}
