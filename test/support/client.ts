import { createParser } from 'eventsource-parser';
import type { Event } from '../../src/api/events.ts';
import { createChatMock } from '../../src/node/checked-mock.ts';
import type { ChatMock, ChatMockOptions } from '../../src/node/mock.ts';

interface CallOptions {
  readonly body?: unknown;
  /** Null sends none. */
  readonly key?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

export type Call = (route: string, options?: CallOptions) => Promise<Response>;

/** `call('POST /api/v1/chat', { body })` against a mock, without a socket. */
function client(mock: ChatMock, origin = 'http://mock'): Call {
  return (route, { body, key = 'test', headers = {}, signal } = {}) => {
    const [method = 'GET', path = '/'] = route.split(' ');
    const init: RequestInit = {
      method,
      headers: { ...(key !== null && { authorization: `Bearer ${key}` }), ...headers },
    };
    if (signal) init.signal = signal;
    if (body !== undefined) {
      init.body = typeof body === 'string' ? body : JSON.stringify(body);
      init.headers = { 'content-type': 'application/json', ...(init.headers as Record<string, string>) };
    }
    return mock.fetch(new Request(`${origin}${path}`, init));
  };
}

/** An instant mock with its client; `buildMock` makes one that takes what no user could give it. */
export function instantMock(
  options: ChatMockOptions = {},
  create: (options: ChatMockOptions) => ChatMock = createChatMock,
): { readonly mock: ChatMock; readonly call: Call } {
  const mock = create({ speed: 'instant', ...options });
  return { mock, call: client(mock) };
}

export interface Frame {
  readonly name: string;
  readonly event: Event;
}

/** Reads a whole stream with an independent parser. */
export async function readFrames(response: Response): Promise<Frame[]> {
  const frames: Frame[] = [];
  const parser = createParser({
    onEvent: ({ event, data }) => frames.push({ name: event ?? '', event: JSON.parse(data) as Event }),
    onError: (error) => {
      throw error;
    },
  });
  parser.feed(await response.text());
  return frames;
}

export async function readEvents(response: Response): Promise<Event[]> {
  return (await readFrames(response)).map(({ event }) => event);
}

/** Creates a session and says its id. */
export async function newSession(call: Call, body: unknown = {}, query = ''): Promise<string> {
  const response = await call(`POST /api/v1/chat${query}`, { body });
  const { session_id } = (await response.json()) as { session_id: string };
  return session_id;
}

/** A turn: the events of its stream. */
export async function takeTurn(
  call: Call,
  id: string,
  prompt: string,
  indexIds: readonly string[] = ['idx-abc123'],
): Promise<Event[]> {
  return readEvents(
    await call(`POST /api/v1/chat/${encodeURIComponent(id)}/messages/stream`, {
      body: { prompt, index_ids: indexIds },
    }),
  );
}
