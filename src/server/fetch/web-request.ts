import { belowBase } from '../base-path.ts';
import type { BodyLimits } from '../read-body.ts';
import type { IncomingRequest } from '../request.ts';
import type { Hop } from './hop.ts';

/** A web-standard request as the server reads it. */
export class WebRequest implements IncomingRequest {
  readonly signal: AbortSignal;
  readonly path: string;
  readonly basePath: string | null;
  readonly isRemote = false;
  readonly #hop: Hop;

  constructor(hop: Hop, { signal, basePath }: { readonly signal: AbortSignal; readonly basePath: string }) {
    const { pathname } = hop.url;
    const below = belowBase(basePath, pathname);
    this.path = below ?? pathname;
    this.basePath = below === null ? null : basePath;
    this.signal = signal;
    this.#hop = hop;
  }

  get method(): string {
    return this.#hop.method;
  }

  get query(): string {
    return this.#hop.url.search.slice(1);
  }

  get origin(): string {
    return this.#hop.url.origin;
  }

  get rawHeaders(): readonly string[] {
    return [...this.#hop.headers].flat();
  }

  header(name: string): string | null {
    return this.#hop.headers.get(name);
  }

  body(limits: BodyLimits): Promise<Uint8Array> {
    return this.#hop.upload?.bytes(limits) ?? Promise.resolve(new Uint8Array(0));
  }

  get isDraining(): boolean {
    return false;
  }

  get hasLeft(): boolean {
    return this.signal.aborted || (this.#hop.upload?.failure ?? null) !== null;
  }
}
