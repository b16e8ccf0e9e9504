import type { OperationId } from '../api/operations.ts';
import type { OperationPlan } from '../api/plan.ts';
import { type BodyReading, readBody } from '../api/validation/read-body.ts';
import type { createValidator } from '../api/validation/validate.ts';
import { type Answer, json, problem } from './answer.ts';
import { refuse } from './auth.ts';
import type { Engine } from './engine.ts';
import type { Call, Handler } from './handler.ts';
import { handlers } from './handlers/index.ts';
import { BodyTooLargeError } from './request.ts';
import { worldName } from './world-name.ts';

export interface Served {
  readonly engine: Engine;
  readonly id: OperationId;
  readonly plan: OperationPlan;
  readonly validate: ReturnType<typeof createValidator>;
  readonly path: Readonly<Record<string, string>>;
  readonly exchange: Call<OperationId>['exchange'];
}

const BODY_LIMIT_BYTES = 1024 * 1024;
const NO_BODY = { kind: 'none' } as const satisfies BodyReading;

/** FastAPI's order: the body is read and parsed, then the key is looked at, then everything is validated at once. */
export function serveOperation(served: Served): Answer | Promise<Answer> {
  return served.plan.body === null ? judge(served, NO_BODY) : serveWithBody(served);
}

async function serveWithBody(served: Served): Promise<Answer> {
  const { engine, exchange } = served;
  const { request } = exchange;
  let bytes: Uint8Array;
  try {
    bytes = await request.body(BODY_LIMIT_BYTES);
  } catch (error) {
    if (!(error instanceof BodyTooLargeError)) throw error;
    return problem(413, `Request body is larger than ${BODY_LIMIT_BYTES} bytes`, { connection: 'close' });
  }
  const body = readBody({ contentType: request.header('content-type'), bytes, edition: engine.edition });
  return body.kind === 'refused' ? json(body.status, body.body) : judge(served, body);
}

function judge(
  { engine, id, path, validate, exchange }: Served,
  body: Exclude<BodyReading, { kind: 'refused' }>,
): Answer | Promise<Answer> {
  const { request } = exchange;
  const refusal = refuse(request, engine);
  if (refusal) return refusal;
  const valid = validate({ query: request.query, body });
  if (!valid.ok) return json(422, valid.body);
  const project = engine.choices.project_isolation ? String(valid.query['project_id'] ?? '') : null;
  const call = {
    engine,
    world: engine.worlds.get(worldName(request)),
    request,
    path,
    query: valid.query,
    body: valid.body,
    project,
    exchange,
  };
  // The plan that judged the request was made from the same table as the handler's types.
  return (handlers[id] as Handler<OperationId>)(call as unknown as Call<OperationId>);
}
