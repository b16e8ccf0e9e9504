import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2';
import type { App } from '../server/app.ts';
import { isOwnPath } from '../server/own-paths.ts';
import type { Closing } from './closing.ts';
import { createDeliveryWatch } from './delivery.ts';
import { createNodeListener } from './node-listener.ts';
import { locate } from './node-request.ts';
import { hasLeft } from './pipelining.ts';

/**
 * Answers a request of a server of your own: `node:http`, Connect, Express, Vite or a page of Next.js. Hands on to
 * `next` what is no path of the API; without `next` that is a 404. Settles once the answer is out, or its client gone.
 */
export type NodeHandler = (
  request: IncomingMessage | Http2ServerRequest,
  response: ServerResponse | Http2ServerResponse,
  next?: (error?: unknown) => void,
) => Promise<void>;

/** A handler for an app whose streams end when `closing` begins. */
export function createNodeHandler(
  app: App,
  { closing, basePath }: { readonly closing: Closing; readonly basePath: string },
): NodeHandler {
  const house = { isLight: false, untilDelivered: createDeliveryWatch(), closing, basePath };
  const listener = createNodeListener(app, house);
  return async (request, response, next) => {
    const { path, basePath: base } = locate(request as IncomingMessage, basePath); // Only what both have is read.
    const isOwn = base !== null && (basePath !== '' || isOwnPath(path));
    if (next && !isOwn) return next();
    const outgoing = response as ServerResponse;
    const over = hasLeft(outgoing) ? null : new Promise<void>((resolve) => outgoing.once('close', resolve));
    await listener(request, response);
    await over;
  };
}
