import { type OperationId, operations } from '../../api/operations.ts';

/** An operation, and the session that a request names; null where it names none. */
export interface Addressed {
  readonly operation: OperationId;
  readonly sessionId: string | null;
}

const routes = Object.entries(operations).map(([id, { method, path }]) => ({
  operation: id as OperationId, // A key of the table.
  method: method.toUpperCase(),
  pattern: new RegExp(`^${path.replaceAll(/\{(\w+)\}/g, (_, name) => `(?<${name}>[^/]+)`)}$`),
}));

/** Finds the operation that a request is for, by its method and its target; null if it is none of the API. */
export function findOperation({
  method,
  target,
}: {
  readonly method: string;
  readonly target: string;
}): Addressed | null {
  const path = target.replace(/[?#].*$/s, '');
  for (const route of routes) {
    if (route.method !== method.toUpperCase()) continue;
    const match = route.pattern.exec(path);
    if (!match) continue;
    const id = match.groups?.['session_id'];
    return { operation: route.operation, sessionId: id === undefined ? null : decode(id) };
  }
  return null;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // Not properly encoded: the id is what stands there.
  }
}
