import { expect, test } from 'vitest';
import { toCurl, toFetch, toVitest } from '../../src/inspector/copy-as.ts';

const request = {
  method: 'POST',
  path: '/api/v1/chat/ses-1/messages/stream',
  query: 'a=1&b=2',
  status: 200,
  headers: {
    ...{ host: 'x', connection: 'keep-alive', 'content-length': '9', 'user-agent': 'undici', 'sec-fetch-mode': 'cors' },
    ...{ authorization: '[redacted]', 'content-type': 'application/json', 'x-test-id': "o'clock $HOME `id`" },
  },
  body: { prompt: `What's "new"? $HOME` },
};

test('a command quotes for the shell, leaves out what curl adds, and takes the key from the environment', () => {
  expect(toCurl(request, 'http://127.0.0.1:4010')).toBe(
    `curl -X POST 'http://127.0.0.1:4010/api/v1/chat/ses-1/messages/stream?a=1&b=2' \\
  -H "authorization: Bearer $LLAMA_CLOUD_API_KEY" \\
  -H 'content-type: application/json' \\
  -H 'x-test-id: o'\\''clock $HOME \`id\`' \\
  --data-raw '{"prompt":"What'\\''s \\"new\\"? $HOME"}'`,
  );
});

test('of a GET without a body it is one line', () => {
  expect(toCurl({ ...request, method: 'GET', query: '', headers: {}, body: null }, 'http://h')).toBe(
    'curl http://h/api/v1/chat/ses-1/messages/stream',
  );
});

test('a body that is not JSON is sent as it was', () => {
  expect(toCurl({ ...request, body: '{broken' }, '')).toContain(`--data-raw '{broken'`);
  expect(toFetch({ ...request, body: '{broken' }, '')).toContain('body: "{broken",');
});

test('a call of fetch and a test are programs', async () => {
  const asked: unknown[] = [];
  const fake = async (url: string, options: object) => {
    asked.push([url, options]);
    return { status: 200 };
  };
  const run = new Function('fetch', 'process', `return (async () => { ${toFetch(request, 'http://h')} })()`);
  await run(fake, { env: { LLAMA_CLOUD_API_KEY: 'llx-1' } });
  expect(asked).toEqual([
    [
      'http://h/api/v1/chat/ses-1/messages/stream?a=1&b=2',
      {
        method: 'POST',
        headers: {
          ...{ authorization: 'Bearer llx-1', 'content-type': 'application/json' },
          'x-test-id': request.headers['x-test-id'],
        },
        body: JSON.stringify(request.body),
      },
    ],
  ]);
  const [, inner = ''] = /async \(\) => \{\n([\s\S]*)\}\);\n$/.exec(toVitest(request)) ?? [];
  expect(() => new Function('createChatMock', 'expect', `return (async () => {${inner}})`)).not.toThrow();
  expect(toVitest({ ...request, status: null })).toContain('toBe(200)');
});
