import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Dispatcher } from 'undici';
import { explainFailure, readRawHeaders } from '../../contract/client/undici-answer.ts';
import type { Ending, Header } from '../../contract/record/exchange.ts';
import { type RecordedExchange, writeBody } from '../../contract/record/recording.ts';
import type { Timer } from '../../runtime/timer.ts';
import { isHop } from './hop.ts';
import type { ProxyLimits } from './proxy-limits.ts';
import { refuse } from './refuse.ts';

/** A request as it came to the proxy. */
export interface Begun {
  readonly method: string;
  readonly target: string;
  readonly headers: readonly Header[];
  readonly body: Uint8Array | null;
  readonly startMs: number;
}

/** What came of a request, for the recording. */
type Finished = Pick<RecordedExchange, 'response' | 'ending' | 'end_ms' | 'reason'>;

/** What an exchange is passed on with. */
export interface Passage {
  readonly upstream: URL;
  readonly agent: Dispatcher;
  readonly timer: Timer;
  readonly limits: ProxyLimits;
  /** The bytes that all exchanges under way hold for the recording. */
  readonly held: { bytes: number };
  /** Aborts when the proxy is stopped. */
  readonly signal: AbortSignal;
  /** Called when the request is whole; returns what is called when its answer is over. */
  readonly isBehind: () => boolean;
  readonly begin: (begun: Begun) => ((finished: Finished) => Promise<void>) | null;
}

/** A reset that follows the last write at once would overtake it. */
const BEFORE_RESET_MS = 5;
/** How often a slow disk is looked at. */
const BEHIND_MS = 5;

interface Sides {
  readonly request: IncomingMessage;
  readonly outgoing: ServerResponse;
}

/** Passes one request on and its answer back. Resolves when both are over and the recording has them. */
export async function passOn({ request, outgoing }: Sides, passage: Passage): Promise<void> {
  const body = await readBody(request, passage.limits.requestBytes);
  if (body === 'left') return;
  if (body === 'too_much') {
    refuse(outgoing, 413, `the request has more than ${passage.limits.requestBytes} bytes, and no chat has.`);
    return;
  }
  const begun: Begun = {
    method: request.method ?? 'GET',
    target: request.url ?? '/',
    headers: pairsOf(request.rawHeaders),
    body,
    startMs: passage.timer.now(),
  };
  const finish = passage.begin(begun);
  const finished = await relay({ begun, outgoing }, passage);
  await finish?.(finished);
}

function relay(
  { begun, outgoing }: { readonly begun: Begun; readonly outgoing: ServerResponse },
  { upstream, agent, timer, limits, held, signal, isBehind }: Passage,
): Promise<Finished> {
  const elapsedMs = () => timer.now() - begun.startMs;
  const pieces: Uint8Array[] = [];
  const chunks: [number, number][] = [];
  let head: { status: number; statusText: string; headers: Header[]; headersMs: number } | null = null;
  let connection: Dispatcher.DispatchController | null = null;
  let sizeBytes = 0;
  let isCut = false;
  let ended: { readonly ending: Ending; readonly reason: string | null } | null = null;
  return new Promise<Finished>((resolve) => {
    const settle = (ending: Ending, reason: string | null) => {
      if (ended) return;
      ended = { ending, reason };
      signal.removeEventListener('abort', onStop);
      held.bytes -= sizeBytes;
      const response = head && {
        ...{
          status: head.status,
          status_text: head.statusText,
          headers: head.headers.map(([name, value]): [string, string] => [name, value]),
        },
        ...{ headers_ms: head.headersMs, body: writeBody(Buffer.concat(pieces)), chunks },
      };
      const cut = isCut && ending === 'complete';
      resolve({
        response,
        ending: cut ? 'too_much' : ending,
        end_ms: elapsedMs(),
        reason: cut ? 'only the beginning of the body was recorded, the client got all of it' : reason,
      });
    };
    const leave = (reason: string) => {
      settle('we_left', reason);
      connection?.abort(new Error(reason));
    };
    const onStop = () => {
      leave('the recorder was stopped');
      outgoing.destroy();
    };
    signal.addEventListener('abort', onStop, { once: true });
    outgoing.on('error', () => {}); // A client that is gone says so by `close`.
    let wake = () => {};
    outgoing.on('drain', () => wake());
    outgoing.once('close', () => {
      wake();
      if (!outgoing.writableFinished) leave('the client left');
    });
    const keep = (bytes: Uint8Array) => {
      const fits =
        sizeBytes + bytes.byteLength <= limits.recordedBytes && held.bytes + bytes.byteLength <= limits.heldBytes;
      isCut ||= !fits;
      if (isCut || ended) return;
      pieces.push(bytes);
      chunks.push([elapsedMs(), bytes.byteLength]);
      sizeBytes += bytes.byteLength;
      held.bytes += bytes.byteLength;
    };
    const untilFlowing = async (isFlowing: boolean) => {
      if (!isFlowing)
        await new Promise<void>((go) => {
          wake = go;
        });
      while (isBehind() && !ended) await timer.sleep(BEHIND_MS, signal);
    };
    const handler: Dispatcher.DispatchHandler = {
      onRequestStart(controller) {
        connection = controller;
        if (ended) controller.abort(new Error('It is over.'));
      },
      onResponseStart(controller, status, _headers, statusText = '') {
        if (status < 200 || ended) return;
        const headers = readRawHeaders(controller.rawHeaders ?? []);
        head = { status, statusText, headers, headersMs: elapsedMs() };
        sendHead(outgoing, { status, statusText, headers });
      },
      onResponseData(controller, given) {
        // A copy: undici reads the next bytes into the same memory.
        const bytes = Uint8Array.from(given);
        keep(bytes);
        if (ended || outgoing.destroyed) return;
        const isFlowing = outgoing.write(bytes);
        if (isFlowing && !isBehind()) return;
        controller.pause();
        void untilFlowing(isFlowing).then(() => controller.resume());
      },
      onResponseEnd(controller) {
        const trailers = readRawHeaders(controller.rawTrailers ?? []);
        if (trailers.length > 0) outgoing.addTrailers(trailers.map(([name, value]): [string, string] => [name, value]));
        settle('complete', null);
        outgoing.end();
      },
      onResponseError(_controller, error) {
        if (ended) return;
        const { ending, reason } = explainFailure(error, head !== null);
        settle(ending, reason);
        endBadly(outgoing, { ending, reason, hasHead: head !== null, timer });
      },
    };
    try {
      agent.dispatch(toDispatch(begun, upstream), handler);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      settle('not_connected', reason);
      refuse(outgoing, 502, `the request cannot be passed on: ${reason}.`);
    }
  });
}

function toDispatch({ method, target, headers, body }: Begun, upstream: URL): Dispatcher.DispatchOptions {
  const listed = new Set(
    headers.flatMap(([name, value]) => (/^connection$/i.test(name) ? value.toLowerCase().split(/\s*,\s*/) : [])),
  );
  const sent = headers
    .filter(([name]) => !isHop(name.toLowerCase()) && !listed.has(name.toLowerCase()))
    .map(([name, value]): Header => (/^host$/i.test(name) ? [name, upstream.host] : [name, value]));
  return {
    origin: upstream.origin,
    path: upstream.pathname.replace(/\/+$/, '') + target,
    method: method as Dispatcher.HttpMethod, // Names of methods; undici sends any token.
    headers: sent.flat(),
    body: body === null ? null : Buffer.from(body),
  };
}

/** Writes the head as it came. Node adds a date and its own connection headers only where there are none. */
function sendHead(
  outgoing: ServerResponse,
  {
    status,
    statusText,
    headers,
  }: { readonly status: number; readonly statusText: string; readonly headers: readonly Header[] },
): void {
  outgoing.sendDate = false;
  const has = (wanted: string) => headers.some(([name]) => name.toLowerCase() === wanted);
  outgoing.removeHeader('connection');
  // A body of unknown length that ends with its connection: it is passed on so.
  if (!has('content-length') && !has('transfer-encoding')) outgoing.removeHeader('transfer-encoding');
  // Whether this connection goes on is between the client and us, unless the answer ends with it.
  const kept = headers.filter(
    ([name, value]) =>
      !/^keep-alive$/i.test(name) &&
      !(/^connection$/i.test(name) && /keep-alive/i.test(value)) &&
      // Node throws on one that announces trailers of a body without chunks, which cannot come.
      (!/^trailer$/i.test(name) || has('transfer-encoding')),
  );
  outgoing.writeHead(status, toReason(statusText), kept.flat());
  outgoing.flushHeaders();
}

/** undici has read the bytes as UTF-8, and Node writes Latin-1 and throws on control characters. */
function toReason(statusText: string): string {
  return Buffer.from(statusText)
    .toString('latin1')
    .replaceAll(/[^\t\x20-\x7e\x80-\xff]/g, '?');
}

/** Ends the connection to the client as that to the upstream has ended. */
function endBadly(
  outgoing: ServerResponse,
  {
    ending,
    reason,
    hasHead,
    timer,
  }: { readonly ending: Ending; readonly reason: string; readonly hasHead: boolean; readonly timer: Timer },
): void {
  const { socket } = outgoing;
  if (!hasHead && ending !== 'reset' && ending !== 'truncated') {
    refuse(outgoing, 502, `the upstream gave no answer: ${reason}.`);
    return;
  }
  if (!socket || socket.destroyed) return;
  if (ending === 'reset') {
    timer.after(BEFORE_RESET_MS, () => socket.resetAndDestroy());
    return;
  }
  // After the tick in which Node writes what it has collected.
  setImmediate(() => socket.destroySoon());
}

type RequestBody = Uint8Array | null | 'too_much' | 'left';

/** Reads a request. One that is too long is left where it is: its socket still has to carry the refusal. */
function readBody(request: IncomingMessage, mostBytes: number): Promise<RequestBody> {
  const parts: Buffer[] = [];
  let sizeBytes = 0;
  return new Promise((resolve) => {
    request.on('data', (part: Buffer) => {
      sizeBytes += part.byteLength;
      if (sizeBytes <= mostBytes) parts.push(part);
      else {
        request.pause();
        resolve('too_much');
      }
    });
    request.once('end', () => {
      const { headers } = request;
      const hasBody = headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined;
      resolve(hasBody ? Buffer.concat(parts) : null);
    });
    // In the middle of its request: there is nothing to pass on, and nobody to tell.
    request.on('error', () => resolve('left'));
    request.once('close', () => resolve('left'));
  });
}

function pairsOf(raw: readonly string[]): Header[] {
  return raw.flatMap((name, index) => (index % 2 === 0 ? [[name, raw[index + 1] ?? ''] as const] : []));
}
