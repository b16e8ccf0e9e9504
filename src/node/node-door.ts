import type { IncomingMessage, ServerResponse } from 'node:http';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import type { Answer } from '../server/answer.ts';
import type { Door } from '../server/app.ts';
import type { StreamTransport } from '../server/perform.ts';
import { announcesTooMuch, BodyBuffer, type BodyLimits, TooManyBytesError } from '../server/read-body.ts';
import type { IncomingRequest } from '../server/request.ts';
import type { Closing } from './closing.ts';
import { hasLeft, untilItsTurn, whenLeft } from './pipelining.ts';
import { SocketTransport, type Wiring } from './socket-transport.ts';

/** Reads from and answers on Node's own objects: no web stream, no `Headers`, nothing made that is not needed. */
export class NodeDoor implements Door {
  readonly request: IncomingRequest;
  readonly #outgoing: ServerResponse;
  readonly #house: House;

  constructor(incoming: IncomingMessage, outgoing: ServerResponse, house: House) {
    this.request = new NodeRequest(incoming, { outgoing, closing: house.closing });
    this.#outgoing = outgoing;
    this.#house = house;
  }

  deliver(answer: Answer): Response {
    return deliver(answer, this.#outgoing, this.#house);
  }
}

/** What all doors of a server share. */
interface House extends Wiring {
  /** The global Response is the adapter's own, which it writes without a detour. */
  readonly isLight: boolean;
}

interface Answering {
  readonly outgoing: ServerResponse;
  readonly closing: Closing;
}

/** A class, not an object of closures: one is made for each request. */
class NodeRequest implements IncomingRequest {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly #incoming: IncomingMessage;
  readonly #outgoing: ServerResponse;
  readonly #closing: Closing;

  constructor(incoming: IncomingMessage, { outgoing, closing }: Answering) {
    const target = pathOf(incoming.url ?? '/');
    const queryStart = target.indexOf('?');
    this.method = incoming.method ?? 'GET';
    this.path = queryStart === -1 ? target : target.slice(0, queryStart);
    this.query = queryStart === -1 ? '' : target.slice(queryStart + 1);
    this.#incoming = incoming;
    this.#outgoing = outgoing;
    this.#closing = closing;
  }

  get origin(): string {
    return `http://${this.#incoming.headers.host || 'localhost'}`;
  }

  get rawHeaders(): readonly string[] {
    return this.#incoming.rawHeaders;
  }

  header(name: string): string | null {
    const value = this.#incoming.headers[name];
    return value === undefined ? null : String(value);
  }

  async body(limits: BodyLimits): Promise<Uint8Array> {
    const bytes = await readBody(this.#incoming, limits);
    // What is pipelined is not begun before its turn: a client that leaves meanwhile has not asked for it.
    if (!this.#outgoing.socket) await untilItsTurn(this.#outgoing);
    return bytes;
  }

  get signal(): AbortSignal {
    const controller = new AbortController();
    if (this.hasLeft) controller.abort();
    else whenLeft(this.#outgoing, () => controller.abort());
    return controller.signal;
  }

  get hasLeft(): boolean {
    return hasLeft(this.#outgoing);
  }

  onClosing(callback: () => void): () => void {
    return this.#closing.watch(callback);
  }
}

/** A proxy's request names the whole URL. */
function pathOf(target: string): string {
  if (target.startsWith('/')) return target;
  const scheme = target.indexOf('://');
  if (scheme === -1) return target; // `*`: the server itself, which is no path.
  const start = target.indexOf('/', scheme + 3);
  return start === -1 ? '/' : target.slice(start);
}

function readBody(incoming: IncomingMessage, limits: BodyLimits): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const buffer = new BodyBuffer(limits);
    const add = (piece: Uint8Array) => {
      try {
        buffer.add(piece);
      } catch (error) {
        refuse(error);
      }
    };
    const refuse = (error: unknown) => {
      incoming.off('data', add);
      incoming.resume(); // The rest is read and dropped, so that the client gets to read the refusal.
      reject(error);
    };
    incoming.on('data', add);
    incoming.once('end', () => resolve(buffer.take()));
    incoming.once('error', reject);
    if (announcesTooMuch(incoming.headers['content-length'], limits)) refuse(new TooManyBytesError(limits));
  });
}

function deliver(answer: Answer, outgoing: ServerResponse, house: House): Response {
  if (hasLeft(outgoing)) {
    // The client left before the answer: a turn must still learn that nobody listens.
    if ('perform' in answer) answer.perform(deadTransport);
    return RESPONSE_ALREADY_SENT;
  }
  if ('perform' in answer) {
    if (answer.status !== null) outgoing.writeHead(answer.status, answer.headers);
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
  outgoing.writeHead(status, headers);
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
