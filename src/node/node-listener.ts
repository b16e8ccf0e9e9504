import type { IncomingMessage, ServerResponse } from 'node:http';
import { getRequestListener, RequestError } from '@hono/node-server';
import type { App } from '../server/app.ts';
import { INVALID_REQUEST } from '../server/unreadable.ts';
import { type House, NodeDoor } from './node-door.ts';

/** Answers requests of Node's servers with an app. */
export function createNodeListener(app: App, house: House) {
  return getRequestListener(
    // What comes over HTTP/2 has the same members, as far as they are used.
    (request, env) =>
      app.fetch(request, {
        door: new NodeDoor(env.incoming as IncomingMessage, env.outgoing as ServerResponse, house),
      }),
    // HTTP/1.0 need not name a host.
    { overrideGlobalObjects: house.isLight, hostname: 'localhost', errorHandler: answerFailure },
  );
}

/** What the adapter cannot make a request of; anything else was told where it happened. */
function answerFailure(error: unknown): Response {
  return error instanceof RequestError
    ? Response.json({ detail: INVALID_REQUEST }, { status: 400 })
    : new Response(null, { status: 500 });
}
