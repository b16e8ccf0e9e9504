import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { chatMockServer } from '../../src/embed/chat-mock-server.ts';
import { createChatMock } from '../../src/node/checked-mock.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

interface Suite {
  readonly suites?: readonly Suite[];
  readonly specs?: readonly {
    readonly title: string;
    readonly tests: readonly {
      readonly status: 'expected' | 'unexpected' | 'flaky' | 'skipped';
      readonly results: readonly {
        readonly errors: readonly { readonly message: string }[];
        readonly attachments: readonly { readonly name: string; readonly body?: string }[];
      }[];
    }[];
  }[];
}

/** Runs the samples against a mock of this process: what became of each. */
async function runSamples() {
  await using mock = createChatMock();
  const { url } = await mock.listen();
  const config = 'test/slow/playwright/playwright.config.ts';
  const output = mkdtempSync(join(tmpdir(), 'chat-mock-playwright-'));
  onTestFinished(() => rmSync(output, { recursive: true, force: true }));
  const args = [
    'node_modules/@playwright/test/cli.js',
    'test',
    '--config',
    config,
    '--reporter',
    'json',
    '--output',
    output,
  ];
  const env = { ...process.env, CHAT_MOCK_URL: url, FORCE_COLOR: '0' };
  const printed = await new Promise<string>((resolve) => {
    execFile(process.execPath, args, { cwd: root, env, maxBuffer: 1e8 }, (_, stdout) => resolve(stdout));
  });
  const list = (suite: Suite): NonNullable<Suite['specs']>[number][] => [
    ...(suite.specs ?? []),
    ...(suite.suites ?? []).flatMap(list),
  ];
  return list(JSON.parse(printed) as Suite).flatMap(({ title, tests }) =>
    tests.map(({ status, results }) => {
      const last = results.at(-1);
      const attached = Object.fromEntries(
        (last?.attachments ?? []).map(({ name, body = '' }) => [name, Buffer.from(body, 'base64').toString()]),
      );
      return { title, status, errors: (last?.errors ?? []).map(({ message }) => firstParagraph(message)), attached };
    }),
  );
}

/** Without the excerpt of the code below it. */
const firstParagraph = (message: string) => stripVTControlCharacters(message).replace(/\n\n[\s\S]*/, '');

test('each test of the samples becomes what its name says, and a failed one shows what the mock saw', async () => {
  const results = await runSamples();
  expect(results.length).toBeGreaterThan(10);
  const wanted = (title: string) =>
    title.startsWith('fails')
      ? 'unexpected'
      : title.startsWith('is skipped')
        ? 'skipped'
        : title.includes('second try')
          ? 'flaky'
          : 'expected';
  expect(results.filter(({ title, status }) => status !== wanted(title))).toEqual([]);
  const failed = results.filter(({ status }) => status === 'unexpected');
  expect(failed.map(({ title, errors }) => [title, errors])).toEqual([
    [
      'fails: an answer was never asked for',
      [
        'Error: 1 queued answer was never asked for:\n  slow-tool for streamMessages, used 0 of 1 times\nQueue only what the test asks for, or check what it asked: mock.journal.entries.',
      ],
    ],
    [
      'fails: for its own reason alone, with what the mock saw',
      ['Error: expect(received).toBe(expected) // Object.is equality'],
    ],
    ['fails: with what to do', [expect.stringContaining('Set the headers in the configuration')]],
  ]);
  const { attached = {} } = failed.find(({ title }) => title.includes('own reason')) ?? {};
  expect(attached['chat-mock']).toBe('chat-mock saw:\n  GET /api/v1/chat -> 200');
  expect(JSON.parse(attached['chat-mock-journal'] ?? '')).toMatchObject([{ path: '/api/v1/chat', status: 200 }]);
  expect(JSON.parse(attached['chat-mock-streams'] ?? '')).toEqual([]);
});

test('a server for webServer is a command line and where it answers', () => {
  const options = { port: 4100, scenarios: 'my $cenarios', speed: 'instant', flags: ['--edition', '2026-09'] } as const;
  expect(chatMockServer(options)).toMatchObject({
    command: String.raw`npx --no-install chat-mock --port 4100 --scenarios "my \$cenarios" --speed instant --edition 2026-09`,
    url: 'http://127.0.0.1:4100/__mock/health',
  });
});
