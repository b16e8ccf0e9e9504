import { errorAnswer, INVALID_REQUEST, type WholeAnswer } from '../answer.ts';
import { InvalidArgumentError, NotSupportedError } from './errors.ts';
import type { Hop } from './hop.ts';

/** Why Node's `fetch` does not send a request with these headers, which its connection sets itself; null: it does. */
export function refuseUnsendable(headers: Headers): Error | null {
  for (const name of ['transfer-encoding', 'keep-alive', 'upgrade']) {
    if (headers.has(name)) return new InvalidArgumentError(`invalid ${name} header`);
  }
  const connection = headers.get('connection');
  if (connection !== null && !/^(?:close|keep-alive)$/i.test(connection)) {
    return new InvalidArgumentError('invalid connection header');
  }
  const length = headers.get('content-length');
  if (length !== null && Number.isNaN(Number.parseInt(length, 10))) {
    return new InvalidArgumentError('invalid content-length header');
  }
  return headers.has('expect') ? new NotSupportedError('expect header not supported') : null;
}

/** Methods that Node's parser knows and `fetch` sends. */
const methods = new Set(
  'ACL BIND CHECKOUT COPY DELETE GET HEAD LINK LOCK M-SEARCH MERGE MKACTIVITY MKCALENDAR MKCOL MOVE NOTIFY OPTIONS PATCH POST PROPFIND PROPPATCH PURGE PUT QUERY REBIND REPORT SEARCH SOURCE SUBSCRIBE UNBIND UNLINK UNLOCK UNSUBSCRIBE'.split(
    ' ',
  ),
);

/** The answer to a request that a server on a socket would not get as far as to read; null: it would. */
export function refuseUnreadable({ method }: Hop): WholeAnswer | null {
  return methods.has(method) ? null : errorAnswer(400, INVALID_REQUEST);
}
