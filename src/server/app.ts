import { type Context, Hono } from 'hono';
import { existsIn } from '../api/editions.ts';
import type { OperationId } from '../api/operations.ts';
import { operationPlans } from '../generated/operation-plans.ts';
import { type Answer, problem } from './answer.ts';
import { controlPath, serveControl } from './control/control.ts';
import { answerPreflight, corsHeaders } from './cors.ts';
import type { Engine } from './engine.ts';
import { answerUnmatched } from './fallback.ts';
import { fromWebRequest, type IncomingRequest } from './request.ts';
import { serveOperation } from './serve-operation.ts';
import { toWebResponse } from './web-transport.ts';

/** How a request came in and how its answer goes out, where that is not the web-standard way. */
export interface Door {
  readonly request: IncomingRequest;
  readonly deliver: (answer: Answer) => Response;
}

export type App = Hono<{ Bindings: { readonly door?: Door } }>;
type AppContext = Context<{ Bindings: { readonly door?: Door } }>;

interface Exchange {
  readonly request: IncomingRequest;
  readonly startMs: number;
  readonly operation: OperationId | null;
  chosen: { readonly scenario: string; readonly why: string } | null;
}

const plans = Object.entries(operationPlans) as [OperationId, (typeof operationPlans)[OperationId]][]; // Keys of the record are its ids.

/** The engine's one door to HTTP: a web-standard Hono app. */
export function createApp(engine: Engine): App {
  const app: App = new Hono();
  for (const [id, plan] of plans) {
    if (!existsIn(plan, engine.edition)) continue;
    app.on(plan.method, routePath(plan.path), (c) =>
      exchange(c, id, (request, note) =>
        // Hono answers HEAD with the GET route; FastAPI does not.
        request.method === plan.method
          ? serveOperation({ engine, id, plan, request, path: c.req.param(), note })
          : unmatched(request),
      ),
    );
  }
  app.all(`${controlPath}*`, (c) => exchange(c, null, (request) => serveControl(engine, request)));
  app.notFound((c) => exchange(c, null, (request) => answerPreflight(request, engine.corsRules) ?? unmatched(request)));
  app.onError((error, c) => {
    console.error(error);
    return exchange(c, null, () => problem(500, 'Internal Server Error'));
  });
  return app;

  function unmatched(request: IncomingRequest): Answer {
    return answerUnmatched(request, {
      plans: plans.map(([, plan]) => plan),
      edition: engine.edition,
      choices: engine.choices,
    });
  }

  function exchange(
    c: AppContext,
    operation: OperationId | null,
    answer: (
      request: IncomingRequest,
      note: (chosen: NonNullable<Exchange['chosen']>) => void,
    ) => Answer | Promise<Answer>,
  ): Response | Promise<Response> {
    const request = c.env?.door?.request ?? fromWebRequest(c.req.raw);
    const current: Exchange = { request, startMs: engine.wallClock.now(), operation, chosen: null };
    const answered = answer(request, (chosen) => {
      current.chosen = chosen;
    });
    return answered instanceof Promise
      ? answered.then((whole) => deliver(c, current, whole))
      : deliver(c, current, answered);
  }

  function deliver(c: AppContext, { request, startMs, operation, chosen }: Exchange, answer: Answer): Response {
    const isControl = request.path.startsWith(controlPath);
    // A preflight's answer brings its own, more precise headers.
    const cors = isControl || 'vary' in answer.headers ? null : corsHeaders(request, engine.corsRules);
    const whole = cors ? { ...answer, headers: { ...cors, ...answer.headers } } : answer;
    engine.onActivity?.({
      kind: 'request',
      method: request.method,
      path: request.path,
      status: answer.status,
      durationMs: engine.wallClock.now() - startMs,
      world: request.header('x-test-id'),
      operation,
      scenario: chosen?.scenario ?? null,
      why: chosen?.why ?? null,
    });
    return c.env?.door?.deliver(whole) ?? toWebResponse(whole, c.req.raw.signal);
  }
}

/** OpenAPI's placeholders as Hono writes them; an attachment's name may hold slashes. */
function routePath(path: string): string {
  return path.replace('{attachment_name}', ':attachment_name{.+}').replaceAll(/\{(\w+)\}/g, ':$1');
}
