import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { listFiles } from '../support/blocks.ts';
import { chromiumOptions, hasChromium } from '../support/chromium.ts';
import { findFreePort } from '../support/free-port.ts';
import { type FreshFolder, installFolder } from '../support/fresh-folder.ts';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 600_000 });
const guide = readFileSync(new URL('../../docs/integrations.md', import.meta.url), 'utf8');
const [nodeTest] = listFiles(guide, 'Any other tool').filter(({ title }) => title === 'answer.test.mjs');

/** Tools that this project does not use itself. */
const tools = [
  '@vitest/browser-playwright@4.1.12',
  'bun@1.4.5',
  'deno@2.9.6',
  'jest@30.5.2',
  'next@16.4.6',
  'orval@8.38.0',
  'playwright@1.65.1',
  'react@19.3.1',
  'react-dom@19.3.1',
  'vitest@4.1.12',
];
let folder: FreshFolder;
beforeAll(() => {
  folder = installFolder('other-tools', tools);
  folder.write('answer.test.mjs', nodeTest?.text ?? '');
});
afterAll(() => folder.remove());

test.each([
  ['Bun', 'bun test ./answer.test.mjs', / 2 pass\n/],
  ['Deno', 'deno test --allow-all --node-modules-dir=manual answer.test.mjs', /2 passed/],
])('the tests of the guide pass in %s, without a port and beside chat-mock run', (_, command, passed) => {
  const { status, output } = folder.run(`chat-mock run --speed instant -- ${command}`);
  expect([status, output]).toEqual([0, expect.stringMatching(passed)]);
});

test.each(['bun', 'deno run --allow-all --node-modules-dir=manual'])(
  '%s serves on a port, and closes it',
  (runtime) => {
    folder.write(
      'serve.mjs',
      `import { createChatMock } from 'chat-mock';
const mock = createChatMock({ speed: 'instant' });
const { url } = await mock.listen({ port: 0 });
const ask = (prompt) => fetch(url + '/api/v1/chat/ses-never-run/messages/stream', {
  method: 'POST',
  headers: { authorization: 'Bearer any', 'content-type': 'application/json' },
  body: JSON.stringify({ index_ids: ['idx-abc123'], prompt }),
});
const end = async (answer) => (await answer).text().then((text) => (text.includes('"type":"stop"') ? 'whole' : 'short'));
const ends = [];
for (const prompt of ['/fast', '/cut-mid-word', '/reset-mid-frame', '/connection-reset'])
  ends.push(await end(ask(prompt)).catch(() => 'lost'));
await mock.close();
console.log(ends.join());`,
    );
    expect(folder.run(`${runtime} serve.mjs`)).toEqual({ status: 0, output: 'whole,lost,lost,lost\n' });
  },
);

test.each(['bun', 'deno run --allow-all --node-modules-dir=manual'])(
  '%s serves and verifies from the command line, and says what differs',
  async (runtime) => {
    const program = `${runtime} node_modules/chat-mock/dist/bin/chat-mock.js`;
    folder.write('verify.sh', `exec ${program} verify "$CHAT_MOCK_URL"\n`);
    const { status, output } = folder.run(`${program} run --speed instant -- sh verify.sh`);
    expect([status, output]).toEqual([0, expect.stringMatching(/^conforms: /m)]);
    const serving = folder.start(`${program} serve --port 0 --json`);
    await serving.printed(/every ending is exact/);
    expect(await serving.stop()).toBe(0);
  },
);

test.skipIf(!hasChromium)('the tests of the guide pass in the browser mode of Vitest, with a mock in the page', () => {
  for (const { title, text } of listFiles(guide, 'Vitest')) folder.write(title, text);
  folder.edit('src/answer.test.ts', (text) =>
    text.replace(
      'const { url } = await mock.listen();',
      "const url = 'https://api.cloud.llamaindex.ai'; mock.install({ baseURL: url });",
    ),
  );
  folder.write(
    'vitest.config.mjs',
    `import { playwright } from '@vitest/browser-playwright';
const provider = playwright({ launchOptions: ${JSON.stringify(chromiumOptions)} });
export default { test: { include: ['src/*.test.ts'], browser: { enabled: true, headless: true, provider, instances: [{ browser: 'chromium' }] } } };`,
  );
  expect(folder.run('vitest run').output).toMatch(/Tests +3 passed/);
});

test.each(['3.1', '3.2'])('what orval makes of the stream of %s is a call that returns its whole text', (spec) => {
  folder.write(
    'ask-orval.ts',
    `import { streamMessages } from './orval.ts';
const { fetch } = globalThis;
globalThis.fetch = (path, init) => fetch(process.env.CHAT_MOCK_URL + path, init);
const turn = { index_ids: ['idx-abc123'], prompt: '/q3-findings' };
const { status, data } = await streamMessages('ses-never-run', turn, undefined, { headers: { authorization: 'Bearer any' } });
const isJson = await Promise.resolve(data).then(JSON.parse).then(() => true, () => false);
console.log(status, typeof data, isJson, data.includes('"type":"stop"'));`,
  );
  const make = `chat-mock openapi --spec ${spec} --out chat.yaml && orval --input chat.yaml --output orval.ts --client fetch`;
  expect(folder.run(make).status).toBe(0);
  const { status, output } = folder.run('chat-mock run --speed instant -- bun ask-orval.ts');
  expect([status, output]).toEqual([0, expect.stringContaining('200 string false true')]);
});

test('mock.fetch answers in Jest with modules', () => {
  folder.write(
    'answer.jest.js',
    `import { createChatMock } from 'chat-mock';
test('a busy service, an answer, and one that is cut', async () => {
  const mock = createChatMock({ speed: 'instant' });
  const ask = () => mock.fetch('http://mock/api/v1/chat/ses-never-run/messages/stream', {
    method: 'POST',
    headers: { authorization: 'Bearer any', 'content-type': 'application/json' },
    body: JSON.stringify({ index_ids: ['idx-abc123'], prompt: 'Did revenue grow?' }),
  });
  mock.next({ status: 503 });
  mock.next({ steps: [{ text: 'Revenue grew.' }] });
  mock.next('cut-mid-word');
  expect((await ask()).status).toBe(503);
  expect(await (await ask()).text()).toContain('Revenue grew.');
  await expect((await ask()).text()).rejects.toThrow('terminated');
});`,
  );
  const env = { NODE_OPTIONS: '--experimental-vm-modules' };
  const { status, output } = folder.run('jest --testMatch "**/*.jest.js"', env);
  expect([status, output]).toEqual([0, expect.stringMatching(/Tests: +1 passed/)]);
});

test('Next.js starts the mock, its pages reach it, and a route of its own answers too', async () => {
  const [port, mockPort] = [await findFreePort(), await findFreePort()];
  // The guide's files, which are JavaScript as well: for TypeScript, Next would install a compiler.
  for (const { title, text } of listFiles(guide, 'Next.js'))
    folder.write(title.replace('.ts', '.mjs').replace('instrumentation.mjs', 'instrumentation.js'), text);
  folder.edit('instrumentation.js', (text) => text.replace('4010', String(mockPort)));
  folder.write('mocks/mine.yaml', 'scenario: mine\nsteps:\n  - text: Mine.\n');
  folder.write('app/layout.jsx', 'export default ({ children }) => <html><body>{children}</body></html>;');
  folder.write(
    'app/page.jsx',
    `export const dynamic = 'force-dynamic';
export default async function Page() {
  const response = await fetch(\`\${process.env.LLAMA_CLOUD_BASE_URL}/api/v1/chat/ses-never-run/messages/stream\`, {
    method: 'POST',
    headers: { authorization: 'Bearer any', 'content-type': 'application/json' },
    body: JSON.stringify({ index_ids: ['idx-abc123'], prompt: '/mine' }),
  });
  return <pre>{await response.text()}</pre>;
}`,
  );
  folder.write(
    'app/llama/api/v1/chat/[[...path]]/route.js',
    `import { createChatMock } from 'chat-mock';
const mock = createChatMock({ speed: 'instant', basePath: '/llama' });
export const GET = (request) => mock.fetch(request);
export const POST = (request) => mock.fetch(request);`,
  );
  const next = folder.start(`next dev --port ${port}`, { NEXT_TELEMETRY_DISABLED: '1' });
  await next.printed(/Ready in/);
  const url = `http://127.0.0.1:${port}`;
  expect(await (await fetch(url)).text()).toContain('Mine.');
  const ask = (prompt: string) =>
    fetch(`${url}/llama/api/v1/chat/ses-never-run/messages/stream`, {
      method: 'POST',
      headers: { authorization: 'Bearer any', 'content-type': 'application/json' },
      body: JSON.stringify({ index_ids: ['idx-abc123'], prompt }),
    });
  expect(await (await ask('/fast')).text()).toContain('"type":"stop"');
  await expect((await ask('/cut-mid-word')).text()).rejects.toThrow('terminated');
  await next.stop();
});
