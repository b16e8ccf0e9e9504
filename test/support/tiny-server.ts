import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * A chat server written without any of this project's code, with other legal choices: ids with slashes and blanks, CRLF,
 * no thinking, parallel tools, offsets for page tokens, 403 for 401, no null is ever sent.
 */
interface Session {
  id: string;
  title: string | undefined;
  stamp: number;
  indexes: string[] | undefined;
  job: Record<string, unknown> | undefined;
  events: Record<string, unknown>[];
}
type Problem = [place: (string | number)[], message: string];

export interface TinyServer {
  readonly url: string;
  readonly sessions: ReadonlyMap<string, unknown>;
  close(): Promise<void>;
}

const UUID = /^[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}$/i;

export async function startTinyServer(): Promise<TinyServer> {
  const sessions = new Map<string, Session>();
  let counter = 0;
  let clock = 1_800_000_000_000;
  const tick = () => (clock += 1);

  const server = createServer((request, response) => {
    void answer(request, response).catch((error: unknown) => {
      response.writeHead(500).end(String(error));
    });
  });
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://tiny');
    const raw = await readAll(request);
    const send = (status: number, body?: unknown) => {
      const text = body === undefined ? '' : JSON.stringify(body);
      response.writeHead(status, status === 204 ? {} : { 'Content-Type': 'application/json; charset=utf-8' }).end(text);
    };
    const refuse = (problems: Problem[]) =>
      send(422, { detail: problems.map(([loc, msg]) => ({ loc, msg, type: 'invalid', help: 'https://tiny.test' })) });
    const match = /^\/api\/v1\/chat(?:\/([^/]+)(\/summary|\/title|\/messages\/stream)?)?$/.exec(url.pathname);
    if (!match) return send(404, { detail: 'nothing here' });
    if (!/^Bearer ./i.test(request.headers.authorization ?? '')) return send(403, { detail: 'no' });
    const action = `${request.method} ${match[1] === undefined ? '' : 'id'}${match[2] ?? ''}`;
    const problems: Problem[] = [];
    for (const name of ['project_id', 'organization_id']) {
      const value = url.searchParams.get(name);
      if (value && !UUID.test(value)) problems.push([['query', name], 'no uuid']);
    }
    const project = url.searchParams.get('project_id') || '';
    const session = project === '' ? sessions.get(decodeURIComponent(match[1] ?? '')) : undefined;
    const missing = () => send(404, { detail: 'who?' });
    if (action === 'GET ') {
      const size = url.searchParams.get('page_size');
      if (size && !/^-?\d+$/.test(size)) problems.push([['query', 'page_size'], 'no number']);
      if (problems.length > 0) return refuse(problems);
      const from = Number(url.searchParams.get('page_token')?.replace('at-', '') || 0);
      const all = project === '' ? [...sessions.values()] : [];
      const to = from + Math.min(Number(size) > 0 ? Number(size) : 3, 7);
      return send(200, {
        total: all.length,
        items: all.slice(from, to).map(view),
        next_page_token: to <= all.length ? `at-${to}` : '',
      });
    }
    if (action === 'GET id' || action === 'GET id/summary') {
      if (problems.length > 0) return refuse(problems);
      if (!session) return missing();
      return send(200, action === 'GET id' ? { events: session.events, ...view(session) } : view(session));
    }
    if (action === 'DELETE id') {
      if (problems.length > 0) return refuse(problems);
      if (session) sessions.delete(session.id);
      return send(204);
    }
    const body = parse(raw, problems);
    if (action === 'POST ') {
      judgeObject(body, { optional: true, problems });
      if (isMap(body)) judgeIndexes(body['index_ids'] ?? undefined, { max: 10, problems });
      if (problems.length > 0) return refuse(problems);
      counter += 1;
      const indexes = isMap(body) && Array.isArray(body['index_ids']) ? (body['index_ids'] as string[]) : undefined;
      const made: Session = {
        id: `a/b ${counter}%+`,
        title: undefined,
        stamp: tick(),
        indexes,
        job: undefined,
        events: [],
      };
      sessions.set(made.id, made);
      return send(201, view(made));
    }
    if (action === 'POST id/title') {
      judgeObject(body, { problems });
      if (isMap(body)) judgeText(body['first_message'], { name: 'first_message', problems });
      if (problems.length > 0) return refuse(problems);
      if (!session) return missing();
      session.title = `About: ${(body as { first_message: string }).first_message}`;
      return send(200, view(session));
    }
    if (action !== 'POST id/messages/stream') return send(405, { detail: 'not so' });
    judgeObject(body, { problems });
    if (isMap(body)) {
      judgeIndexes(body['index_ids'], { min: 1, required: true, problems });
      judgeText(body['prompt'], { name: 'prompt', max: 1000, problems });
    }
    if (problems.length > 0) return refuse(problems);
    if (!session) return missing();
    return stream(session, (body as { prompt: string }).prompt, response);
  }

  function view({ id, title, stamp, indexes, job }: Session) {
    const last_updated_at = new Date(stamp).toISOString();
    return {
      owner: 'tiny',
      last_updated_at,
      index_ids: indexes,
      session_id: id,
      generated_title: title,
      job_metadata: job,
    };
  }

  function stream(session: Session, prompt: string, response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'text/event-stream', connection: 'close' });
    const turns = session.events.filter(({ type }) => type === 'user_input').length + 1;
    const usage = { turns, total_input_tokens: 3 };
    const words = `You said: ${prompt} 🎈`.match(/.{1,9}/gsu) ?? [];
    const result = (id: string, value: unknown) => ({ call_id: id, name: 'look', type: 'tool_result', result: value });
    const complete = [
      ...['x', 'y'].map((id) => ({ name: 'look', arguments: { id }, call_id: `${id}${turns}`, type: 'tool_call' })),
      result(`y${turns}`, null),
      result(`x${turns}`, [1.5, 'two']),
      { content: words.join(''), type: 'text' },
      { error: null, is_error: false, usage, type: 'stop' },
    ];
    const frame = (event: { type: string }) =>
      `data: ${JSON.stringify(event)}\r\nevent: ${event.type.endsWith('_delta') ? 'delta' : 'message'}\r\n\r\n`;
    const deltas = words.map((content) => ({ type: 'text_delta', content }));
    session.events.push({ type: 'user_input', content: prompt }, ...complete);
    session.stamp = tick();
    session.job = { ...usage, is_error: false };
    const [first, second, third, fourth, ...rest] = complete.map(frame);
    response.write(`: hello\r\n\r\n${first}${second}`);
    response.write(`${third}${fourth}`);
    for (const delta of deltas) response.write(frame(delta));
    response.end(rest.join(''));
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // A TCP server's address is never a pipe's name.
  return {
    url: `http://127.0.0.1:${port}`,
    sessions,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function readAll(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer); // No encoding is set, so bytes come.
  return Buffer.concat(chunks).toString();
}

function parse(raw: string, problems: Problem[]): unknown {
  if (raw === '') return undefined;
  try {
    return JSON.parse(raw);
  } catch {
    problems.push([['body', 1], 'no JSON']);
    return {};
  }
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function judgeObject(body: unknown, { optional = false, problems }: { optional?: boolean; problems: Problem[] }): void {
  if (optional && (body === undefined || body === null)) return;
  if (!isMap(body)) problems.push([['body'], 'no object']);
}

function judgeText(value: unknown, rule: { name: string; max?: number; problems: Problem[] }): void {
  const { name, max = Number.POSITIVE_INFINITY, problems } = rule;
  if (problems.length > 0) return;
  if (typeof value !== 'string' || [...value].length > max) problems.push([['body', name], 'no such text']);
}

function judgeIndexes(
  value: unknown,
  rule: { min?: number; max?: number; required?: boolean; problems: Problem[] },
): void {
  const { min = 0, max = Number.POSITIVE_INFINITY, required = false, problems } = rule;
  if (problems.length > 0 || (value === undefined && !required)) return;
  if (!Array.isArray(value) || value.length < min || value.length > max)
    problems.push([['body', 'index_ids'], 'no such list']);
  else
    for (const [at, one] of value.entries())
      if (typeof one !== 'string') problems.push([['body', 'index_ids', at], 'no text']);
}
