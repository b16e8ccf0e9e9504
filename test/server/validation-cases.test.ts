import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Edition } from '../../src/api/editions.ts';
import { instantMock, newSession } from '../support/client.ts';

interface Case {
  readonly id: string;
  readonly edition: Edition;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | { readonly base64: string } | null;
  readonly status: number;
  readonly answer: unknown;
}

const { cases } = JSON.parse(readFileSync(new URL('../data/validation-cases.json', import.meta.url), 'utf8')) as {
  cases: Case[];
};

test.each(cases)(
  '$id is answered as FastAPI answers it',
  async ({ edition, method, path, headers, body, status, answer }) => {
    const { mock, call } = instantMock({ edition });
    const id = await newSession(call);
    const init: RequestInit = { method, headers: { authorization: 'Bearer test', ...headers } };
    if (body !== null)
      init.body = typeof body === 'string' ? new TextEncoder().encode(body) : Buffer.from(body.base64, 'base64');
    const response = await mock.fetch(new Request(`http://mock${path.replace('{id}', id)}`, init));
    const text = await response.text();
    expect(response.status).toBe(status);
    if (status >= 400) expect(JSON.parse(text)).toEqual(answer);
  },
);

test('a body over 1 MiB is refused with 413, one below is judged', async () => {
  const { call } = instantMock();
  const body = (sizeBytes: number) => `{"index_ids":["a"],"prompt":"${'x'.repeat(sizeBytes - 31)}"}`;
  const id = await newSession(call);
  const sent = await Promise.all(
    [1024 * 1024, 1024 * 1024 + 1].map((size) => call(`POST /api/v1/chat/${id}/messages/stream`, { body: body(size) })),
  );
  expect(sent.map(({ status }) => status)).toEqual([422, 413]);
});

test.each(['['.repeat(1_000_000), `${'{"a":'.repeat(150_000)}1`, `{"prompt":${'9'.repeat(500_000)}}`])(
  'a bomb is a clear error, never a 500',
  async (body) => {
    const { call } = instantMock();
    const response = await call('POST /api/v1/chat', { body });
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({ detail: 'There was an error parsing the body' });
  },
);

test('a broken body is told before a missing key, and a missing key before anything else', async () => {
  const { call } = instantMock();
  const id = await newSession(call);
  const stream = `POST /api/v1/chat/${id}/messages/stream?project_id=x`;
  expect((await call(stream, { body: '{', key: null })).status).toBe(422);
  expect((await call(stream, { body: {}, key: null })).status).toBe(401);
});
