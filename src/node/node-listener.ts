import type { IncomingMessage, ServerResponse } from 'node:http';
import { getRequestListener, RequestError } from '@hono/node-server';
import { INVALID_REQUEST } from '../server/answer.ts';
import type { App } from '../server/app.ts';
import type { House } from './house.ts';
import { NodeDoor } from './node-door.ts';

/** Answers requests of Node's servers with an app. */
export function createNodeListener(app: App, house: House) {
  return getRequestListener(
    // What comes over HTTP/2 has the same members, as far as they are used.
    (request, env) => {
      const incoming = env.incoming as IncomingMessage;
      if (hasTwoHosts(incoming)) return invalidRequest({ connection: 'close' });
      return app.fetch(request, { door: new NodeDoor(incoming, env.outgoing as ServerResponse, house) });
    },
    {
      overrideGlobalObjects: house.isLight,
      // HTTP/1.0 need not name a host.
      hostname: 'localhost',
      errorHandler: answerFailure,
      // The adapter closes a connection whose refused upload takes longer than 500 ms, and the client loses the
      // answer. Node itself drops what still comes, for `requestTimeout` (5 minutes) at most.
      autoCleanupIncoming: false,
    },
  );
}

/** Input that the adapter cannot turn into a request; other errors were reported where they occurred. */
function answerFailure(error: unknown): Response {
  return error instanceof RequestError ? invalidRequest() : new Response(null, { status: 500 });
}

function invalidRequest(headers: Record<string, string> = {}): Response {
  return Response.json({ detail: INVALID_REQUEST }, { status: 400, headers });
}

/** RFC 9112, section 3.2: more than one Host is a 400, since a proxy may have checked the other one. Node keeps the first. */
function hasTwoHosts({ rawHeaders }: IncomingMessage): boolean {
  let hosts = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] ?? '';
    if (name.length === 4 && name.toLowerCase() === 'host') hosts += 1;
  }
  return hosts > 1;
}
