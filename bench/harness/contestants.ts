import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Server, startServer } from './processes.ts';

export const root = new URL('../..', import.meta.url).pathname;
export const program = join(root, 'dist/bin/chat-mock.js');
const key = { authorization: 'Bearer x', 'content-type': 'application/json' };

export const benchFile = (name: string) => join(root, 'bench', name);

/** The request that begins a turn. */
export function turnRequest(sessionId: string, prompt: string) {
  const path = `/api/v1/chat/${encodeURIComponent(sessionId)}/messages/stream`;
  return { method: 'POST', path, body: JSON.stringify({ index_ids: ['a'], prompt }) };
}

export const createRequest = { method: 'POST', path: '/api/v1/chat', body: '{"index_ids":["a"]}' };
export const listRequest = { path: '/api/v1/chat?page_size=20' };

export function mockArgs(...flags: readonly string[]): string[] {
  return [program, 'serve', '--port', '0', '--json', ...flags];
}

/** The program as it is built, on a free port. */
export function startMock(...flags: readonly string[]): Promise<Server> {
  return startServer(mockArgs(...flags));
}

/** What a bare server is to answer. */
export interface Spec {
  readonly list: string;
  readonly session: string;
  readonly created: string;
  readonly stream: {
    readonly headers: Readonly<Record<string, string>>;
    readonly frames: readonly string[];
    /** How long it waits before each frame. */
    readonly waitsMs: readonly number[];
  };
}

/** Answers of a mock started with these flags, for a bare server to repeat. */
export async function recordSpec(
  flags: readonly string[],
  { prompt, waitsMs = () => 0 }: { readonly prompt: string; readonly waitsMs?: (frame: number) => number },
): Promise<Spec> {
  const mock = await startMock('--quiet', '--speed', 'instant', ...flags);
  const textOf = async (path: string) => (await fetch(mock.url + path, { headers: key })).text();
  const list = await textOf(listRequest.path);
  const [first] = (JSON.parse(list) as { readonly items: readonly { readonly session_id: string }[] }).items;
  const created = await (await fetch(mock.url + createRequest.path, { ...createRequest, headers: key })).text();
  const { session_id } = JSON.parse(created) as { readonly session_id: string };
  const session = await textOf(`/api/v1/chat/${encodeURIComponent(first?.session_id ?? session_id)}`);
  const turn = turnRequest(session_id, prompt);
  const answer = await fetch(mock.url + turn.path, { ...turn, headers: key });
  const frames = (await answer.text()).split(/(?<=\n\n)/);
  const kept = [...answer.headers].filter(([name]) => /^(?:content-type|cache-control|x-)/.test(name));
  await mock.stop();
  const stream = { headers: Object.fromEntries(kept), frames, waitsMs: frames.map((_, frame) => waitsMs(frame)) };
  return { list, session, created, stream };
}

/** The arguments of a bare server: `node` for Node's own, `hono` for one on Hono. */
export function bareArgs(kind: 'node' | 'hono', spec: Spec, folder: string): string[] {
  const file = join(folder, 'spec.json');
  writeFileSync(file, JSON.stringify(spec));
  return [benchFile(`servers/bare-${kind}.mjs`), file];
}

/** New sessions, so that no history grows from round to round. */
export async function createSessions(url: string, count: number): Promise<string[]> {
  const create = async () => {
    const answer = await fetch(url + createRequest.path, { ...createRequest, headers: key });
    return ((await answer.json()) as { readonly session_id: string }).session_id;
  };
  const ids: string[] = [];
  while (ids.length < count)
    ids.push(...(await Promise.all(Array.from({ length: Math.min(50, count - ids.length) }, create))));
  return ids;
}
