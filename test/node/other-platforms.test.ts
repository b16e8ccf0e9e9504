import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join, win32 } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { checks, parseFlows, parseWaivers } from '../../src/contract/index.ts';
import { createChatMock } from '../../src/node/checked-mock.ts';
import { loadChoices, loadFixtures, loadScenarios } from '../../src/node/files.ts';
import { parseScenario } from '../../src/scenario/parse-scenario.ts';
import { temporaryDirectory } from '../cli/support/temporary-directory.ts';

const scenario = `scenario: three-lines
description: |
  First line.
  Second line.
steps:
  - text: |
      Line one.
      Line two.
  - stop: {}
`;
const session = readFileSync(
  new URL(
    `../../fixtures/sessions/${readdirSync(new URL('../../fixtures/sessions', import.meta.url))[0]}`,
    import.meta.url,
  ),
  'utf8',
);
const flows =
  'area: own\nflows:\n  - flow: own\n    summary: One.\n    profile: safe\n    checks: [http.json]\n    steps:\n      - { call: listSessions }\n';
const toCrlf = (text: string) => text.replaceAll('\n', '\r\n');

afterEach(() => {
  vi.doUnmock('node:path');
  vi.doUnmock('node:fs/promises');
  vi.doUnmock('node:fs');
  vi.resetModules();
});

describe('files with CRLF, as editors of Windows write them, hold what the same files with LF hold', () => {
  test('scenarios, byte for byte on the wire', async () => {
    const streams = await Promise.all(
      [scenario, toCrlf(scenario), `\ufeff${toCrlf(scenario)}`].map(async (text) => {
        const directory = temporaryDirectory({ 'three-lines.yaml': text });
        const mock = createChatMock({ speed: 'instant', scenarios: await loadScenarios(directory) });
        const response = await mock.fetch('http://mock/api/v1/chat/ses-never-run/messages/stream', {
          method: 'POST',
          headers: { authorization: 'Bearer any', 'content-type': 'application/json' },
          body: JSON.stringify({ prompt: '/three-lines', index_ids: ['a'] }),
        });
        return response.text();
      }),
    );
    expect(streams[0]).toContain('Line one.\\nLine two.\\n');
    expect(new Set(streams).size).toBe(1);
  });

  test('choices, waivers and flows', async () => {
    const directory = temporaryDirectory({ 'choices.yaml': toCrlf('sse_ids: true\ntitle_suffix: "…"\n') });
    expect(await loadChoices(join(directory, 'choices.yaml'))).toEqual({ sse_ids: true, title_suffix: '…' });
    const waivers =
      'waivers:\n  - check: title.persists\n    reason: known\n    owner: team@example.test\n    expires: "2027-01-31"\n';
    for (const [parse, file, text] of [
      [parseWaivers, 'waivers.yaml', waivers],
      [(source: { file: string; text: string }) => parseFlows(source, checks), 'own.yaml', flows],
    ] as const) {
      const read = parse({ file, text });
      expect(read).toHaveProperty('value');
      expect(parse({ file, text: toCrlf(text) })).toEqual(read);
    }
  });

  test('a mistake is told at its line and column', () => {
    const wrong = scenario.replace('  - stop', '  - stopp');
    const problems = [wrong, toCrlf(wrong)].map((text) => parseScenario({ file: 'three-lines.yaml', text }));
    expect(problems[0]).toMatchObject({ problems: [{ line: 9, column: 5 }] });
    expect(problems[1]).toEqual(problems[0]);
  });

  test('session fixtures', async () => {
    const load = async (text: string) =>
      (await loadFixtures(temporaryDirectory({ 'sessions/one.yaml': text }))).sessions;
    const sessions = await load(session);
    expect(sessions).toHaveLength(1);
    expect(await load(toCrlf(session))).toEqual(sessions);
  });
});

describe('paths of Windows', () => {
  test('the name of a file is what follows its last backslash', () => {
    for (const file of ['mocks\\three-lines.yaml', 'C:\\mocks\\three-lines.YAML', '\\\\host\\share\\three-lines.yml'])
      expect(parseScenario({ file, text: scenario })).toHaveProperty('value');
    const flow = { file: 'contracts\\own.yaml', text: flows.replace('area: own', 'area: other') };
    expect(JSON.stringify(parseFlows(flow, checks))).toContain('the area must equal the file');
  });

  test('a flag or a key of a configuration file that names one starts from its directory', async () => {
    vi.resetModules();
    vi.doMock('node:path', () => ({ ...win32, default: win32 }));
    const { path } = await import('../../src/cli/value-types.ts');
    const read = (text: string) => path('DIR').read(text, 'C:\\work\\app');
    expect(read('mocks\\chat')).toMatchObject({ value: 'C:\\work\\app\\mocks\\chat' });
    expect(read('..\\mocks')).toMatchObject({ value: 'C:\\work\\mocks' });
    expect(read('mocks/chat')).toMatchObject({ value: 'C:\\work\\app\\mocks\\chat' });
    for (const absolute of ['D:\\mocks', 'D:/mocks', '\\\\host\\share'])
      expect(read(absolute)).toMatchObject({ value: absolute });
  });
});

describe('without /proc, as on macOS and Windows', () => {
  const noProc = (path: unknown) => {
    if (String(path).startsWith('/proc')) throw Object.assign(new Error('ENOENT'), { code: 'ENOENT' });
  };

  test('a reset comes after the bytes before it', async () => {
    vi.resetModules();
    vi.doMock('node:fs/promises', async (original) => {
      const real = await original<typeof import('node:fs/promises')>();
      const readFile = async (...args: Parameters<typeof real.readFile>) => {
        noProc(args[0]);
        return real.readFile(...args);
      };
      return { ...real, readFile };
    });
    const { createDeliveryWatch } = await import('../../src/node/delivery.ts');
    const text = 'x'.repeat(1000);
    const untilDelivered = createDeliveryWatch();
    const server = createServer((socket) => {
      socket.write(text);
      void untilDelivered(socket).then(() => socket.resetAndDestroy());
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number }; // It listens on TCP.
    const client = connect(port, '127.0.0.1');
    let seen = '';
    client.on('data', (bytes) => {
      seen += bytes;
    });
    const [error] = await once(client, 'error').catch((cause) => [cause]);
    expect([seen, error.code]).toEqual([text, 'ECONNRESET']);
    server.close();
  });

  test('the owner of a ledger is known by its host and process; whether it runs, only if it is gone', async () => {
    vi.resetModules();
    vi.doMock('node:fs', async (original) => {
      const real = await original<typeof import('node:fs')>();
      const readFileSync = (...args: Parameters<typeof real.readFileSync>) => {
        noProc(args[0]);
        return real.readFileSync(...args);
      };
      return { ...real, readFileSync };
    });
    const platform = vi.spyOn(process, 'platform', 'get').mockReturnValue('darwin');
    const { isRunning, whoAmI } = await import('../../src/contract/ledger/owner.ts');
    const self = whoAmI();
    platform.mockRestore();
    expect(self).toEqual({ pid: process.pid, start: null, place: expect.stringMatching(/./) });
    expect(isRunning(self, self)).toBe(null);
    expect(isRunning({ ...self, pid: 2 ** 22 + 1 }, self)).toBe(false);
    expect(isRunning({ ...self, place: 'elsewhere' }, self)).toBe(null);
  });
});
