import type { OperationId } from '../api/operations.ts';
import { LimitError } from '../runtime/limits.ts';
import type { InlineScenario } from '../scenario/schema.ts';
import { type Answer, errorAnswer, json, type WholeAnswer } from './answer.ts';
import { countRefusal } from './engine.ts';
import type { Exchange, Route } from './exchange.ts';
import { explainUpload } from './failed-upload.ts';
import { judgeKey, refuse } from './fastapi/auth.ts';
import { type BodyReading, readBody } from './fastapi/read-body.ts';
import { afterDelay, answerScripted, answersItself, decorate } from './faulty-answer.ts';
import type { Call, Handler } from './handler.ts';
import { handlers } from './handlers/index.ts';
import { findIntervention } from './intervene.ts';
import { bodyLimits } from './read-body.ts';

/** FastAPI's order: the body is read and parsed, then the key is looked at, then everything is validated at once. */
export function serveOperation(exchange: Exchange<Route>): Answer | Promise<Answer> {
  const { engine, route } = exchange;
  return route.plan.body === null ? engine.inputs.request(exchange, intervene) : serveWithBody(exchange);
}

async function serveWithBody(exchange: Exchange<Route>): Promise<Answer> {
  try {
    exchange.sent = await exchange.request.body(bodyLimits);
  } catch (error) {
    const answer = explainUpload(error);
    if (answer) return decide(exchange, answer);
    // The client left during its upload; the journal still records the request.
    exchange.decided = { answer };
    exchange.engine.inputs.request(exchange, () => exchange.answered(null, null));
    throw error;
  }
  return exchange.engine.inputs.request(exchange, intervene);
}

/** Answers a request that never comes to an operation. */
export function decide<Decided extends WholeAnswer>(exchange: Exchange, answer: Decided): Decided {
  exchange.decided = { answer };
  return exchange.engine.inputs.request(exchange, () => answer);
}

/** Answers a request whose body was read. An intervention of a test comes before the operation itself. */
export function intervene(exchange: Exchange<Route>): Answer | Promise<Answer> {
  const found = findIntervention(exchange);
  if ('refusal' in found) return found.refusal;
  exchange.intervention = found.intervention;
  exchange.spend = found.spend;
  const { delayMs, headers } = found;
  if (headers) return answerLimited(exchange, { delayMs, headers });
  return !exchange.intervention && delayMs === 0 ? handle(exchange) : answerAfter(delayMs, exchange);
}

async function answerLimited(
  exchange: Exchange<Route>,
  { delayMs, headers }: { readonly delayMs: number; readonly headers: Readonly<Record<string, string>> },
): Promise<Answer> {
  return decorate(await answerAfter(delayMs, exchange), { script: { headers }, exchange });
}

function answerAfter(delayMs: number, exchange: Exchange<Route>): Answer | Promise<Answer> {
  // A queued answer has no such delay: it is taken before any wait, or the next request would find it, too.
  return afterDelay({ delay_ms: delayMs }, { exchange, go: () => answerWith(exchange) });
}

function answerWith(exchange: Exchange<Route>): Answer | Promise<Answer> {
  const { intervention, route } = exchange;
  // A scripted turn needs a valid request, so the handler of the operation performs it.
  if (!intervention || (route.plan.success.kind === 'stream' && intervention.script.status === undefined))
    return handle(exchange);
  intervention.take();
  exchange.chosen = intervention;
  exchange.intervention = null;
  const { script } = intervention;
  return answersItself(script) ? answerScripted(script, exchange) : answerDecorated(script, exchange);
}

async function answerDecorated(script: InlineScenario, exchange: Exchange<Route>): Promise<Answer> {
  return decorate(await afterDelay(script, { exchange, go: () => handle(exchange) }), { script, exchange });
}

function handle(exchange: Exchange<Route>): Answer | Promise<Answer> {
  const { engine, request, route } = exchange;
  const body = readGivenBody(exchange);
  if (body.kind === 'refused') return json(body.status, body.body);
  const refusal = refuse(judgeCaller(exchange), engine.choices);
  if (refusal) return refusal;
  const valid = route.validate({ query: request.query, body });
  if (!valid.ok) return json(422, valid.body);
  exchange.query = valid.query;
  exchange.body = valid.body;
  exchange.project = engine.choices.project_isolation ? String(valid.query['project_id'] ?? '') : null;
  // The plan that judged the request was made from the same table as the handler's types.
  const call = exchange as unknown as Call<OperationId>;
  try {
    const answer = (handlers[route.id] as Handler<OperationId>)(call);
    return answer instanceof Promise ? answer.catch((error) => refuseBeyond(exchange, error)) : answer;
  } catch (error) {
    return refuseBeyond(exchange, error);
  }
}

/** The answer where a limit is reached; throws every other error. */
function refuseBeyond({ engine }: Exchange, error: unknown): Answer {
  if (!(error instanceof LimitError)) throw error;
  const { status, message } = countRefusal(engine, error);
  return errorAnswer(status, message);
}

/** What its input says of the key of a request, or what its key says. */
export function judgeCaller({ key, request, engine }: Exchange): NonNullable<Exchange['key']> {
  return key ?? judgeKey(request, engine);
}

const NO_BODY = { kind: 'none' } as const satisfies BodyReading;

function readGivenBody({ request, sent, engine: { edition } }: Exchange): BodyReading {
  return sent === null ? NO_BODY : readBody({ contentType: request.header('content-type'), bytes: sent, edition });
}
