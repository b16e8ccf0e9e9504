import { cut } from '../scenario/cut.ts';
import type { Ends, InlineScenario } from '../scenario/schema.ts';
import type { WireActions } from '../scenario/wire.ts';
import type { Performing } from '../world/stream-record.ts';
import type { World } from '../world/world.ts';
import type { Answer, Headers, WholeAnswer } from './answer.ts';
import type { Engine } from './engine.ts';
import type { Exchange } from './exchange.ts';
import { perform } from './perform.ts';

const encoder = new TextEncoder();

/** What a scenario does to an answer of any operation. Without a status of its own, the operation answers first. */
export async function answerFaulty(
  script: InlineScenario,
  {
    engine,
    exchange,
    answer,
  }: { readonly engine: Engine; readonly exchange: Exchange; readonly answer: () => Answer | Promise<Answer> },
): Promise<Answer> {
  const { world } = exchange;
  await delay(script, exchange);
  if (script.ends?.after === 'nothing') return noAnswer(script.ends, { engine, world });
  const whole = script.status === undefined ? await answer() : scripted(script, script.status);
  return decorate(whole, script, { engine, world });
}

/** Waits as long as the scenario says, on the world's clock, or until the client goes away or the server closes. */
export function delay(
  { delay_ms = 0 }: InlineScenario,
  { world: { clock }, request }: Exchange,
): Promise<void> | undefined {
  if (delay_ms === 0) return undefined;
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
    const giveUp = clock.schedule(clock.now() + delay_ms, wake);
    if (!giveUp || signal.aborted) wake();
    else stopWatching = request.onClosing?.(wake);
  });
}

/** Headers and end as the scenario says. A stream's end is part of the stream, so here it is left alone. */
export function decorate(
  answer: Answer,
  { headers = {}, ends }: InlineScenario,
  context: { readonly engine: Engine; readonly world: World },
): Answer {
  const dressed = { ...answer, headers: withHeaders(answer.headers, headers) };
  if (!ends || dressed.status === null || 'perform' in dressed) return dressed;
  return endEarly(dressed, ends, context);
}

/** Not even headers. */
function noAnswer({ how }: Ends, context: { readonly engine: Engine; readonly world: World }): Answer {
  return { status: null, headers: {}, perform: performer(onlyEnd(how), context) };
}

function scripted({ body = null }: InlineScenario, status: number): WholeAnswer {
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
 * The length is that of the whole body, so that the client sees what is missing; where it ends well, of what comes. A
 * client that has all of it would ask again on a connection that is about to break, or hangs: so it is told not to.
 */
function endEarly(
  { status, headers, body }: WholeAnswer,
  ends: Ends,
  context: { readonly engine: Engine; readonly world: World },
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
    perform: performer(cut(onePiece(bytes), ends), context),
  };
}

function* onePiece(bytes: Uint8Array): WireActions {
  yield { kind: 'bytes', bytes, events: [] };
}

function* onlyEnd(how: Ends['how']): WireActions {
  yield { kind: 'end', how };
}

function performer(actions: WireActions, { engine, world }: { readonly engine: Engine; readonly world: World }) {
  return (transport: Parameters<typeof perform>[1]) => {
    let performing: Performing | null = null;
    performing = perform(
      {
        actions,
        clock: world.clock,
        wallClock: engine.wallClock,
        hold: () => () => {},
        onBytes: () => {},
        onState: () => {},
        onStall: () => {},
        onError: engine.onError,
        onEnd: () => {
          if (performing) world.hanging.delete(performing);
        },
      },
      transport,
    );
    if (world.isOver) performing.stop();
    else if (performing.state !== 'over') world.hanging.add(performing);
  };
}
