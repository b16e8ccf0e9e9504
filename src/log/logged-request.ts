import type { IncomingRequest } from '../server/request.ts';
import type { KnownSecrets } from '../world/known-secrets.ts';
import { redactBody, redactHeader, redactPath, redactQuery } from '../world/redact.ts';
import { readBody, toHeaders } from '../world/request-record.ts';
import type { RequestInput } from './entry.ts';

const encoder = new TextEncoder();

/** A request as its input has it. `origin` is what came, for as long as its client is there. */
export class LoggedRequest implements IncomingRequest {
  readonly method: string;
  readonly path: string;
  readonly basePath: string | null;
  readonly query: string;
  readonly origin: string;
  readonly rawHeaders: readonly string[];
  readonly isRemote = false;
  readonly isDraining = false;
  /** What an input says of the client; a client that is there is asked itself. */
  left: boolean;
  readonly #live: IncomingRequest | null;
  readonly #input: RequestInput;
  #headers: Readonly<Record<string, string>> | undefined;

  constructor(input: RequestInput, live: IncomingRequest | null = null) {
    this.method = input.method;
    this.path = input.path;
    this.basePath = input.base;
    this.query = input.query;
    this.origin = input.origin;
    this.rawHeaders = input.headers;
    this.left = input.left;
    this.#live = live;
    this.#input = input;
  }

  header(name: string): string | null {
    this.#headers ??= toHeaders(this.rawHeaders);
    return this.#headers[name] ?? null;
  }

  async body(): Promise<Uint8Array> {
    return this.sent ?? new Uint8Array(0);
  }

  /** The body; null if there is none. */
  get sent(): Uint8Array | null {
    const { body } = this.#input;
    if (body === null) return null;
    return typeof body === 'string' ? encoder.encode(body) : Buffer.from(body.base64, 'base64');
  }

  get signal(): AbortSignal {
    return this.#live?.signal ?? new AbortController().signal;
  }

  get hasLeft(): boolean {
    return this.#live?.hasLeft ?? this.left;
  }

  onClosing(callback: () => void): () => void {
    return this.#live?.onClosing?.(callback) ?? (() => {});
  }
}

/** What an input says of a request, without secrets. */
export function describeRequest(
  { method, path, basePath, query, origin, rawHeaders }: IncomingRequest,
  { sent, secrets }: { readonly sent: Uint8Array | null; readonly secrets: KnownSecrets },
): Pick<RequestInput, 'method' | 'path' | 'base' | 'query' | 'origin' | 'headers' | 'body'> {
  const headers = rawHeaders.map((text, index) =>
    index % 2 === 0 ? text : redactHeader(String(rawHeaders[index - 1]), text, secrets),
  );
  return {
    ...{ method, path: redactPath(path, secrets), base: basePath, query: redactQuery(query, secrets), origin, headers },
    body: sent && describeBody(sent, secrets),
  };
}

/** A body as it was sent; written anew only if something in it is secret. */
function describeBody(sent: Uint8Array, secrets: KnownSecrets): RequestInput['body'] {
  const value = readBody(sent);
  const shown = redactBody(value, secrets);
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(sent);
  if (JSON.stringify(shown) !== JSON.stringify(value)) {
    return typeof shown === 'string' && typeof value === 'string' ? shown : JSON.stringify(shown);
  }
  const isText = Buffer.from(text).equals(sent);
  return isText ? text : { base64: Buffer.from(sent).toString('base64') };
}
