import type { IncomingMessage, ServerResponse } from 'node:http';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import type { Answer } from '../server/answer.ts';
import type { Door } from '../server/app.ts';
import { BodyTooLargeError, type IncomingRequest, joinBytes } from '../server/request.ts';
import { createSocketTransport } from './socket-transport.ts';

/** Reads from and answers on Node's own objects: no web stream, no `Headers`, nothing made that is not needed. */
export function createNodeDoor(incoming: IncomingMessage, outgoing: ServerResponse): Door {
  return { request: fromNodeRequest(incoming), deliver: (answer) => deliver(answer, outgoing) };
}

function fromNodeRequest(incoming: IncomingMessage): IncomingRequest {
  const target = pathOf(incoming.url ?? '/');
  const queryStart = target.indexOf('?');
  return {
    method: incoming.method ?? 'GET',
    path: queryStart === -1 ? target : target.slice(0, queryStart),
    query: queryStart === -1 ? '' : target.slice(queryStart + 1),
    get origin() {
      return `http://${incoming.headers.host ?? 'localhost'}`;
    },
    header: (name) => {
      const value = incoming.headers[name];
      return value === undefined ? null : String(value);
    },
    body: (limitBytes) => readBody(incoming, limitBytes),
  };
}

/** A proxy's request names the whole URL. */
function pathOf(target: string): string {
  if (target.startsWith('/')) return target;
  const start = target.indexOf('/', target.indexOf('://') + 3);
  return start === -1 ? '/' : target.slice(start);
}

function readBody(incoming: IncomingMessage, limitBytes: number): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const chunks: Uint8Array[] = [];
    let sizeBytes = 0;
    incoming.on('data', (chunk: Uint8Array) => {
      sizeBytes += chunk.byteLength;
      // What is beyond the limit is read and forgotten, so that the client gets to read the refusal.
      if (sizeBytes <= limitBytes) chunks.push(chunk);
      else reject(new BodyTooLargeError());
    });
    incoming.once('end', () => resolve(joinBytes(chunks, sizeBytes)));
    incoming.once('error', reject);
  });
}

function deliver(answer: Answer, outgoing: ServerResponse): Response {
  if (outgoing.destroyed) {
    // The client left before the answer: a turn must still learn that nobody listens.
    if ('perform' in answer) answer.perform(deadTransport);
    return RESPONSE_ALREADY_SENT;
  }
  if ('perform' in answer) {
    outgoing.writeHead(answer.status, answer.headers);
    answer.perform(createSocketTransport(outgoing));
    return RESPONSE_ALREADY_SENT;
  }
  const { body } = answer;
  const length = typeof body === 'string' ? Buffer.byteLength(body) : (body?.byteLength ?? 0);
  const headers: Record<string, string | number> = answer.headers;
  if (answer.status !== 204) headers['content-length'] = length;
  outgoing.writeHead(answer.status, headers);
  outgoing.end(body ?? undefined);
  return RESPONSE_ALREADY_SENT;
}

const deadTransport = {
  write: () => false,
  flush: () => {},
  end: () => {},
  onReady: () => {},
  onClose: (callback: () => void) => callback(),
};
