import type { IncomingMessage, ServerResponse } from 'node:http';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import type { Answer } from '../server/answer.ts';
import type { Door } from '../server/app.ts';
import type { StreamTransport } from '../server/performance.ts';
import type { IncomingRequest } from '../server/request.ts';
import type { House } from './house.ts';
import { headersFor } from './http2-stream.ts';
import { NodeRequest } from './node-request.ts';
import { hasLeft } from './pipelining.ts';
import { SocketTransport } from './socket-transport.ts';

/** Reads from and answers on Node's own objects: no web stream, no `Headers`, nothing made that is not needed. */
export class NodeDoor implements Door {
  readonly request: IncomingRequest;
  readonly #outgoing: ServerResponse;
  readonly #house: House;

  constructor(incoming: IncomingMessage, outgoing: ServerResponse, house: House) {
    this.request = new NodeRequest(incoming, { outgoing, ...house });
    this.#outgoing = outgoing;
    this.#house = house;
  }

  deliver(answer: Answer): Response {
    return deliver(answer, this.#outgoing, this.#house);
  }
}

function deliver(answer: Answer, outgoing: ServerResponse, house: House): Response {
  if (hasLeft(outgoing)) {
    // The client left before the answer: a turn must still learn that nobody listens.
    if ('perform' in answer) answer.perform(deadTransport);
    return RESPONSE_ALREADY_SENT;
  }
  if ('perform' in answer) {
    if (answer.status !== null) outgoing.writeHead(answer.status, headersFor(outgoing, answer.headers));
    answer.perform(new SocketTransport(outgoing, house));
    return RESPONSE_ALREADY_SENT;
  }
  const { body, status, headers: given } = answer;
  const isHead = outgoing.req.method === 'HEAD';
  // The cast: bytes of an answer are never shared memory, which is all the narrower type asks.
  if (house.isLight && !isHead)
    return new Response(body as string | Uint8Array<ArrayBuffer> | null, { status, headers: given });
  const length = typeof body === 'string' ? Buffer.byteLength(body) : (body?.byteLength ?? 0);
  // What HEAD asks for without a body is a stream: its length is not 0, but unknown.
  const hasLength = status !== 204 && !(isHead && body === null);
  const headers: Record<string, string> = { ...given, ...(hasLength && { 'content-length': String(length) }) };
  if (house.isLight) return new Response(null, { status, headers });
  outgoing.writeHead(status, headersFor(outgoing, headers));
  outgoing.end(body ?? undefined);
  return RESPONSE_ALREADY_SENT;
}

const deadTransport: StreamTransport = {
  gapMs: 0,
  write: () => false,
  flush: () => {},
  end: () => {},
  onReady: () => {},
  onClose: (callback: () => void) => callback(),
};
