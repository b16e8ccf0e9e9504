import type { OperationId } from '../api/operations.ts';
import type { OperationPlan } from '../api/plan.ts';
import { type Answer, json, problem } from './answer.ts';
import type { Engine } from './engine.ts';
import type { Exchange } from './exchange.ts';
import { refuse } from './fastapi/auth.ts';
import { type BodyReading, readBody } from './fastapi/read-body.ts';
import type { createValidator } from './fastapi/validate.ts';
import { answerFaulty, delay } from './faulty-answer.ts';
import type { Call, Handler } from './handler.ts';
import { handlers } from './handlers/index.ts';
import { findIntervention, type Intervention } from './intervene.ts';
import { BodyTooLargeError, bodyLimits } from './read-body.ts';

/** A request whose operation is known. */
export interface Served {
  readonly engine: Engine;
  readonly id: OperationId;
  readonly plan: OperationPlan;
  readonly validate: ReturnType<typeof createValidator>;
  readonly path: Readonly<Record<string, string>>;
  readonly exchange: Exchange;
}

/** FastAPI's order: the body is read and parsed, then the key is looked at, then everything is validated at once. */
export function serveOperation(served: Served): Answer | Promise<Answer> {
  return served.plan.body === null ? intervene(served) : serveWithBody(served);
}

async function serveWithBody(served: Served): Promise<Answer> {
  const { exchange } = served;
  try {
    exchange.body = await exchange.request.body(bodyLimits);
  } catch (error) {
    if (!(error instanceof BodyTooLargeError)) {
      // The client left in mid-body; what it asked for is noted all the same.
      exchange.answered(null);
      throw error;
    }
    return problem(413, `Request body ${error.excess}`);
  }
  return intervene(served);
}

/** What a test has in store for the request comes first, then the service itself. */
function intervene(served: Served): Answer | Promise<Answer> {
  const { engine, id, exchange } = served;
  const { request, sessionId, body, world } = exchange;
  const found = findIntervention(engine, world, { request, operation: id, sessionId, body });
  if ('refusal' in found) return found.refusal;
  const { intervention, delayMs } = found;
  if (!intervention && delayMs === 0) return judge(served, null);
  // A queued answer is taken before anything is waited for: else the next request would find it too.
  const waiting = delay({ delay_ms: delayMs }, exchange);
  return waiting ? waiting.then(() => answerWith(served, intervention)) : answerWith(served, intervention);
}

function answerWith(served: Served, intervention: Intervention | null): Answer | Promise<Answer> {
  const { engine, id, exchange } = served;
  // A turn that is scripted happens only where the request is good; then its handler takes it.
  if (!intervention || (id === 'streamMessages' && intervention.script.status === undefined))
    return judge(served, intervention);
  intervention.take();
  exchange.chosen = intervention;
  return answerFaulty(intervention.script, { engine, exchange, answer: () => judge(served, null) });
}

function judge(
  { engine, id, path, validate, exchange }: Served,
  intervention: Intervention | null,
): Answer | Promise<Answer> {
  const { request, world } = exchange;
  const body = readGivenBody(exchange, engine);
  if (body.kind === 'refused') return json(body.status, body.body);
  const refusal = refuse(request, engine);
  if (refusal) return refusal;
  const valid = validate({ query: request.query, body });
  if (!valid.ok) return json(422, valid.body);
  const project = engine.choices.project_isolation ? String(valid.query['project_id'] ?? '') : null;
  const call = { engine, world, request, path, query: valid.query, body: valid.body, project, exchange, intervention };
  // The plan that judged the request was made from the same table as the handler's types.
  return (handlers[id] as Handler<OperationId>)(call as unknown as Call<OperationId>);
}

const NO_BODY = { kind: 'none' } as const satisfies BodyReading;

function readGivenBody({ request, body }: Exchange, { edition }: Engine): BodyReading {
  return body === null ? NO_BODY : readBody({ contentType: request.header('content-type'), bytes: body, edition });
}
