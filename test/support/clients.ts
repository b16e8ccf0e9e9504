import LlamaCloud from '@llamaindex/llama-cloud';
import { Agent, type Dispatcher } from 'undici';
import type { ChatMock } from '../../src/node/mock.ts';
import { exchange } from './raw-client.ts';

/** What a client sees of an answer: `end` is `complete`, the code of its error, `FIN`, or `left` if it went itself. */
export interface Seen {
  readonly status: number | null;
  readonly body: string;
  readonly end: string;
}

export interface Asked {
  readonly mock: ChatMock;
  readonly url: string;
  readonly port: number;
  readonly world: string;
  /** Null: the list of sessions is asked for. */
  readonly sessionId: string | null;
  /** The client goes away as soon as so many bytes of the body are here. */
  readonly leaveAfterBytes: number | null;
  /** Or when it is told to. */
  readonly leave: AbortController;
}

export const question = { prompt: 'What changed?', index_ids: ['idx-abc123'] };

const method = ({ sessionId }: Asked) => (sessionId === null ? 'GET' : 'POST');
const pathOf = ({ sessionId }: Asked) =>
  sessionId === null ? '/api/v1/chat' : `/api/v1/chat/${sessionId}/messages/stream`;
const headersOf = ({ world }: Asked) => ({
  'x-test-id': world,
  authorization: 'Bearer test',
  'content-type': 'application/json',
});
const bodyOf = ({ sessionId }: Asked) => (sessionId === null ? null : JSON.stringify(question));

/** Every way to call, each with its own words for how an answer ends. */
export const clients: Readonly<Record<string, (asked: Asked) => Promise<Seen>>> = {
  'node:net': async (asked) => {
    const { status, body, end } = await exchange(asked, {
      method: method(asked),
      path: pathOf(asked),
      headers: { 'x-test-id': asked.world },
      ...(asked.sessionId !== null && { body: question }),
      leaveAfterBytes: asked.leaveAfterBytes,
      signal: asked.leave.signal,
    });
    return { status, body: body.toString('latin1'), end };
  },
  undici: dispatch,
  fetch: (asked) => readThrough(asked, () => fetch(`${asked.url}${pathOf(asked)}`, toInit(asked))),
  'mock.fetch': (asked) =>
    readThrough(asked, () => asked.mock.fetch(new Request(`http://mock${pathOf(asked)}`, toInit(asked)))),
  SDK: (asked) => {
    const { chat } = new LlamaCloud({
      baseURL: asked.url,
      apiKey: 'test',
      maxRetries: 0,
      defaultHeaders: { 'x-test-id': asked.world },
    }).beta;
    const { signal } = asked.leave;
    return readThrough(asked, () =>
      asked.sessionId === null
        ? chat.list(undefined, { signal }).asResponse()
        : chat.stream(asked.sessionId, question, { signal }).asResponse(),
    );
  },
};

function toInit(asked: Asked): RequestInit {
  return { method: method(asked), headers: headersOf(asked), body: bodyOf(asked), signal: asked.leave.signal };
}

async function readThrough(asked: Asked, call: () => Promise<Response>): Promise<Seen> {
  let status: number | null = null;
  let body = '';
  const read = (bytes: Uint8Array) => {
    body += Buffer.from(bytes).toString('latin1');
    leaveIfEnough(asked, body);
  };
  try {
    const response = await call();
    status = response.status;
    leaveIfEnough(asked, body);
    for await (const bytes of response.body ?? []) read(bytes);
    return { status, body, end: 'complete' };
  } catch (error) {
    return { status, body, end: asked.leave.signal.aborted ? 'left' : codeOf(error) };
  }
}

function leaveIfEnough({ leaveAfterBytes, leave }: Asked, body: string): void {
  if (leaveAfterBytes !== null && body.length >= leaveAfterBytes) leave.abort();
}

/** The SDK wraps the error of fetch, and fetch that of its socket. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code } = error as NodeJS.ErrnoException;
  return typeof code === 'string' ? code : codeOf(error.cause ?? error.message);
}

function dispatch(asked: Asked): Promise<Seen> {
  const agent = new Agent();
  const { promise, resolve } = withResolvers<Seen>();
  let status: number | null = null;
  let body = '';
  const handler: Dispatcher.DispatchHandler = {
    onRequestStart: (controller) => {
      asked.leave.signal.addEventListener('abort', () => controller.abort(new Error('left')), { once: true });
    },
    onResponseStart: (_, statusCode) => {
      status = statusCode;
      leaveIfEnough(asked, body);
    },
    onResponseData: (_, bytes) => {
      body += bytes.toString('latin1');
      leaveIfEnough(asked, body);
    },
    onResponseEnd: () => resolve({ status, body, end: 'complete' }),
    onResponseError: (_, error) => resolve({ status, body, end: asked.leave.signal.aborted ? 'left' : codeOf(error) }),
  };
  const request = { origin: asked.url, path: pathOf(asked), method: method(asked), headers: headersOf(asked) } as const;
  agent.dispatch({ ...request, body: bodyOf(asked) }, handler);
  return promise.finally(() => agent.destroy());
}

function withResolvers<Value>(): { readonly promise: Promise<Value>; readonly resolve: (value: Value) => void } {
  let resolve: (value: Value) => void = () => {};
  const promise = new Promise<Value>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
