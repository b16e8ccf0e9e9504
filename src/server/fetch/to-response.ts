import { type Answer, headerLines, type StreamAnswer, type WholeAnswer } from '../answer.ts';
import { toBodyStream } from './body-stream.ts';
import { decodeContent } from './decode-content.ts';
import { dress } from './dress.ts';
import type { Hop } from './hop.ts';
import { statusText } from './status-texts.ts';

/** Statuses without a body. */
const BODILESS = new Set([204, 205, 304]);
const encoder = new TextEncoder();

interface Fetched {
  readonly request: Request;
  readonly hop: Hop;
  readonly redirected: boolean;
  readonly type: 'basic' | 'cors';
}

/** An answer with a status as the `Response` that `fetch` gives: with its URL, and headers that cannot be changed. */
export function toResponse(
  answer: WholeAnswer | StreamAnswer,
  { request, hop: { method, url }, redirected, type }: Fetched,
): Response {
  const given = 'perform' in answer ? answer : asStream(answer);
  const { status } = given;
  const headers = new Headers(headerLines(given.headers));
  const init = { status, statusText: statusText(status), headers };
  const { signal } = request;
  const facts = { url: withoutFragment(url), redirected, type, signal };
  if (method !== 'HEAD' && !BODILESS.has(status)) {
    return dress(new Response(decodeContent(toBodyStream(given, request), { headers, signal }), init), facts);
  }
  abandon(answer);
  return dress(new Response(null, init), facts);
}

/** A transport that discards everything. */
export const nowhere = { gapMs: 0, write: () => true, flush: () => {}, onReady: () => {} } as const;

/** Discards an answer: its performance ends as if the client had left. */
export function abandon(answer: Answer): void {
  if ('perform' in answer) answer.perform({ ...nowhere, end: () => {}, onClose: (leave) => leave() });
}

/** A whole body as one that is performed, so that an abort ends it as it ends any other. */
function asStream({ body, status, headers }: WholeAnswer): StreamAnswer {
  const bytes = typeof body === 'string' ? encoder.encode(body) : body;
  return {
    status,
    headers,
    perform: (transport) => {
      if (bytes) transport.write(bytes);
      transport.end('close');
    },
  };
}

/** Returns a URL without its fragment, which is never sent to a server. */
function withoutFragment(url: URL): string {
  const { href, hash } = url;
  return hash === '' ? href : href.slice(0, -hash.length);
}
