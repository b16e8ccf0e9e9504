import { ChatMockError } from '../../runtime/errors.ts';
import { LimitError } from '../../runtime/limits.ts';
import { type Answer, controlError } from '../answer.ts';
import { countRefusal, type Engine } from '../engine.ts';
import { BodyStalledError, BodyTooLargeError } from '../read-body.ts';
import type { IncomingRequest } from '../request.ts';

/** Status of each error that an endpoint itself may answer with; any other code is a 400. */
export const errorStatuses: Readonly<Record<string, number>> = {
  bad_body: 400,
  bad_query: 400,
  bad_spec: 400,
  unknown_request: 404,
  unknown_scenario: 404,
  unknown_answer: 404,
  unknown_stream: 404,
  nobody_waits: 404,
  timeout: 408,
  clock_not_manual: 409,
  not_steerable: 409,
  not_kept: 410,
  queue_full: 429,
  worlds_full: 503,
  streams_full: 503,
  readers_full: 503,
  storage_full: 429,
  body_stalled: 408,
  log_failed: 503,
};

/** The answer to a request whose endpoint has thrown; throws what is not an error of the request. */
export function explain(engine: Engine, error: unknown, { hasLeft }: IncomingRequest): Answer {
  if (hasLeft) return controlError(408, 'timeout', 'The client has left.');
  if (error instanceof BodyTooLargeError) return controlError(413, 'body_too_large', `${error.message}.`);
  if (error instanceof BodyStalledError) {
    const answer = controlError(408, 'body_stalled', error.message);
    return { ...answer, headers: { ...answer.headers, connection: 'close' } };
  }
  if (!(error instanceof ChatMockError)) throw error;
  if (error instanceof LimitError) countRefusal(engine, error);
  return controlError(errorStatuses[error.code] ?? 400, error.code, error.message);
}
