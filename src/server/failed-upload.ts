import { errorAnswer, type WholeAnswer } from './answer.ts';
import { BodyStalledError, BodyTooLargeError } from './read-body.ts';

/** The answer to a request whose body cannot be read; null if its client has left. */
export function explainUpload(error: unknown): WholeAnswer | null {
  if (error instanceof BodyStalledError) return errorAnswer(408, error.message, { connection: 'close' });
  return error instanceof BodyTooLargeError ? errorAnswer(413, `Request body ${error.excess}`) : null;
}
