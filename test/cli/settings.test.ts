import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { mockOptionsOf, runCli } from './support/fake-io.ts';
import { temporaryDirectory } from './support/temporary-directory.ts';

const defaults = {
  seed: 1,
  edition: '2026-05',
  generatedSessions: 0,
  speed: 1,
  clock: 'fixed',
  apiKeys: [],
  lenient: false,
  corsOrigins: [],
  control: true,
  controlToken: null,
};

test('without anything said, the defaults hold and nothing is loaded', async () => {
  const outcome = await runCli([]);
  expect(mockOptionsOf(outcome)).toEqual(defaults);
  expect(outcome.calls).toContainEqual(['listen', { port: 4010, host: '127.0.0.1', replaceGlobals: true }]);
});

const flagCases: readonly (readonly [flags: string, expected: object])[] = [
  ['serve', {}],
  ['--seed 2', { seed: 2 }],
  ['--seed -2', { seed: -2 }],
  ['--seed=--x', { seed: '--x' }],
  ['--seed 007', { seed: '007' }],
  ['--seed blue', { seed: 'blue' }],
  ['--seed Infinity', { seed: 'Infinity' }],
  ['--edition 2026-09', { edition: '2026-09' }],
  ['--sessions 100000', { generatedSessions: 100_000 }],
  ['--speed instant', { speed: 'instant' }],
  ['--speed .5', { speed: 0.5 }],
  ['--speed=20', { speed: 20 }],
  ['--clock real', { clock: 'real' }],
  ['--api-key a --api-key=b --api-key a', { apiKeys: ['a', 'b'] }],
  ['--lenient', { lenient: true }],
  ['--lenient=false', { lenient: false }],
  [
    '--cors http://localhost:5173 --cors tauri://localhost',
    { corsOrigins: ['http://localhost:5173', 'tauri://localhost'] },
  ],
  ['--seed 2 --seed 3', { seed: 3 }],
];
test.each(flagCases)('chat-mock %s', async (flags, expected) => {
  expect(mockOptionsOf(await runCli(flags.split(' ')))).toEqual({ ...defaults, ...expected });
});

const environmentCases: readonly (readonly [env: Record<string, string>, expected: object])[] = [
  [
    { CHAT_MOCK_SEED: 'blue', CHAT_MOCK_SPEED: 'instant' },
    { seed: 'blue', speed: 'instant' },
  ],
  [{ CHAT_MOCK_SEED: '' }, {}],
  [{ CHAT_MOCK_API_KEY: 'a, b,' }, { apiKeys: ['a', 'b'] }],
  [{ CHAT_MOCK_LENIENT: '1' }, { lenient: true }],
  [{ CHAT_MOCK_LENIENT: 'false' }, {}],
  [{ CHAT_MOCK_UNHEARD_OF: 'x' }, {}],
];
test.each(environmentCases)('environment %o', async (env, expected) => {
  expect(mockOptionsOf(await runCli([], { env }))).toEqual({ ...defaults, ...expected });
});

test('a wrong variable is named in the error', async () => {
  const { exitCode, stderr } = await runCli([], { env: { CHAT_MOCK_PORT: 'abc' } });
  expect([exitCode, stderr]).toEqual([
    2,
    'Failed to read CHAT_MOCK_PORT: "abc" is not a whole number from 0 to 65535. Give a free port, or 0 to take any.\n',
  ]);
});

test.each([
  ['CHAT_MOCK_API_KEY', ',,', 'KEY'],
  ['CHAT_MOCK_API_KEY', ' , ', 'KEY'],
  ['CHAT_MOCK_API_KEY', ' ', 'KEY'],
  ['CHAT_MOCK_API_KEY', '', 'KEY'],
  ['CHAT_MOCK_CONTROL_TOKEN', '', 'KEY'],
  ['CHAT_MOCK_CONTROL_TOKEN', '  ', 'KEY'],
  ['CHAT_MOCK_CORS', ',', 'ORIGIN'],
  ['CHAT_MOCK_CORS', ' ', 'ORIGIN'],
  ['CHAT_MOCK_PORT', ' ', 'N'],
])('%s=%j comes to nothing, which is an error and not the default', async (name, value, placeholder) => {
  const { exitCode, stderr, calls } = await runCli([], { env: { [name]: value } });
  const message = `Failed to read ${name}: the value is empty. Give ${placeholder}, or leave it out.\n`;
  expect([exitCode, stderr, calls]).toEqual([2, message, []]);
});

test.each([
  ['yaml', 'apiKey: []\n', 'chat-mock.config.yaml:1:9: "apiKey" is an empty list. Name at least one value'],
  [
    'mjs',
    'export default { cors: [] };\n',
    'Failed to read cors in chat-mock.config.mjs: it is an empty list. Name at least',
  ],
])('so does an empty list in chat-mock.config.%s', async (ending, text, message) => {
  const cwd = temporaryDirectory({ [`chat-mock.config.${ending}`]: text });
  const { exitCode, stderr } = await runCli([], { cwd });
  expect([exitCode, stderr]).toEqual([2, expect.stringContaining(message)]);
});

describe('precedence: flag, environment, file, default', () => {
  const file = { 'chat-mock.config.yaml': 'seed: file\nclock: real\napiKey: [file-1, file-2]\nlenient: true\n' };
  const env = { CHAT_MOCK_SEED: 'environment', CHAT_MOCK_API_KEY: 'environment' };
  const cases: readonly (readonly [what: string, argv: string[], env: Record<string, string>, expected: object])[] = [
    [
      'the file over the defaults',
      [],
      {},
      { seed: 'file', clock: 'real', apiKeys: ['file-1', 'file-2'], lenient: true },
    ],
    [
      'the environment over the file',
      [],
      env,
      { seed: 'environment', clock: 'real', apiKeys: ['environment'], lenient: true },
    ],
    [
      'a flag over all',
      ['--seed=flag', '--api-key=flag', '--lenient=false'],
      env,
      { seed: 'flag', clock: 'real', apiKeys: ['flag'], lenient: false },
    ],
  ];
  test.each(cases)('%s', async (_, argv, given, expected) => {
    const outcome = await runCli(argv, { env: given, cwd: temporaryDirectory(file) });
    expect(mockOptionsOf(outcome)).toEqual({ ...defaults, ...expected });
  });
});

describe('paths start from where they are written', () => {
  const files = {
    'mine/a.yaml': '',
    'config/mine/a.yaml': '',
    'config/choices.yaml': '',
    'config/c.json': '{"scenarios":"mine","choices":"choices.yaml"}',
  };
  test('a flag and a variable from the working directory', async () => {
    const cwd = temporaryDirectory(files);
    const options = mockOptionsOf(await runCli(['--scenarios', 'mine'], { cwd, env: { CHAT_MOCK_FIXTURES: 'mine' } }));
    expect(options).toEqual({
      ...defaults,
      scenarios: [['loaded from', join(cwd, 'mine')]],
      sessions: [['loaded from', join(cwd, 'mine')]],
      indexes: [],
    });
  });
  test('a file from its own directory', async () => {
    const cwd = temporaryDirectory(files);
    const options = mockOptionsOf(await runCli(['--config', 'config/c.json'], { cwd }));
    expect(options).toEqual({
      ...defaults,
      scenarios: [['loaded from', join(cwd, 'config/mine')]],
      choices: { file: join(cwd, 'config/choices.yaml') },
    });
  });
});

test('a variable that no flag has is named, with the near one; it stops nothing', async () => {
  const { stderr, exitCode } = await runCli([], {
    env: {
      CHAT_MOCK_PRT: '1',
      CHAT_MOCK_FUZZ: '3',
      CHAT_MOCK_CONFIG: '',
      CHAT_MOCK_WEATHER: 'fine',
      CHAT_MOCK_URL: 'x',
    },
  });
  expect({ stderr, exitCode }).toEqual({
    stderr:
      'Ignored CHAT_MOCK_PRT: no flag has this variable. Did you mean CHAT_MOCK_PORT?\n' +
      'Ignored CHAT_MOCK_WEATHER: no flag has this variable.\n',
    exitCode: 0,
  });
});
