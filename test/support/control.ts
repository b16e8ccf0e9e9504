import { type Call, instantMock, newSession } from './client.ts';

export interface Told {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into whatever the API tells.
  readonly body: any;
}

/** A mock with its control API over HTTP: `control('POST next', { … })` says the status and the JSON it answers. */
export function controlled(...made: Parameters<typeof instantMock>) {
  const { mock, call } = instantMock(...made);
  const control = async (route: string, body?: unknown, headers: Record<string, string> = {}): Promise<Told> => {
    const [method, path] = route.split(' ');
    const response = await call(`${method} /__mock/${path}`, { key: null, body, headers });
    return { status: response.status, body: await response.json() };
  };
  return { mock, call, control };
}

/** Begins a turn in a new session. */
export async function ask(
  call: Call,
  prompt = 'What changed?',
  headers: Record<string, string> = {},
): Promise<Response> {
  return askIn(call, await newSession((route, options) => call(route, { ...options, headers })), prompt, headers);
}

export function askIn(call: Call, id: string, prompt = 'What changed?', headers: Record<string, string> = {}) {
  return call(`POST /api/v1/chat/${id}/messages/stream`, { body: { prompt, index_ids: ['idx-abc123'] }, headers });
}
