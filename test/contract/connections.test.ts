import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, connect, createServer as createTcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { createChatMock } from '../../src/node/checked-mock.ts';
import { startFront } from '../support/front.ts';
import { createStallTimer, type StallTimer } from '../support/stall-timer.ts';
import { complaints, flowsNamed, runVerify } from '../support/verify.ts';

const closers: (() => void)[] = [];
afterEach(() => {
  vi.unstubAllEnvs();
  for (const close of closers.splice(0)) close();
});
const { fetch } = createChatMock({ speed: 'instant' });
async function front(options: Parameters<typeof startFront>[1] = {}) {
  const server = await startFront(fetch, options);
  closers.push(server.close);
  return server;
}
const failedOf = ({ checks }: Awaited<ReturnType<typeof runVerify>>['report']) =>
  checks.filter(({ verdict }) => ['failed', 'flaky', 'bug'].includes(verdict)).map(({ id }) => id);
/** Without their stop. */
const wholeFrames = (bytes: Buffer, times: number) => {
  const text = bytes.toString();
  return Buffer.from(text.slice(0, text.lastIndexOf('event: message')).repeat(times));
};
const half = (bytes: Buffer) => bytes.subarray(0, bytes.length >> 1);

type SendStream = NonNullable<NonNullable<Parameters<typeof startFront>[1]>['sendStream']>;

test.each<[what: string, fails: string, verdict: string, send: (timer: StallTimer) => SendStream]>([
  [
    'a reset in the middle',
    'stream.whole',
    'cut',
    () => (bytes, response) => void response.write(half(bytes), () => response.socket?.resetAndDestroy()),
  ],
  [
    'an end without the last chunk',
    'stream.whole',
    'cut',
    () => (bytes, response) => void response.write(half(bytes), () => response.socket?.end()),
  ],
  [
    'a stall',
    'stream.moves-on',
    'stalled',
    (timer) => (bytes, response) => void response.write(half(bytes), () => void timer.stall()),
  ],
  [
    'no end after the stop',
    'stream.closes',
    'stalled',
    (timer) => (bytes, response) => void response.write(bytes, () => void timer.stall()),
  ],
  [
    'more than anyone can hold',
    'stream.whole',
    'violates',
    () => (bytes, response) => {
      const pour = () => {
        while (!response.destroyed && response.write(wholeFrames(bytes, 50)));
        if (!response.destroyed) response.once('drain', pour);
      };
      pour();
    },
  ],
])('%s is %s, and bounded', async (_, fails, verdict, send) => {
  const timer = createStallTimer();
  const { url } = await front({ sendStream: send(timer) });
  const { report } = await runVerify({
    url,
    timer,
    concurrency: 1,
    answerLimits: { bodyBytes: 256 * 1024 },
    flows: flowsNamed('one-turn', 'two-turns'),
  });
  expect(failedOf(report)).toEqual([fails]);
  expect(new Set(report.streams.map((stream) => stream.verdict))).toContain(verdict);
  expect(report.exit_code).toBe(1);
});

test('a server that does not speak HTTP, or never answers, is unreachable and said so', async () => {
  const babbler = createTcpServer((socket) => void socket.end('220 smtp ready\r\n')).listen(0, '127.0.0.1');
  const mute = createTcpServer(() => {}).listen(0, '127.0.0.1');
  closers.push(
    () => babbler.close(),
    () => mute.close(),
  );
  await Promise.all([babbler, mute].map((server) => new Promise((resolve) => server.once('listening', resolve))));
  const urlOf = (server: typeof mute) => `http://127.0.0.1:${(server.address() as AddressInfo).port}`; // TCP.
  await expect(runVerify({ url: urlOf(babbler) })).rejects.toThrow(/Failed to reach .*Start the server/);
  await expect(runVerify({ url: urlOf(babbler).replace('http', 'https') })).rejects.toThrow(
    /the TLS handshake failed \(.*\); a server without TLS has an http:\/\/ URL/,
  );
  await expect(runVerify({ url: urlOf(mute), timeoutMs: 100 })).rejects.toThrow(/Failed to reach .*Start the server/);
});

test('a base URL may have a path, with or without a slash at its end', async () => {
  const { url } = await front({ prefix: '/gateway/chat' });
  for (const one of [url, `${url}/`]) {
    const { report } = await runVerify({ url: one, profile: 'read-only' });
    expect([complaints(report), report.exit_code]).toEqual([[], 0]);
  }
});

/** A certificate that signs itself, with its key. */
function createCertificate() {
  const directory = mkdtempSync(join(tmpdir(), 'chat-mock-tls-'));
  closers.push(() => rmSync(directory, { recursive: true }));
  const [key, cert] = [join(directory, 'key.pem'), join(directory, 'cert.pem')];
  const kind = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'];
  execFileSync('openssl', ['req', ...kind, '-keyout', key, '-out', cert, ...subject], { stdio: 'ignore' });
  return { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') };
}

test('TLS: a certificate of our own is trusted where it is given, and refused in words where it is not', async () => {
  const pem = createCertificate();
  const { url } = await front({ tls: pem });
  const { report } = await runVerify({ url, tls: { ca: pem.cert }, flows: flowsNamed('one-turn', 'session-life') });
  expect([complaints(report), report.exit_code]).toEqual([[], 0]);
  await expect(runVerify({ url })).rejects.toThrow(
    /self-signed certificate\. Trust its certificate with NODE_EXTRA_CA_CERTS/,
  );
});

test('TLS: a server that asks for a certificate gets the one that is given', async () => {
  const [server, client] = [createCertificate(), createCertificate()];
  const { url } = await front({ tls: { ...server, ca: client.cert } });
  const tls = { ca: server.cert, ...client };
  const { report } = await runVerify({ url, tls, profile: 'read-only' });
  expect([complaints(report), report.exit_code]).toEqual([[], 0]);
  await expect(runVerify({ url, tls: { ca: server.cert }, profile: 'read-only' })).rejects.toThrow('Failed to');
});

test('a proxy of the environment is asked, and streams come through it', async () => {
  const { port } = await front();
  const tunnels: string[] = [];
  const proxy = createServer((_, response) => void response.writeHead(405).end());
  proxy.on('connect', (request, socket, head) => {
    tunnels.push(request.url ?? '');
    const upstream = connect(port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      upstream.write(head);
      socket.pipe(upstream).pipe(socket);
    });
    for (const end of [socket, upstream]) end.on('error', () => {});
    socket.on('close', () => upstream.destroy());
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  closers.push(
    () => proxy.closeAllConnections(),
    () => proxy.close(),
  );
  vi.stubEnv('HTTP_PROXY', `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`); // TCP.
  vi.stubEnv('NO_PROXY', '');
  const { report } = await runVerify({
    url: 'http://chat.test',
    usesProxy: true,
    flows: flowsNamed('one-turn', 'session-life'),
  });
  expect([complaints(report), report.exit_code]).toEqual([[], 0]);
  expect(new Set(tunnels)).toEqual(new Set(['chat.test:80']));
});
