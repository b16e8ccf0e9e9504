import { cut } from '../scenario/cut.ts';
import { base64Bytes } from '../scenario/raw-bytes.ts';
import type { Ends, InlineScenario } from '../scenario/schema.ts';
import { noActions, type WireActions } from '../scenario/wire.ts';
import type { Performing } from '../world/stream-record.ts';
import { admitStream } from './admit.ts';
import type { Answer, Headers, WholeAnswer } from './answer.ts';
import type { Exchange } from './exchange.ts';
import { perform } from './perform.ts';

const encoder = new TextEncoder();

/** The parts of an exchange that performing an answer needs. */
type Scene = Pick<Exchange, 'engine' | 'world' | 'request' | 'input' | 'crowded'>;

/** Returns whether a scenario answers by itself, with its own status or with no answer at all. */
export function answersItself({ status, ends }: InlineScenario): boolean {
  return status !== undefined || ends?.after === 'nothing';
}

/** Resolves with the answer of a scenario that answers by itself, after its delay. */
export async function answerScripted(script: InlineScenario, exchange: Scene): Promise<Answer> {
  const go = () =>
    script.ends?.after === 'nothing'
      ? noAnswer(script.ends, exchange)
      : decorate(scripted(script), { script, exchange });
  return afterDelay(script, { exchange, go });
}

/** Goes on after the scenario's delay: at once if it has none. */
export function afterDelay<Result>(
  { delay_ms = 0 }: Pick<InlineScenario, 'delay_ms'>,
  { exchange, go }: { readonly exchange: Scene; readonly go: () => Result },
): Result | Promise<Awaited<Result>> {
  if (delay_ms === 0) return go();
  return exchange.engine.inputs.resume(exchange, () => delay(delay_ms, exchange), go);
}

/** Waits on the world's clock. Resolves early if the client leaves or the server closes. */
function delay(delayMs: number, { world: { clock }, request }: Scene): Promise<void> {
  const { signal } = request;
  return new Promise((resolve) => {
    const wake = () => {
      giveUp?.();
      stopWatching?.();
      signal.removeEventListener('abort', wake);
      resolve();
    };
    signal.addEventListener('abort', wake, { once: true });
    let stopWatching: (() => void) | undefined;
    const giveUp = clock.schedule(clock.now() + delayMs, wake);
    if (!giveUp || signal.aborted) wake();
    else stopWatching = request.onClosing?.(wake);
  });
}

/** Applies the headers and the end of a scenario to an answer. The end of a stream is already part of its actions. */
export function decorate(
  answer: Answer,
  { script: { headers = {}, ends }, exchange }: { readonly script: InlineScenario; readonly exchange: Scene },
): Answer {
  if (Object.keys(headers).length === 0 && !ends) return answer;
  const dressed = { ...answer, headers: withHeaders(answer.headers, headers) };
  if (!ends || dressed.status === null || 'perform' in dressed) return dressed;
  return endEarly(dressed, { ends, exchange });
}

/** No answer: the connection ends without any byte. */
function noAnswer(ends: Ends, exchange: Scene): Answer {
  return { status: null, headers: {}, perform: performer(cut(noActions, ends), exchange) };
}

function scripted({ status = 200, body = null, body_base64 }: InlineScenario): WholeAnswer {
  if (body_base64 !== undefined)
    return { status, headers: { 'content-type': 'application/octet-stream' }, body: base64Bytes(body_base64) };
  if (body === null) return { status, headers: {}, body: null };
  if (typeof body === 'string') return { status, headers: { 'content-type': 'text/plain; charset=utf-8' }, body };
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

function withHeaders(before: Headers, given: NonNullable<InlineScenario['headers']>): Headers {
  const headers = new Map(Object.entries(before).map((header) => [header[0].toLowerCase(), header]));
  for (const [name, value] of Object.entries(given)) {
    headers.delete(name.toLowerCase());
    if (value !== null) headers.set(name.toLowerCase(), [name, value]);
  }
  return Object.fromEntries(headers.values());
}

/**
 * Ends a body early. `content-length` is that of the whole body, so that the client notices what is missing; with
 * `close`, that of the part which is sent. If nothing is missing, `connection: close` keeps the client from using a
 * connection that is about to break.
 */
function endEarly(
  { status, headers, body }: WholeAnswer,
  { ends, exchange }: { readonly ends: Ends; readonly exchange: Scene },
): Answer {
  const bytes = typeof body === 'string' ? encoder.encode(body) : (body ?? new Uint8Array(0));
  const { after } = ends;
  const limit =
    typeof after === 'object' && 'byte' in after ? Math.min(after.byte, bytes.byteLength) : bytes.byteLength;
  const length = ends.how === 'close' ? limit : bytes.byteLength;
  return {
    status,
    headers: {
      ...headers,
      ...(status !== 204 && { 'content-length': String(length) }),
      ...(ends.how !== 'close' && limit === bytes.byteLength && { connection: 'close' }),
    },
    perform: performer(cut(onePiece(bytes), ends), exchange),
  };
}

function* onePiece(bytes: Uint8Array): WireActions {
  yield { kind: 'bytes', bytes, events: [] };
}

function performer(actions: WireActions, exchange: Scene) {
  const { engine, world } = exchange;
  admitStream(exchange);
  return (transport: Parameters<typeof perform>[1]) => {
    let performing: Performing | null = null;
    engine.capacity.streams.add(1);
    performing = perform(
      {
        actions,
        clock: world.clock,
        wallClock: engine.wallClock,
        onError: engine.onError,
        onEnd: () => {
          engine.capacity.streams.add(-1);
          if (performing) world.hanging.delete(performing);
        },
      },
      transport,
    );
    if (world.isOver) performing.stop();
    else if (performing.state !== 'over') world.hanging.add(performing);
  };
}
