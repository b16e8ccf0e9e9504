import { type Context, Hono } from 'hono';
import { existsIn } from '../api/editions.ts';
import type { OperationId } from '../api/operations.ts';
import { createValidator } from '../api/validation/validate.ts';
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
  deliver(answer: Answer): Response;
}

export type App = Hono<{ Bindings: { readonly door?: Door } }>;
type AppContext = Context<{ Bindings: { readonly door?: Door } }>;

/** One request on its way to its answer. A class: one is made for each request. */
class Exchange {
  readonly c: AppContext;
  readonly request: IncomingRequest;
  readonly operation: OperationId | null;
  readonly startMs: number;
  chosen: { readonly scenario: string; readonly why: string } | null = null;

  constructor(c: AppContext, operation: OperationId | null, engine: Engine) {
    this.c = c;
    this.request = c.env?.door?.request ?? fromWebRequest(c.req.raw);
    this.operation = operation;
    this.startMs = engine.onActivity ? engine.wallClock.now() : 0;
  }
}

const NO_PARAMETERS: Readonly<Record<string, string>> = {};

const plans = Object.entries(operationPlans) as [OperationId, (typeof operationPlans)[OperationId]][]; // Keys of the record are its ids.

/** The engine's one door to HTTP: a web-standard Hono app. */
export function createApp(engine: Engine): App {
  const app: App = new Hono();
  for (const [id, plan] of plans) {
    if (!existsIn(plan, engine.edition)) continue;
    const hasParameters = plan.path.includes('{');
    const validate = createValidator(plan, engine.edition);
    app.on(plan.method, routePath(plan.path), (c): Response | Promise<Response> => {
      const exchange = new Exchange(c, id, engine);
      // Hono answers HEAD with the GET route; FastAPI does not.
      if (exchange.request.method !== plan.method) return deliver(exchange, unmatched(exchange.request));
      const path: Readonly<Record<string, string>> = hasParameters ? c.req.param() : NO_PARAMETERS;
      const answer = serveOperation({ engine, id, plan, path, validate, exchange });
      return answer instanceof Promise ? answer.then((whole) => deliver(exchange, whole)) : deliver(exchange, answer);
    });
  }
  app.all(`${controlPath}*`, async (c) => {
    const exchange = new Exchange(c, null, engine);
    return deliver(exchange, await serveControl(engine, exchange.request));
  });
  app.notFound((c) => {
    const exchange = new Exchange(c, null, engine);
    return deliver(exchange, answerPreflight(exchange.request, engine.corsRules) ?? unmatched(exchange.request));
  });
  app.onError((error, c) => {
    console.error(error);
    return deliver(new Exchange(c, null, engine), problem(500, 'Internal Server Error'));
  });
  return app;

  function unmatched(request: IncomingRequest): Answer {
    return answerUnmatched(request, {
      plans: plans.map(([, plan]) => plan),
      edition: engine.edition,
      choices: engine.choices,
    });
  }

  function deliver({ c, request, startMs, operation, chosen }: Exchange, answer: Answer): Response {
    const whole = withCors(request, answer);
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

  function withCors(request: IncomingRequest, answer: Answer): Answer {
    // A preflight's answer brings its own, more precise headers; the control API is for no page but its own.
    if ('vary' in answer.headers || request.path.startsWith(controlPath)) return answer;
    const cors = corsHeaders(request, engine.corsRules);
    return cors ? { ...answer, headers: { ...cors, ...answer.headers } } : answer;
  }
}

/** OpenAPI's placeholders as Hono writes them; an attachment's name may hold slashes. */
function routePath(path: string): string {
  return path.replace('{attachment_name}', ':attachment_name{.+}').replaceAll(/\{(\w+)\}/g, ':$1');
}
