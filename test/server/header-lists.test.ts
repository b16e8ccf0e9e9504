import { expect, test } from 'vitest';
import { createChatMock } from '../../src/node/checked-mock.ts';
import { exchange } from '../support/raw-client.ts';

const headers = { 'X-Y': ['2', '1, 1'], 'set-cookie': ['a=1; Path=/', 'b=2'] };
const answers = {
  'a status': { status: 503, headers, body: 'busy' },
  'bytes that are not text': { status: 503, headers, body_base64: '/wD+' },
  'a stream': { headers, steps: [{ text: 'Hi' }] },
  'an answer that is cut': { status: 503, headers, body: 'busy', ends: { after: { byte: 2 }, how: 'close' as const } },
};

test.each(Object.entries(answers))('a list of values is one line for each, in order: %s', async (_, answer) => {
  const mock = createChatMock({ speed: 'instant' });
  const server = await mock.listen();
  const created = await exchange({ port: server.port }, { path: '/api/v1/chat', body: {} });
  const path = `/api/v1/chat/${JSON.parse(String(created.body)).session_id}/messages/stream`;
  const body = { prompt: 'Hello', index_ids: ['idx-1'] };
  mock.next(answer);
  const { head } = await exchange({ port: server.port }, { path, body });
  mock.next(answer);
  const fetched = await mock.fetch(`http://mock${path}`, {
    ...{ method: 'POST', body: JSON.stringify(body) },
    headers: { authorization: 'Bearer k', 'content-type': 'application/json' },
  });
  await fetched.arrayBuffer();
  await server.close();
  expect(head.split('\r\n').filter((line) => /^(?:x-y|set-cookie):/i.test(line))).toEqual([
    ...['X-Y: 2', 'X-Y: 1, 1', 'set-cookie: a=1; Path=/', 'set-cookie: b=2'],
  ]);
  expect(fetched.headers.getSetCookie()).toEqual(['a=1; Path=/', 'b=2']);
  expect(fetched.headers.get('x-y')).toBe('2, 1, 1');
});
