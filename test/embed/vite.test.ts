import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { connect } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger, createServer, type InlineConfig, type Logger, preview, type ViteDevServer } from 'vite';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type ChatMockPluginOptions, chatMock } from '../../src/embed/vite.ts';
import { connect as control } from '../../src/index.ts';
import { createChatMock } from '../../src/node/checked-mock.ts';
import { question } from '../support/clients.ts';
import { exchange } from '../support/raw-client.ts';

const root = mkdtempSync(join(tmpdir(), 'chat-mock-vite-'));
writeFileSync(join(root, 'index.html'), '<h1>Page</h1>');
afterAll(() => rmSync(root, { recursive: true }));
const scenario = (text: string) => `scenario: mine\nsteps:\n  - text: ${text}\n`;
const file = (name: string, text: string) => writeFileSync(join(root, 'scenarios', name), text);

const closers: (() => unknown)[] = [];
beforeEach(() => {
  rmSync(join(root, 'scenarios'), { recursive: true, force: true });
  execFileSync('mkdir', ['-p', join(root, 'scenarios')]);
  file('mine.yaml', scenario('One.'));
});
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** A logger that keeps what it is told. */
function listen(): { readonly logger: Logger; readonly said: string[] } {
  const said: string[] = [];
  const keep = (text: string) => void said.push(text);
  return { logger: { ...createLogger('silent'), info: keep, error: keep }, said };
}

async function start(options: ChatMockPluginOptions = {}, more: InlineConfig = {}) {
  const { logger, said } = listen();
  const config = {
    root,
    configFile: false,
    customLogger: logger,
    server: { port: 0, host: '127.0.0.1', ws: false },
  } as const;
  const plugins = [chatMock({ speed: 'instant', ...options })];
  const server = await createServer({ ...config, ...more, server: { ...config.server, ...more.server }, plugins });
  closers.push(() => server.close());
  if (!more.server?.middlewareMode) await server.listen();
  return { server, said, port: portOf(server), url: `http://127.0.0.1:${portOf(server)}` };
}

const portOf = ({ httpServer }: Pick<ViteDevServer, 'httpServer'>) =>
  (httpServer?.address() as AddressInfo | null)?.port ?? 0;
const headers = { authorization: 'Bearer any', 'content-type': 'application/json' };
const stream = '/api/v1/chat/ses-never-run/messages/stream';
const ask = (url: string, prompt: string) =>
  fetch(`${url}${stream}`, { method: 'POST', headers, body: JSON.stringify({ ...question, prompt }) });

test('the API is answered on Vite’s own server, and everything else by Vite', async () => {
  const { url, server, said } = await start({ scenarios: 'scenarios' });
  expect((await fetch(`${url}/api/v1/chat`, { headers })).status).toBe(200);
  expect(await (await ask(url, '/mine')).text()).toContain('"content":"One."');
  expect(await (await fetch(`${url}/`)).text()).toContain('<h1>Page</h1>');
  expect(await (await fetch(`${url}/some/page`, { headers: { accept: 'text/html' } })).text()).toContain(
    '<h1>Page</h1>',
  );
  expect(await (await fetch(`${url}/api/v1/chat/none/none`)).json()).toEqual({ detail: 'Not Found' });
  server.printUrls();
  expect(said.at(-1)).toMatch(
    /^ {2}➜ {2}Chat API: http:\/\/127\.0\.0\.1:\d+ \(chat-mock, \d{2} scenarios; ask for \/NAME\)$/,
  );
});

test('scenarios are added to the built-in ones, and can be controlled', async () => {
  const { url } = await start({ scenarios: 'scenarios' });
  const mock = control(url);
  expect(await mock.scenarioNames).toEqual(expect.arrayContaining(['mine', 'cut-mid-word']));
  await mock.next({ status: 503 });
  expect((await ask(url, 'Hi')).status).toBe(503);
});

test('a path stands before the API', async () => {
  const { url, server, said } = await start({ path: '/llama' });
  expect((await fetch(`${url}/llama/api/v1/chat`, { headers })).status).toBe(200);
  expect(await (await fetch(`${url}/api/v1/chat`, { headers: { accept: 'text/html' } })).text()).toContain('<h1>Page');
  server.printUrls();
  expect(said.at(-1)).toContain(`${url}/llama (`);
});

test('so does Vite’s own base, where it is taken off', async () => {
  const { url } = await start({}, { base: '/app/' });
  expect((await fetch(`${url}/api/v1/chat`, { headers })).status).toBe(200);
  expect(await (await fetch(`${url}/app/`)).text()).toContain('<h1>Page</h1>');
});

test('what is sent is byte for byte what a port of the mock sends, cuts and resets included', async () => {
  const mock = createChatMock({ speed: 'instant' });
  const own = await mock.listen();
  closers.push(() => mock.close());
  const vite = await start();
  for (const name of [
    'cut-mid-word',
    'missing-stop',
    'connection-reset',
    'reset-mid-frame',
    'split-characters',
    'proxy-error',
  ]) {
    const see = async (where: { readonly port: number }) => {
      const seen = await exchange(where, {
        path: stream,
        body: { ...question, prompt: `/${name}` },
        headers: { 'x-test-id': name },
      });
      return { ...seen, head: seen.head.replaceAll(/\r\n(?:date|vary|keep-alive):.*/gi, '') };
    };
    expect(await see(vite), name).toEqual(await see(own));
  }
});

describe('an edit', () => {
  const texts = async (url: string) => (await ask(url, '/mine')).text();

  test('takes effect with the next turn, and a bad one leaves the last good files in use', async () => {
    const { url, said } = await start({ scenarios: 'scenarios' });
    file('mine.yaml', scenario('Two.'));
    await expect.poll(() => said, { timeout: 20_000 }).toContain('chat-mock: files reloaded.');
    expect(await texts(url)).toContain('"content":"Two."');
    file('mine.yaml', 'scenario: mine\nsteps:\n  - txet: Three.\n');
    await expect
      .poll(() => said.join('\n'), { timeout: 20_000 })
      .toMatch(/mine\.yaml:3:5: .*"txet".*\nThe last good files stay in use\./);
    expect(await texts(url)).toContain('"content":"Two."');
  });

  test('is ignored without watch', async () => {
    const { server, said } = await start({ scenarios: 'scenarios', watch: false });
    expect(said).toEqual([]);
    await server.close();
  });
});

test('a mistake in a scenario stops the start, and says where it is', async () => {
  file('mine.yaml', 'scenario: mine\nsteps:\n  - txet: One.\n');
  await expect(start({ scenarios: 'scenarios' })).rejects.toThrow(/mine\.yaml:3:5/);
  await expect(start({ scenarios: 'nowhere' })).rejects.toThrow(/nowhere/);
  await expect(start({ speed: -1 })).rejects.toThrow(/speed/);
});

test('a restart is not held up by a stream, and the new server answers', async () => {
  const { server, url } = await start();
  const mock = control(url);
  await mock.next({ steps: [{ text: 'One.' }, { hold: 'look' }] });
  const response = await ask(url, 'Hi');
  await mock.held('look');
  const ended = expect(response.text()).rejects.toThrow('terminated'); // Vite destroys what is connected.
  await server.restart();
  await ended;
  expect((await fetch(`http://127.0.0.1:${portOf(server)}/api/v1/chat`, { headers })).status).toBe(200);
});

test('middleware mode works in a server of your own, and closing Vite ends the streams', async () => {
  const { server: vite } = await start({}, { server: { middlewareMode: true }, appType: 'custom' });
  const http = createHttpServer(vite.middlewares).listen(0, '127.0.0.1');
  closers.push(() => http.close());
  await new Promise((resolve) => http.once('listening', resolve));
  const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  const mock = control(url);
  await mock.next({ steps: [{ text: 'One.' }, { hold: 'look' }] });
  const response = await ask(url, 'Hi');
  await mock.held('look');
  await vite.close();
  expect(await response.text()).toContain('One.');
});

test('a preview answers too', async () => {
  const dist = join(root, 'dist');
  execFileSync('mkdir', ['-p', dist]);
  writeFileSync(join(dist, 'index.html'), '<h1>Built</h1>');
  const options: InlineConfig = { root, configFile: false, logLevel: 'silent', plugins: [chatMock()] };
  const server = await preview({ ...options, preview: { port: 0, host: '127.0.0.1' } });
  closers.push(() => server.close());
  const url = `http://127.0.0.1:${portOf(server as unknown as ViteDevServer)}`;
  expect((await fetch(`${url}/api/v1/chat`, { headers })).status).toBe(200);
  expect(await (await fetch(`${url}/`)).text()).toContain('<h1>Built</h1>');
});

test('over HTTPS, which is HTTP/2, a cut ends one stream with an error', async () => {
  const [key, cert] = [join(root, 'key.pem'), join(root, 'cert.pem')];
  const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
  execFileSync(
    'openssl',
    [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-nodes',
      '-days',
      '2',
      '-keyout',
      key,
      '-out',
      cert,
      ...names,
    ],
    { stdio: 'ignore' },
  );
  const https = { key: readFileSync(key), cert: readFileSync(cert) };
  const { port } = await start({}, { server: { https } });
  const session = connect(`https://127.0.0.1:${port}`, { ca: https.cert });
  closers.push(() => session.destroy());
  const call = (prompt: string) =>
    new Promise((resolve) => {
      const request = session.request({ ':method': 'POST', ':path': stream, ...headers });
      let text = '';
      let status: unknown = null;
      request.on('response', (given) => {
        status = given[':status'];
      });
      request.on('data', (chunk) => {
        text += chunk;
      });
      request.on('error', () => {}); // The code says why.
      request.on('close', () =>
        resolve({ status, hasText: text !== '', isWhole: text.includes('"type":"stop"'), code: request.rstCode }),
      );
      request.end(JSON.stringify({ ...question, prompt }));
    });
  const [cut, whole] = await Promise.all([call('/cut-mid-word'), call('/q3-findings')]);
  expect([cut, whole]).toEqual([
    { status: 200, hasText: true, isWhole: false, code: 2 },
    expect.objectContaining({ status: expect.any(Number), code: 0 }),
  ]);
});
