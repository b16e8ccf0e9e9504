import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runCli } from './support/fake-io.ts';
import { temporaryDirectory } from './support/temporary-directory.ts';

const head = 'openapi: 3.1.0\ninfo: { title: t, version: "1" }\n';
const answer = (schema: string) =>
  `{ get: { responses: { "200": { description: ok, content: { a/a: { schema: ${schema} } } } } } }`;
/** A document whose one answer is a schema. */
const documentOf = (schema: string) => `${head}paths:\n  /x: ${answer(schema)}\n`;
const reference = (address: string) => documentOf(`{ $ref: "${address}" }`);

interface Given {
  readonly args?: readonly string[];
  readonly stdin?: string;
  readonly env?: Record<string, string>;
}

/** Compares the documents of two folders. */
async function diffFolders(
  before: Record<string, string>,
  after: Record<string, string>,
  { args = [], env }: Given = {},
) {
  const inFolder = (folder: string, files: Record<string, string>) =>
    Object.entries(files).map(([name, text]) => [`${folder}/${name}`, text]);
  const cwd = temporaryDirectory(Object.fromEntries([...inFolder('before', before), ...inFolder('after', after)]));
  return runCli(['openapi', 'diff', 'before/api.yaml', 'after/api.yaml', ...args], { cwd, ...(env && { env }) });
}

describe('references to other files', () => {
  const api = reference('models/thing.yaml#/Thing');
  const of = (type: string) => ({
    'api.yaml': api,
    'models/thing.yaml':
      'Thing: { type: object, properties: { part: { $ref: "../parts/part.json" }, self: { $ref: "#/Thing" } } }\n',
    'parts/part.json': JSON.stringify({ type, $defs: { back: { $ref: '../api.yaml#/paths' } } }),
  });

  test('are followed, from file to file', async () => {
    expect(await diffFolders(of('string'), of('string'))).toMatchObject({
      exitCode: 0,
      stdout: 'before/api.yaml → after/api.yaml: no changes\n',
      stderr: '',
    });
    const { exitCode, stdout } = await diffFolders(of('string'), of('integer'), { args: ['--format', 'json'] });
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout).changes).toMatchObject([
      { kind: 'type-changed', place: 'parts/part.json', pointer: 'parts/part.json#' },
    ]);
  });

  test('what was one file may become two', async () => {
    const one = documentOf('{ type: object, properties: { part: { type: string } } }');
    const two = {
      'api.yaml': reference('thing.yaml'),
      'thing.yaml': 'type: object\nproperties: { part: { type: string } }\n',
    };
    expect(await diffFolders({ 'api.yaml': one }, two)).toMatchObject({ exitCode: 0, stderr: '' });
  });

  test('parameters, responses and paths may be in other files, too', async () => {
    const of = (type: string) => ({
      'api.yaml': `${head}paths: { /x: { $ref: "paths.yaml#/x" } }\n`,
      'paths.yaml': `x: ${answer(`{ type: ${type} }`)}\n`,
    });
    expect((await diffFolders(of('string'), of('integer'))).stdout).toContain('type-changed');
  });

  test.each([
    ['nothing', 'nothing.yaml', 'cannot be read: there is no such file'],
    ['a text', 'notes.txt', 'leads to a file that is neither .yaml, .yml nor .json'],
    ['a secret', '/etc/passwd', 'leads to a file that is neither .yaml, .yml nor .json'],
    ['another URL', 'http://a.test/x.yaml', 'leads to another URL: follow it with --remote-refs'],
    ['no address that can be read', 'ftp://a.test/x.yaml', 'leads out of the document: bundle it into one file first'],
  ])('%s is named as not compared', async (_, address, reason) => {
    const files = { 'api.yaml': reference(address), 'notes.txt': 'type: string\n' };
    const { exitCode, stdout, stderr } = await diffFolders(files, files);
    expect([exitCode, stdout]).toEqual([
      0,
      'before/api.yaml → after/api.yaml: 0 breaking, 0 non-breaking, 0 docs-only, 1 not compared\n',
    ]);
    expect(stderr).toContain(
      `Not compared: #/paths/~1x/get/responses/200/content/a~1a/schema: the reference "${address}" ${reason}`,
    );
  });

  test('a file that cannot be parsed is an error with its place', async () => {
    const files = { 'api.yaml': reference('thing.yaml'), 'thing.yaml': 'type: string\n- a\n' };
    const { exitCode, stderr } = await diffFolders(files, files);
    expect([exitCode, stderr.split('\n')[1]]).toEqual([2, expect.stringMatching(/^ {2}thing\.yaml:2:1: /)]);
  });
});

describe('standard input', () => {
  test('is one of the documents', async () => {
    const cwd = temporaryDirectory({ 'api.yaml': reference('part.yaml'), 'part.yaml': 'type: string\n' });
    const diff = (stdin: string, ...args: string[]) => runCli(['openapi', 'diff', ...args], { cwd, stdin });
    expect(await diff(reference('part.yaml'), '-', 'api.yaml')).toMatchObject({
      exitCode: 0,
      stdout: 'standard input → api.yaml: no changes\n',
    });
    expect((await diff(documentOf('{ type: integer }'), 'api.yaml', '-')).exitCode).toBe(1);
    expect(await diff('', '-', '-')).toMatchObject({
      exitCode: 2,
      stderr: 'Failed to compare: standard input holds one document only. Give a file or a URL for the other one.\n',
    });
    expect(await diff('', '-', 'api.yaml')).toMatchObject({
      exitCode: 2,
      stderr: 'Failed to load the OpenAPI document: 1 problem.\n  standard input:1:1: the file is empty\n',
    });
  });
});

describe('over the network', () => {
  const tunnels: string[] = [];
  let server: Server;
  let proxy: Server;
  const portOf = (one: Server) => (one.address() as AddressInfo).port; // Both listen on TCP.
  beforeAll(async () => {
    server = createServer(({ url }, response) => {
      const files: Record<string, string> = {
        '/api.yaml': reference('parts/part.yaml'),
        '/parts/part.yaml': 'type: string\n',
      };
      const text = files[url ?? ''];
      if (text === undefined) response.writeHead(404).end();
      else response.end(text);
    });
    proxy = createServer((_, response) => void response.writeHead(405).end());
    proxy.on('connect', ({ url = '' }, socket, first) => {
      tunnels.push(url);
      const upstream = connect(portOf(server), '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
        upstream.write(first);
        socket.pipe(upstream).pipe(socket);
      });
      for (const end of [socket, upstream]) end.on('error', () => {});
      socket.on('close', () => upstream.destroy());
    });
    for (const one of [server, proxy]) await new Promise<void>((resolve) => one.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => {
    for (const one of [server, proxy]) {
      one.closeAllConnections();
      one.close();
    }
  });

  test('a reference is followed if the flag says so, and the scheme of a URL has no case', async () => {
    const url = `HTTP://127.0.0.1:${portOf(server)}/api.yaml`;
    const cwd = temporaryDirectory({ 'api.yaml': documentOf('{ type: string }') });
    const diff = (...args: string[]) => runCli(['openapi', 'diff', 'api.yaml', url, ...args], { cwd });
    expect(await diff('--remote-refs')).toMatchObject({
      exitCode: 0,
      stdout: `api.yaml → ${url}: no changes\n`,
      stderr: '',
    });
    expect((await diff()).stderr).toContain('leads to another URL: follow it with --remote-refs');
  });

  test('the proxy of the environment is used, and named where it does not answer', async () => {
    const cwd = temporaryDirectory({ 'api.yaml': documentOf('{ type: string }') });
    const diff = (env: Record<string, string>) =>
      runCli(['openapi', 'diff', 'http://docs.test/api.yaml', 'api.yaml', '--remote-refs'], { cwd, env });
    expect(await diff({ HTTP_PROXY: `http://127.0.0.1:${portOf(proxy)}` })).toMatchObject({ exitCode: 0, stderr: '' });
    expect(tunnels).toEqual(['docs.test:80', 'docs.test:80']);
    expect(await diff({ HTTP_PROXY: 'http://me:secret@127.0.0.1:1' })).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('(through the proxy http://127.0.0.1:1 (HTTP_PROXY)). Give a file'),
    });
    expect(await diff({ HTTP_PROXY: 'docs' })).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('Failed to use the proxy "docs" of HTTP_PROXY: it has no scheme.'),
    });
  });
});
