import { type Context, Hono } from 'hono';
import { existsIn } from '../api/editions.ts';
import type { OperationId } from '../api/operations.ts';
import { operationPlans } from '../generated/operation-plans.ts';
import { createRouter } from '../generated/router.ts';
import { LimitError } from '../runtime/limits.ts';
import { type Answer, errorAnswer, type WholeAnswer } from './answer.ts';
import { serveControl } from './control/control.ts';
import { leadToPage } from './control/lead-to-page.ts';
import { answerPreflight, withCors } from './cors.ts';
import { createRoute } from './create-route.ts';
import { countRefusal, type Engine } from './engine.ts';
import { Exchange } from './exchange.ts';
import { answerUnmatched } from './fastapi/fallback.ts';
import { LogError } from './inputs.ts';
import { type IncomingRequest, worldName } from './request.ts';
import { controlRoute, routePath } from './routes.ts';
import { decide, serveOperation } from './serve-operation.ts';

/** The way in for a request and the way out for its answer. */
export interface Door {
  readonly request: IncomingRequest;
  deliver(answer: Answer): Response;
}

/** The Hono app; the binding `door` brings each request and takes its answer. */
export type App = Hono<{ Bindings: { readonly door: Door } }>;
type AppContext = Context<{ Bindings: { readonly door: Door } }>;

/** A path that no route has. */
const NOWHERE = '/';
const plans = Object.entries(operationPlans) as [OperationId, (typeof operationPlans)[OperationId]][]; // Keys of the record are its ids.

/** The engine's one door to HTTP: a web-standard Hono app. */
export function createApp(engine: Engine): App {
  // A prepared router: Hono would spend some 8 ms of the first request on building one from the routes.
  const app: App = new Hono({ getPath: sentPath, router: createRouter() });
  for (const [id, plan] of plans) {
    if (!existsIn(plan, engine.edition)) continue;
    const hasParameters = plan.path.includes('{');
    const route = createRoute(id, engine.edition);
    app.on(plan.method, routePath(plan), (c): Response | Promise<Response> => {
      const request = requestOf(c);
      const exchange = new Exchange(engine, { request, route, ...(hasParameters && { path: c.req.param() }) });
      // Hono answers HEAD with the GET route; FastAPI does not.
      if (request.method !== plan.method) return deliver(c, exchange, decide(exchange, unmatched(request)));
      const answer = serveOperation(exchange);
      return answer instanceof Promise
        ? answer.then((whole) => deliver(c, exchange, whole))
        : deliver(c, exchange, answer);
    });
  }
  app.all(controlRoute, async (c) => {
    const request = requestOf(c);
    return c.env.door.deliver(await serveControl(engine, request));
  });
  app.notFound((c) => {
    const request = requestOf(c);
    const outside = request.basePath === null ? errorAnswer(404, 'Not Found') : null;
    const answer =
      outside ?? answerPreflight(request, engine.corsRules) ?? leadToPage(engine, request) ?? unmatched(request);
    const exchange = new Exchange(engine, { request, route: null });
    return deliver(c, exchange, decide(exchange, answer));
  });
  app.onError((error, c) => {
    const request = requestOf(c);
    if (request.hasLeft) throw error; // A caller that gives up is not an error.
    // In no journal: a replay knows nothing of it.
    if (error instanceof LogError) return c.env.door.deliver(errorAnswer(503, error.message));
    if (error instanceof LimitError) {
      const { status, limit, message } = countRefusal(engine, error);
      const world = limit === 'maxWorlds' ? engine.worlds.outside(worldName(request)) : null;
      return deliver(c, new Exchange(engine, { request, route: null, world }), errorAnswer(status, message));
    }
    engine.onError(error);
    return deliver(c, new Exchange(engine, { request, route: null }), errorAnswer(500, 'Internal Server Error'));
  });
  return app;

  function unmatched(request: IncomingRequest): WholeAnswer {
    return answerUnmatched(request, {
      plans: plans.map(([, plan]) => plan),
      edition: engine.edition,
      choices: engine.choices,
    });
  }

  function deliver(c: AppContext, exchange: Exchange, answer: Answer): Response {
    const dressed = withCors(answer, exchange.request, engine.corsRules);
    if (!('perform' in dressed)) {
      exchange.answered(answer.status, dressed);
      return c.env.door.deliver(dressed);
    }
    const perform: typeof dressed.perform = (transport) => {
      exchange.answered(answer.status, answer.status === null ? null : { headers: dressed.headers, body: null });
      dressed.perform(transport);
    };
    try {
      return c.env.door.deliver({ ...dressed, perform });
    } catch (error) {
      dressed.fail?.();
      engine.onError(error);
      return deliver(c, exchange, errorAnswer(500, 'Internal Server Error'));
    }
  }
}

/** The path that routes are matched with: as it was sent. A URL parser would resolve an id such as `..`. */
function sentPath(_: Request, { env }: { readonly env?: { readonly door: Door } } = {}): string {
  const { path = NOWHERE, basePath = null } = env?.door.request ?? {};
  return basePath === null ? NOWHERE : path;
}

function requestOf(c: AppContext): IncomingRequest {
  return c.env.door.request;
}
