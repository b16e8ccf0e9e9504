import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { type ClientHttp2Session, connect, type IncomingHttpHeaders } from 'node:http2';
import { request } from 'node:https';
import { join } from 'node:path';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { afterEach, describe, expect, onTestFinished, test } from 'vitest';
import { useCertificate } from '../../src/node/certificate.ts';
import type { ListenOptions } from '../../src/node/listen.ts';
import type { ChatMockOptions } from '../../src/node/mock.ts';
import { createSelfSigned } from '../../src/node/self-signed.ts';
import type { InlineScenario } from '../../src/scenario/schema.ts';
import { temporaryDirectory } from '../cli/support/temporary-directory.ts';
import { instantMock, newSession } from '../support/client.ts';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

async function serve(options: ChatMockOptions = {}, where: ListenOptions = {}) {
  const { mock, call } = instantMock(options);
  const server = await mock.listen({ tls: 'self-signed', ...where });
  closers.push(server.close);
  const ca = readFileSync(server.certificate?.certFile ?? '', 'utf8');
  return { mock, call, server, ca };
}

type Served = Awaited<ReturnType<typeof serve>>;

function openSession({ server, ca }: Served): ClientHttp2Session {
  const session = connect(server.url, { ca });
  session.on('error', () => {});
  closers.push(() => session.destroy());
  return session;
}

interface Sent {
  readonly method?: string;
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** One request of a session: its answer, each piece of it, and the code it ended with. */
function send(session: ClientHttp2Session, { method = 'GET', path, body, headers = {} }: Sent) {
  return new Promise<{
    head: IncomingHttpHeaders & { ':status'?: number };
    pieces: string[];
    text: string;
    code: number;
    ended: boolean;
  }>((resolve) => {
    const stream = session.request({
      ':method': method,
      ':path': path,
      authorization: 'Bearer any',
      'content-type': 'application/json',
      ...headers,
    });
    const pieces: string[] = [];
    let head = {};
    let ended = false;
    stream.on('response', (given) => {
      head = given;
    });
    stream.on('data', (bytes) => pieces.push(String(bytes)));
    stream.on('end', () => {
      ended = true;
    });
    stream.on('error', () => {}); // The code says why.
    stream.on('close', () => resolve({ head, pieces, text: pieces.join(''), code: stream.rstCode, ended }));
    stream.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

const question = { prompt: 'Go', index_ids: ['idx-abc123'] };

async function ask(served: Served, session: ClientHttp2Session, answer: InlineScenario) {
  const id = await newSession(served.call);
  served.mock.next(answer, { match: { session_id: id } });
  return send(session, { method: 'POST', path: `/api/v1/chat/${id}/messages/stream`, body: question });
}

/** A request over HTTP/1.1, how it ended among the rest. */
function sendHttp1({ server, ca }: Served, { method = 'GET', path, body }: Sent) {
  return new Promise<{ status: number; version: string; text: string; end: string }>((resolve) => {
    let text = '';
    let status = 0;
    let version = '';
    const sent = request(
      `${server.url}${path}`,
      { method, ca, headers: { authorization: 'Bearer any', 'content-type': 'application/json' }, agent: false },
      (response) => {
        status = response.statusCode ?? 0;
        version = response.httpVersion;
        response.on('data', (bytes) => {
          text += bytes;
        });
        response.on('end', () => resolve({ status, version, text, end: 'complete' }));
        response.on('error', (error: NodeJS.ErrnoException) =>
          resolve({ status, version, text, end: `${error.code} ${error.message}` }),
        );
      },
    );
    sent.on('error', (error: NodeJS.ErrnoException) => resolve({ status, version, text, end: `${error.code}` }));
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

const two: InlineScenario = { steps: [{ text: 'One, two.' }] };

describe('a server with TLS', () => {
  test('speaks HTTP/2, and HTTP/1.1 to who offers no more', async () => {
    const served = await serve({ choices: { stream_connection: 'close' } });
    const session = openSession(served);
    expect(served.server.url).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
    const listed = await send(session, { path: '/api/v1/chat' });
    expect([session.alpnProtocol, listed.head[':status'], listed.code]).toEqual(['h2', 200, 0]);
    const { text, head } = await ask(served, session, { ...two, headers: { 'x-own': 'yes' } });
    expect([head['x-own'], head['connection'], text.includes('"type":"stop"')]).toEqual(['yes', undefined, true]);
    expect(await sendHttp1(served, { path: '/api/v1/chat' })).toMatchObject({
      status: 200,
      version: '1.1',
      end: 'complete',
    });
  });

  test('serves whole answers with any header in a process of its own, too', async () => {
    const served = await serve({}, { replaceGlobals: true });
    const session = openSession(served);
    served.mock.next({ status: 418, body: { a: 1 } }, { operation: 'listSessions' });
    const scripted = await send(session, { path: '/api/v1/chat' });
    expect([scripted.head[':status'], scripted.text]).toEqual([418, '{"a":1}']);
    // What ends badly asks HTTP/1.1 to close the connection, which HTTP/2 cannot say.
    served.mock.next({ ends: { how: 'truncate' } }, { operation: 'listSessions' });
    expect(await send(session, { path: '/api/v1/chat' })).toMatchObject({
      code: 2,
      text: expect.stringContaining('items'),
    });
    expect((await send(session, { method: 'HEAD', path: '/__mock/health' })).head[':status']).toBe(200);
  });

  test('bodies that are uploaded in pieces, and those too large, are as over HTTP/1.1', async () => {
    const served = await serve();
    const session = openSession(served);
    const large = await send(session, {
      method: 'POST',
      path: '/api/v1/chat',
      body: { index_ids: ['x'.repeat(2_000_000)] },
    });
    expect(large.head[':status']).toBe(413);
    expect((await send(session, { method: 'POST', path: '/api/v1/chat', body: {} })).head[':status']).toBe(201);
  });

  test('headers beyond the bound are refused over both', async () => {
    const served = await serve({ limits: { maxHeaderBytes: 4096 } });
    const headers = { 'x-large': 'x'.repeat(6000) };
    const session = openSession(served);
    const refused = await send(session, { path: '/api/v1/chat', headers });
    expect([refused.head[':status'], refused.text]).toEqual([431, '{"detail":"Request headers are too large"}']);
    expect((await send(session, { path: '/api/v1/chat' })).head[':status']).toBe(200);
    expect(await sendHttp1(served, { path: `/${'x'.repeat(6000)}` })).toMatchObject({ status: 431 });
  });

  test('a connection too many is a 503 over both', async () => {
    const served = await serve({ limits: { maxConnections: 1 } });
    const first = openSession(served);
    expect((await send(first, { path: '/api/v1/chat' })).head[':status']).toBe(200);
    const second = await send(openSession(served), { path: '/api/v1/chat' });
    expect([second.head[':status'], second.text]).toEqual([503, expect.stringContaining('--max-connections')]);
    expect(await sendHttp1(served, { path: '/api/v1/chat' })).toMatchObject({ status: 503 });
    expect((await send(first, { path: '/api/v1/chat' })).head[':status']).toBe(200);
  });

  test('closing ends its streams and sessions, those that are idle and those that are not', async () => {
    const served = await serve();
    const [idle, busy] = [openSession(served), openSession(served)];
    await send(idle, { path: '/api/v1/chat' });
    const answer = ask(served, busy, { steps: [{ text: 'One.' }, { hold: 'go' }] });
    await served.mock.held('go');
    await served.server.close();
    expect(await answer).toMatchObject({ code: 0, ended: true });
    expect(existsSync(served.server.certificate?.certFile ?? '')).toBe(false);
  });
});

describe('endings over HTTP/2', () => {
  test.each([
    ['truncate', undefined, 2],
    ['truncate', 'enhance_your_calm', 11],
    ['truncate', 'refused_stream', 7],
  ] as const)(
    '%s (%s) is RST_STREAM with code %i after all bytes, and the session lives',
    async (how, http2_code, code) => {
      const served = await serve();
      const session = openSession(served);
      const other = ask(served, session, { steps: [{ hold: 'go' }, { text: 'Late.' }] });
      await served.mock.held('go');
      const ends = { after: { event: 2 }, how, ...(http2_code && { http2_code }) };
      const cut = await ask(served, session, { ...two, ends });
      expect([cut.text.match(/^data:/gm)?.length, cut.code]).toEqual([2, code]);
      served.mock.release('go');
      expect(await other).toMatchObject({ code: 0, ended: true, text: expect.stringContaining('"type":"stop"') });
      served.mock.next(
        { ends: { after: 'nothing', how, ...(http2_code && { http2_code }) } },
        { operation: 'listSessions' },
      );
      expect(await send(session, { path: '/api/v1/chat' })).toMatchObject({ code, text: '' });
    },
  );

  test('reset is GOAWAY after all bytes, and the connection is gone', async () => {
    const served = await serve();
    const session = openSession(served);
    const goaway = new Promise<number>((resolve) => session.once('goaway', resolve));
    const closed = new Promise<void>((resolve) => session.once('close', resolve));
    const cut = await ask(served, session, {
      ...two,
      ends: { after: { event: 2 }, how: 'reset', http2_code: 'protocol_error' },
    });
    expect(cut.text.match(/^data:/gm)).toHaveLength(2);
    expect(await goaway).toBe(1);
    await closed;
    expect(served.mock.streams.map(({ end }) => end)).toEqual(['reset']);
  });

  test('a large body arrives whole before it is cut', async () => {
    const served = await serve();
    const session = openSession(served);
    for (const how of ['truncate', 'reset'] as const) {
      const cut = await ask(served, how === 'reset' ? openSession(served) : session, {
        steps: [{ huge: 2_000_000 }],
        ends: { after: { event: 1 }, how },
      });
      expect([how, cut.text.length]).toEqual([how, 2_000_000]);
    }
  });

  test('hang leaves the stream open until the client gives up', async () => {
    const served = await serve();
    const session = openSession(served);
    const id = await newSession(served.call);
    served.mock.next({ ...two, ends: { after: { event: 1 }, how: 'hang' } });
    const stream = session.request({
      ':method': 'POST',
      ':path': `/api/v1/chat/${id}/messages/stream`,
      authorization: 'Bearer any',
      'content-type': 'application/json',
    });
    stream.on('error', () => {});
    stream.end(JSON.stringify(question));
    await once(stream, 'data');
    expect(await served.mock.waitForStream({ state: 'hanging' })).toHaveLength(1);
    stream.close(8);
    expect(await served.mock.waitForStream({ state: 'over' })).toMatchObject([{ end: 'client_left' }]);
  });

  test('each piece of a split is a DATA frame', async () => {
    const served = await serve();
    const { pieces } = await ask(served, openSession(served), { ...two, wire: { split: { bytes: 40 } } });
    expect(pieces.slice(0, -1).map((piece) => piece.length)).toEqual(Array(pieces.length - 1).fill(40));
    expect(pieces.length).toBeGreaterThan(3);
  });

  test('a reader that does not read holds its stream back, and no other', async () => {
    const served = await serve();
    const session = openSession(served);
    const id = await newSession(served.call);
    served.mock.next({ steps: [{ huge: 1_000_000 }, { huge: 1_000_000 }] });
    const stream = session.request({
      ':method': 'POST',
      ':path': `/api/v1/chat/${id}/messages/stream`,
      authorization: 'Bearer any',
      'content-type': 'application/json',
    });
    stream.on('error', () => {});
    stream.end(JSON.stringify(question));
    while (served.mock.streams[0]?.stalls !== 1) await new Promise(setImmediate);
    expect(served.mock.streams[0]).toMatchObject({ events: 1, end: null });
    expect((await send(session, { path: '/api/v1/chat' })).head[':status']).toBe(200);
    let sizeBytes = 0;
    stream.on('data', (bytes) => {
      sizeBytes += bytes.length;
    });
    await once(stream, 'end');
    expect(sizeBytes).toBeGreaterThan(2_000_000);
  });
});

describe('endings over HTTP/1.1 with TLS', () => {
  test.each([
    ['truncate', 'ECONNRESET aborted'],
    ['reset', 'ECONNRESET'],
  ] as const)('%s comes after all bytes', async (how, end) => {
    const served = await serve();
    const id = await newSession(served.call);
    served.mock.next({ ...two, ends: { after: { event: 2 }, how } });
    const cut = await sendHttp1(served, { method: 'POST', path: `/api/v1/chat/${id}/messages/stream`, body: question });
    expect([cut.text.match(/^data:/gm)?.length, cut.end.startsWith(end)]).toEqual([2, true]);
  });
});

describe('the certificate', () => {
  test('made at start names localhost and the address, and a client that trusts its file connects', async () => {
    const { server, ca } = await serve();
    const certificate = new X509Certificate(ca);
    expect([certificate.checkHost('localhost'), certificate.checkIP('127.0.0.1'), certificate.checkIP('::1')]).toEqual([
      'localhost',
      '127.0.0.1',
      '::1',
    ]);
    expect(certificate.verify(certificate.publicKey)).toBe(true);
    expect(certificate.fingerprint256).toBe(server.certificate?.fingerprint256);
  });

  test.each(['::1', '2001:db8::1', 'fe80::1:2:3', '::ffff:192.0.2.1', '10.0.0.7', 'mock.test'])(
    'can be for %s',
    (host) => {
      const certificate = new X509Certificate(createSelfSigned([host], Date.now()).cert);
      expect(host.includes('mock') ? certificate.checkHost(host) : certificate.checkIP(host)).toBeTruthy();
    },
  );

  test('many differ, and each fits its key', () => {
    const pairs = Array.from({ length: 20 }, () => createSelfSigned(['localhost'], Date.now()));
    expect(new Set(pairs.map(({ cert }) => new X509Certificate(cert).serialNumber)).size).toBe(20);
  });

  test('in files is read again when they are replaced; a pair that does not fit is reported and not used', async () => {
    const [one, two] = [
      createSelfSigned(['localhost', '127.0.0.1'], Date.now()),
      createSelfSigned(['localhost', '127.0.0.1'], Date.now()),
    ];
    const directory = temporaryDirectory({ 'cert.pem': one.cert, 'key.pem': one.key });
    const [certFile, keyFile] = [join(directory, 'cert.pem'), join(directory, 'key.pem')];
    const errors: unknown[] = [];
    const { server } = await serve({ onError: (error) => errors.push(error) }, { tls: { certFile, keyFile } });
    const shown = async () => {
      const socket: TLSSocket = connectTls({ port: server.port, host: '127.0.0.1', rejectUnauthorized: false });
      await once(socket, 'secureConnect');
      const { fingerprint256 } = socket.getPeerCertificate();
      socket.destroy();
      return fingerprint256;
    };
    const [first, second] = [one, two].map(({ cert }) => new X509Certificate(cert).fingerprint256);
    expect(await shown()).toBe(first);
    writeFileSync(certFile, two.cert);
    await expect.poll(() => errors.length, { timeout: 20_000 }).toBe(1);
    expect([await shown(), String(errors[0])]).toEqual([
      first,
      expect.stringContaining('Give two PEM files that belong together'),
    ]);
    copyFileSync(keyFile, join(directory, 'old.pem'));
    writeFileSync(keyFile, two.key);
    await expect.poll(shown, { timeout: 20_000 }).toBe(second);
  });

  test('that is replaced before anybody watches it is noticed, too', async () => {
    const [one, two] = [createSelfSigned(['a'], Date.now()), createSelfSigned(['a'], Date.now())];
    const directory = temporaryDirectory({ 'cert.pem': one.cert, 'key.pem': one.key });
    const [certFile, keyFile] = [join(directory, 'cert.pem'), join(directory, 'key.pem')];
    const { watch } = useCertificate({ certFile, keyFile }, { host: '127.0.0.1', onError: () => {} });
    writeFileSync(certFile, two.cert);
    writeFileSync(keyFile, two.key);
    const pair = await new Promise((resolve) => {
      onTestFinished(watch(resolve));
    });
    expect(pair).toEqual({ cert: two.cert, key: two.key });
  });

  test('that is missing or does not fit stops the start', async () => {
    const [one, two] = [createSelfSigned(['a'], Date.now()), createSelfSigned(['a'], Date.now())];
    const directory = temporaryDirectory({ 'cert.pem': one.cert, 'key.pem': two.key });
    const [certFile, keyFile] = [join(directory, 'cert.pem'), join(directory, 'key.pem')];
    await expect(serve({}, { tls: { certFile, keyFile } })).rejects.toMatchObject({ code: 'bad_certificate' });
    await expect(serve({}, { tls: { certFile: join(directory, 'none'), keyFile } })).rejects.toThrow(
      'Failed to read the certificate',
    );
  });
});
