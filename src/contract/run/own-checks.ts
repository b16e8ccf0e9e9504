import { existsIn } from '../../api/editions.ts';
import { ChatMockError } from '../../runtime/errors.ts';
import { didYouMean } from '../../runtime/suggest.ts';
import { checks as builtIn } from '../checks/index.ts';
import { type Flow, rolesOf } from '../flow/flow.ts';
import type { Check } from '../verdict/check.ts';

const builtInChecks: ReadonlySet<Check> = new Set(builtIn);

/** Returns whether a check was given by the caller: no built-in flow can declare it. */
export function isOwn(check: Check): boolean {
  return !builtInChecks.has(check);
}

/** Returns whether a check of the caller can look at what a flow records: it has the roles that the check requires. */
export function suits({ requiredRoles = [] }: Check, flow: Flow): boolean {
  const roles = new Set(rolesOf(flow.steps));
  return requiredRoles.every((role) => roles.has(role));
}

/** Throws `usage` for a check of the caller that could never run, or would hide another. */
export function checkOwnChecks(checks: readonly Check[], flows: readonly Flow[]): void {
  const ids = checks.map(({ id }) => id);
  const roles = flows.flatMap(({ steps }) => rolesOf(steps));
  for (const [index, check] of checks.entries()) {
    if (!isOwn(check)) continue;
    const reject = (reason: string) => {
      throw new ChatMockError('usage', `Failed to read the check ${check.id}: ${reason}`);
    };
    if (ids.indexOf(check.id) !== index) reject('there is another check of this id. Give it an id of its own.');
    for (const id of [...(check.requires ?? []), ...(check.explainedBy ?? [])])
      if (!ids.includes(id)) reject(`it names the check "${id}", which does not exist${didYouMean(id, ids) || '.'}`);
    for (const role of check.requiredRoles ?? [])
      if (!roles.includes(role)) reject(`no flow has a step with the role "${role}"${didYouMean(role, roles) || '.'}`);
    if (!flows.some((flow) => suits(check, flow)))
      reject(`no flow has all the roles that it requires: ${check.requiredRoles?.join(', ')}.`);
  }
}

/** Explains why a check of the caller is inconclusive if no exchange of the run suited it; null for other checks. */
export function sayIdle(check: Check, edition: Parameters<typeof existsIn>[1]): string | null {
  if (!isOwn(check) || !existsIn(check, edition)) return null;
  return 'no exchange of this run is one that it applies to';
}
