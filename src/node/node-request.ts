import type { IncomingMessage, ServerResponse } from 'node:http';
import { clearTimeout, setTimeout } from 'node:timers'; // Not the global ones, which a test may fake.
import { belowBase } from '../server/base-path.ts';
import { isLoopbackHost } from '../server/cors.ts';
import {
  announcesTooMuch,
  BodyBuffer,
  type BodyLimits,
  BodyStalledError,
  TooManyBytesError,
} from '../server/read-body.ts';
import type { IncomingRequest } from '../server/request.ts';
import type { Closing } from './closing.ts';
import { hasLeft, untilItsTurn, whenLeft } from './pipelining.ts';
import { SmallPieces } from './small-pieces.ts';

interface Answering {
  readonly outgoing: ServerResponse;
  readonly closing: Closing;
  readonly basePath: string;
  /** How long the client may pause within its body. */
  readonly uploadIdleMs: number;
}

/** A request of Node's server, or of one that speaks HTTP/2. A class, not an object of closures: one is made for each. */
export class NodeRequest implements IncomingRequest {
  readonly method: string;
  readonly path: string;
  readonly basePath: string | null;
  readonly query: string;
  readonly #incoming: IncomingMessage;
  readonly #outgoing: ServerResponse;
  readonly #closing: Closing;
  readonly #uploadIdleMs: number;

  constructor(incoming: IncomingMessage, { outgoing, closing, basePath, uploadIdleMs }: Answering) {
    const target = pathOf(incoming.url ?? '/');
    const queryStart = target.indexOf('?');
    const place = locate(incoming, basePath);
    this.method = incoming.method ?? 'GET';
    this.path = place.path;
    this.basePath = place.basePath;
    this.query = queryStart === -1 ? '' : target.slice(queryStart + 1);
    this.#incoming = incoming;
    this.#outgoing = outgoing;
    this.#closing = closing;
    this.#uploadIdleMs = uploadIdleMs;
  }

  get origin(): string {
    const { headers, socket } = this.#incoming;
    const scheme = 'encrypted' in socket ? 'https' : 'http';
    return `${scheme}://${headers.host || headers[':authority'] || 'localhost'}`;
  }

  get rawHeaders(): readonly string[] {
    const { rawHeaders, httpVersionMajor } = this.#incoming;
    // HTTP/2 has the method and the path among the headers.
    return httpVersionMajor < 2
      ? rawHeaders
      : rawHeaders.filter((_, at) => !rawHeaders[at - (at % 2)]?.startsWith(':'));
  }

  header(name: string): string | null {
    const value = this.#incoming.headers[name];
    return value === undefined ? null : String(value);
  }

  async body(limits: BodyLimits): Promise<Uint8Array> {
    const bytes =
      parsedBody(this.#incoming) ?? (await readBody(this.#incoming, { limits, idleMs: this.#uploadIdleMs }));
    // What is pipelined is not begun before its turn: a client that leaves meanwhile has not asked for it.
    if (!this.#outgoing.socket) await untilItsTurn(this.#outgoing);
    return bytes;
  }

  get isRemote(): boolean {
    const { remoteAddress } = this.#incoming.socket;
    return remoteAddress !== undefined && !isLoopbackHost(remoteAddress.replace(/^::ffff:/, ''));
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

  get isDraining(): boolean {
    return this.#closing.isDraining;
  }

  onClosing(callback: () => void): () => void {
    return this.#closing.watch(callback);
  }
}

/** Splits the path of a request into the base path and what follows it; `basePath` is null if the path is outside of it. */
export function locate(
  incoming: IncomingMessage,
  basePath: string,
): { readonly path: string; readonly basePath: string | null } {
  const path = withoutQuery(pathOf(incoming.url ?? '/'));
  const below = belowBase(basePath, path);
  if (below !== null) return { path: below, basePath: mountOf(incoming) + basePath };
  // A router may have taken more off the path than this server wants.
  const whole = withoutQuery(originalUrlOf(incoming) ?? path);
  const belowWhole = belowBase(basePath, whole);
  return belowWhole === null ? { path: whole, basePath: null } : { path: belowWhole, basePath };
}

/** The path below which a router has mounted this server, as Express tells; '' for none. */
function mountOf(incoming: IncomingMessage): string {
  const { url = '/' } = incoming;
  const original = originalUrlOf(incoming);
  return original?.endsWith(url) ? original.slice(0, -url.length) : '';
}

function originalUrlOf(incoming: IncomingMessage): string | null {
  const { originalUrl } = incoming as IncomingMessage & { readonly originalUrl?: unknown };
  return typeof originalUrl === 'string' ? originalUrl : null;
}

function withoutQuery(target: string): string {
  const start = target.indexOf('?');
  return start === -1 ? target : target.slice(0, start);
}

/** A proxy's request names the whole URL. */
function pathOf(target: string): string {
  if (target.startsWith('/')) return target;
  const scheme = target.indexOf('://');
  if (scheme === -1) return target; // `*`: the server itself, which is not a path.
  const start = target.indexOf('/', scheme + 3);
  return start === -1 ? '/' : target.slice(start);
}

/** What a parser that ran before has made of the body, as its bytes; null: it is still to be read. */
function parsedBody(incoming: IncomingMessage): Uint8Array | null {
  if (!incoming.readableEnded) return null;
  const { body } = incoming as IncomingMessage & { readonly body?: unknown };
  if (body instanceof Uint8Array) return body;
  return Buffer.from(typeof body === 'string' ? body : (JSON.stringify(body) ?? ''));
}

function readBody(
  incoming: IncomingMessage,
  { limits, idleMs }: { readonly limits: BodyLimits; readonly idleMs: number },
): Promise<Uint8Array> {
  return new Promise((settle, fail) => {
    const timer = setTimeout(() => refuse(new BodyStalledError(idleMs)), idleMs);
    const resolve = (bytes: Uint8Array) => {
      clearTimeout(timer);
      settle(bytes);
    };
    const reject = (error: unknown) => {
      clearTimeout(timer);
      fail(error);
    };
    const buffer = new BodyBuffer(limits);
    const smallPieces = new SmallPieces(incoming);
    let isRefused = false;
    const refuse = (error: unknown) => {
      isRefused = true; // The rest is read and dropped, so that the client gets to read the refusal.
      reject(error);
    };
    incoming.on('data', (piece: Uint8Array) => {
      smallPieces.count();
      if (isRefused) return;
      timer.refresh();
      try {
        buffer.add(piece);
      } catch (error) {
        refuse(error);
      }
    });
    incoming.once('end', () => resolve(buffer.take()));
    incoming.once('error', reject);
    if (announcesTooMuch(incoming.headers['content-length'], limits)) refuse(new TooManyBytesError(limits));
  });
}
