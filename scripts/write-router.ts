import { buildInitParams, serializeInitParams } from 'hono/router/reg-exp-router';
import { planOperations } from '../src/api/plan-operations.ts';
import { controlRoute, routePath } from '../src/server/routes.ts';
import { writeIfChanged } from './write-if-changed.ts';

/** Writes the router's expression for all routes of all editions. New objects each time: a router keeps its handlers in them. */
export async function writeRouter(file: URL, header: string): Promise<void> {
  const paths = Object.values(planOperations()).map(routePath);
  const parameters = serializeInitParams(buildInitParams({ paths: [...new Set(paths), controlRoute] }));
  await writeIfChanged(
    file,
    `${header}import { PreparedRegExpRouter } from 'hono/router/reg-exp-router';

type Parameters<T> = ConstructorParameters<typeof PreparedRegExpRouter<T>>;

export function createRouter<T>(): PreparedRegExpRouter<T> {
  return new PreparedRegExpRouter(...(${parameters} as unknown as Parameters<T>));
}
`,
  );
}
