import type { IncomingMessage, ServerResponse } from 'node:http';
import type { App } from '../server/app.ts';
import type { Capacity } from '../server/engine.ts';
import { isOwnPath } from '../server/own-paths.ts';
import type { Closing } from './closing.ts';
import { createHouse } from './house.ts';
import { createNodeListener } from './node-listener.ts';
import { locate } from './node-request.ts';
import { hasLeft } from './pipelining.ts';

/** `IncomingMessage` of `node:http`, or `Http2ServerRequest`; not by name, because a page has no types of Node. */
interface RequestOfNode {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  readonly httpVersionMajor: number;
}

/** `ServerResponse` of `node:http`, or `Http2ServerResponse`. */
interface ResponseOfNode {
  readonly headersSent: boolean;
  writeHead(status: number): unknown;
}

/**
 * Answers a request of a server of your own: `node:http`, Connect, Express, Vite or a page of Next.js. Calls `next` for
 * paths outside the API; without `next` they get a 404. Resolves when the answer was sent or the client has
 * disconnected.
 */
export type NodeHandler = (
  request: RequestOfNode,
  response: ResponseOfNode,
  next?: (error?: unknown) => void,
) => Promise<void>;

/** A handler for an app whose streams end when `closing` begins. */
export function createNodeHandler(
  app: App,
  {
    closing,
    basePath,
    capacity,
  }: { readonly closing: Closing; readonly basePath: string; readonly capacity: Capacity },
): NodeHandler {
  const house = createHouse({ isLight: false, closing, basePath, capacity });
  const listener = createNodeListener(app, house);
  return async (request, response, next) => {
    // The one or the other, of which only what both have is used.
    const [incoming, outgoing] = [request as IncomingMessage, response as ServerResponse];
    const { path, basePath: base } = locate(incoming, basePath);
    const isOwn = base !== null && (basePath !== '' || isOwnPath(path));
    if (next && !isOwn) return next();
    const over = hasLeft(outgoing) ? null : new Promise<void>((resolve) => outgoing.once('close', resolve));
    await listener(incoming, outgoing);
    await over;
  };
}
