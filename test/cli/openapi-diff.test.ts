import { createServer } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runCli } from './support/fake-io.ts';
import { temporaryDirectory } from './support/temporary-directory.ts';

const before = `openapi: 3.1.0
info: { title: Things, version: "1" }
paths:
  /things:
    get:
      responses:
        200:
          description: All of them.
          content: { application/json: { schema: { $ref: "#/components/schemas/Thing" } } }
    delete: { responses: { 204: { description: Gone. } } }
components:
  schemas:
    Thing: { type: object, properties: { kind: { type: string, enum: [a] }, o: { $ref: "http://a.test/o.yaml" } } }
`;
const after = before
  .replace(/ {4}delete: .*\n/, '')
  .replace('[a]', '[a, "b|\u001b[2J"]')
  .replace('All of', 'Each of');
const files = {
  'before.yaml': before,
  'after.yaml': after,
  'same.json': JSON.stringify({ openapi: '3.2.0', info: {} }),
};
const diff = (...args: string[]) =>
  runCli(['openapi', 'diff', ...args], { cwd: temporaryDirectory(files), showsStyles: true });
const note =
  '#/components/schemas/Thing/properties/o: the reference "http://a.test/o.yaml" leads to another URL: follow it with --remote-refs.';

test('text tells what breaks first, and what could not be compared beside it', async () => {
  const { exitCode, stdout, stderr } = await diff('before.yaml', 'after.yaml');
  expect(exitCode).toBe(1);
  expect(stdout).toBe(`before.yaml → after.yaml: 2 breaking, 0 non-breaking, 1 docs-only, 1 not compared

<red>breaking</red>
  <bold>Thing.kind</bold>  value-added: "b|\\u001b[2J" (response)
    A client that handles each value meets one it does not know.
    in GET /things 200
  <bold>DELETE /things</bold>  operation-removed
    A client that calls it is refused.

<dim>docs-only</dim>
  <bold>GET /things 200</bold>  text-changed description
`);
  expect(stderr).toBe(`Not compared: ${note}\n`);
});

test('Markdown is a table that no document can break out of', async () => {
  const { exitCode, stdout } = await diff('before.yaml', 'after.yaml', '--format=markdown');
  expect(exitCode).toBe(1);
  expect(stdout).toBe(`# before.yaml → after.yaml: 2 breaking, 0 non-breaking, 1 docs-only, 1 not compared

- Not compared: ${note.replaceAll('#', '\\#')}

## breaking

| where | change | why | met by |
|---|---|---|---|
| Thing.kind | value-added: "b\\|\\\\u001b\\[2J" (response) | A client that handles each value meets one it does not know. | GET /things 200 |
| DELETE /things | operation-removed | A client that calls it is refused. |  |

## docs-only

| where | change | why | met by |
|---|---|---|---|
| GET /things 200 | text-changed description | Only readers see it. |  |
`);
});

test('JSON has all of it', async () => {
  const { exitCode, stdout, stderr } = await diff('before.yaml', 'after.yaml', '--format', 'json');
  expect([exitCode, stderr]).toEqual([1, '']);
  expect(JSON.parse(stdout)).toEqual({
    ...{
      before: 'before.yaml',
      after: 'after.yaml',
      breaking: 2,
      non_breaking: 0,
      docs_only: 1,
      notes: [note],
      remarks: [],
    },
    changes: [
      {
        ...{ kind: 'value-added', severity: 'breaking', direction: 'response', place: 'Thing.kind' },
        pointer: '#/components/schemas/Thing/properties/kind',
        after: 'b|\u001b[2J',
        reason: 'A client that handles each value meets one it does not know.',
        uses: ['GET /things 200'],
      },
      {
        ...{ kind: 'operation-removed', severity: 'breaking', direction: null, place: 'DELETE /things' },
        pointer: '#/paths/~1things/delete',
        reason: 'A client that calls it is refused.',
        uses: ['DELETE /things'],
      },
      {
        ...{ kind: 'text-changed', severity: 'docs-only', direction: null, place: 'GET /things 200' },
        pointer: '#/paths/~1things/get/responses/200',
        ...{ what: 'description', before: 'All of them.', after: 'Each of them.' },
        reason: 'Only readers see it.',
        uses: ['GET /things 200'],
      },
    ],
  });
});

test('what breaks nobody is exit code 0', async () => {
  expect(await diff('same.json', 'same.json')).toMatchObject({
    exitCode: 0,
    stdout: 'same.json → same.json: no changes\n',
  });
  expect(await diff('2026-05', 'same.json', '--spec', '3.1')).toMatchObject({
    exitCode: 0,
    stdout: expect.stringContaining('edition 2026-05 → same.json: 0 breaking, 0 non-breaking, 2 docs-only\n'),
  });
});

describe('a URL', () => {
  const server = createServer(({ url }, response) => {
    if (url === '/api.yaml') response.end(before);
    else if (url === '/cut') response.socket?.destroy();
    else if (url === '/page') response.end('<!doctype html>\n<p>\n- a: b: c\n'.repeat(5));
    else if (url === '/huge') for (let count = 0; count < 33; count++) response.write(' '.repeat(1024 * 1024));
    else response.writeHead(404).end();
  });
  let url = '';
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as { port: number }).port}`; // A TCP server has a port.
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  test('is read as a file is', async () => {
    const { exitCode, stdout } = await diff(`${url}/api.yaml`, 'before.yaml');
    expect([exitCode, stdout]).toEqual([
      0,
      `${url}/api.yaml → before.yaml: 0 breaking, 0 non-breaking, 0 docs-only, 1 not compared\n`,
    ]);
  });

  const advice = 'Give a file, an http(s) URL, - for standard input, or an edition (2026-05, 2026-08, 2026-09).\n';
  test.each([
    ['/nothing', `the server answered 404. ${advice}`],
    ['/cut', `other side closed. ${advice}`],
    ['/huge', `it is larger than 33554432 bytes. ${advice}`],
  ])('%s is told', async (path, message) => {
    expect(await diff('2026-05', url + path)).toMatchObject({
      exitCode: 2,
      stdout: '',
      stderr: `Failed to read "${url}${path}": ${message}`,
    });
  });

  test('of a page instead of a document, not each line is told', async () => {
    const { exitCode, stderr } = await diff('2026-05', `${url}/page`);
    const [headline, first, ...more] = stderr.trimEnd().split('\n');
    expect({ exitCode, headline, first, more: more.length }).toEqual({
      exitCode: 2,
      headline: 'Failed to load the OpenAPI document: 5 problems.',
      first: `  ${url}/page:1:1: Implicit keys need to be on a single line (and 5 more below)`,
      more: 4,
    });
  });
});

describe('documents as people write them', () => {
  const answer = (schema: string) =>
    `{ get: { responses: { "200": { description: ok, content: { application/json: { schema: ${schema} } } } } } }`;
  const head = 'openapi: 3.0.3\ninfo: { title: t, version: "1" }\n';
  const diffTexts = (before: string | Buffer, after: string | Buffer) =>
    runCli(['openapi', 'diff', 'before.yaml', 'after.yaml'], {
      cwd: temporaryDirectory({ 'before.yaml': before, 'after.yaml': after }),
    });

  test('a change in what a merge key brings in is seen', async () => {
    const of = (type: string) =>
      `${head}x-common: &common { id: { type: string }, count: { type: ${type} } }\npaths:\n  /x: ${answer('{ type: object, properties: { <<: *common, name: { type: string } } }')}\n`;
    const { exitCode, stdout } = await diffTexts(of('integer'), of('string'));
    expect([exitCode, stdout]).toEqual([
      1,
      expect.stringContaining('GET /x 200 application/json.count  type-changed: ["integer"] → ["string"] (response)'),
    ]);
  });

  test('an answer may be repeated by as many aliases as there are paths', async () => {
    const paths = Array.from({ length: 300 }, (_, index) => `  /p${index}: *answer\n`).join('');
    const text = `${head}x-answer: &answer ${answer('{ type: string }')}\npaths:\n${paths}`;
    expect(await diffTexts(text, text)).toMatchObject({
      exitCode: 0,
      stdout: 'before.yaml → after.yaml: no changes\n',
    });
  });

  const text = `${head}paths: { /é: ${answer('{ type: string }')} }\n`;
  test.each([
    ['UTF-16', Buffer.from(`\ufeff${text}`, 'utf16le'), '1:1: is UTF-16; save the file as UTF-8'],
    ['UTF-16 without a mark', Buffer.from(text, 'utf16le'), '1:1: is UTF-16; save the file as UTF-8'],
    ['big-endian UTF-16', Buffer.from(text, 'utf16le').swap16(), '1:1: is UTF-16; save the file as UTF-8'],
    ['UTF-32', Buffer.from([0xff, 0xfe, 0, 0, 0x6f, 0, 0, 0]), '1:1: is UTF-32; save the file as UTF-8'],
    [
      'Latin-1',
      Buffer.from(text, 'latin1'),
      '3:11: is not UTF-8; it looks like Latin-1 or Windows-1252, so save the file as UTF-8',
    ],
  ])('%s is named', async (_, bytes, problem) => {
    expect(await diffTexts(bytes, text)).toMatchObject({
      exitCode: 2,
      stderr: `Failed to load the OpenAPI document: 1 problem.\n  before.yaml:${problem}\n`,
    });
  });

  test.each([
    ['YAML', (schema: string) => `${head}paths:\n  /x: ${answer(schema)}\n`],
    [
      'JSON',
      (schema: string) => `{"openapi": "3.0.3", "paths": {"/x": {"get": {"responses": {"200": {"s": ${schema}}}}}}}`,
    ],
  ])('%s that is nested without end is refused', async (_, of) => {
    const deep = of(`${'{"not": '.repeat(5_000)}{}${'}'.repeat(5_000)}`);
    expect(await diffTexts(deep, deep)).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('is nested too deeply; at most 256 levels are read'),
    });
  });
});

describe('what cannot be compared is exit code 2', () => {
  const twoDocuments =
    'Failed to compare: it takes two documents, the old one and the new one. Write chat-mock openapi diff OLD NEW, where each is a file, an http(s) URL, an edition, or - for standard input.\n';
  test.each([
    [[], twoDocuments],
    [['2026-05'], twoDocuments],
    [['2026-05', '2026-08', '2026-09'], twoDocuments],
    [
      ['2026-05', '2026-10'],
      `Failed to read "2026-10": ENOENT: no such file or directory, open '/here/2026-10'. Give a file, an http(s) URL, - for standard input, or an edition (2026-05, 2026-08, 2026-09).\n`,
    ],
    [
      ['2026-05', 'swagger.yaml'],
      'Failed to load the OpenAPI document: 1 problem.\n  swagger.yaml:2:1: this is not an OpenAPI 3 document: it is of Swagger 2; give one of OpenAPI 3.0, 3.1 or 3.2\n',
    ],
    [
      ['2026-05', 'broken.json'],
      'Failed to load the OpenAPI document: 1 problem.\n  broken.json:2:1: Flow map must end with a }\n',
    ],
  ])('%j', async (args, message) => {
    const directory = temporaryDirectory({
      'swagger.yaml': '# old\nswagger: "2.0"\n',
      'broken.json': '{ "openapi": "3.1.0",\n',
    });
    const { exitCode, stdout, stderr } = await runCli(['openapi', 'diff', ...args], { cwd: directory });
    expect({ exitCode, stdout, stderr: stderr.replace(directory, '/here') }).toEqual({
      exitCode: 2,
      stdout: '',
      stderr: message,
    });
  });
});
