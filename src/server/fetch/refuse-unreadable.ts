import { problem, type WholeAnswer } from '../answer.ts';
import { INVALID_REQUEST } from '../unreadable.ts';
import type { Hop } from './hop.ts';

/** Methods that Node's parser knows and `fetch` sends. */
const methods = new Set(
  'ACL BIND CHECKOUT COPY DELETE GET HEAD LINK LOCK M-SEARCH MERGE MKACTIVITY MKCALENDAR MKCOL MOVE NOTIFY OPTIONS PATCH POST PROPFIND PROPPATCH PURGE PUT QUERY REBIND REPORT SEARCH SOURCE SUBSCRIBE UNBIND UNLINK UNLOCK UNSUBSCRIBE'.split(
    ' ',
  ),
);

/** The answer to a request that a server on a socket would not get as far as to read; null: it would. */
export function refuseUnreadable({ method }: Hop): WholeAnswer | null {
  return methods.has(method) ? null : problem(400, INVALID_REQUEST);
}
