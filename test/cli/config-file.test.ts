import { join } from 'node:path';
import { expect, test } from 'vitest';
import { commands } from '../../src/cli/commands/index.ts';
import { mockOptionsOf, runCli } from './support/fake-io.ts';
import { temporaryDirectory } from './support/temporary-directory.ts';

const typed = new Set(['config', ...commands.map(({ positional }) => positional)]);
const SETTINGS = [...new Set(commands.flatMap(({ options }) => Object.keys(options)))]
  .filter((name) => !typed.has(name))
  .join(', ');

const good: readonly (readonly [name: string, text: string])[] = [
  ['chat-mock.config.json', '{ "seed": 5, "apiKey": ["a"] }'],
  ['chat-mock.config.yml', 'seed: 5\napiKey: a\n'],
  ['chat-mock.config.mjs', 'export default { seed: 5, apiKey: ["a"], port: undefined };'],
  ['chat-mock.config.js', 'export default { seed: "5", apiKey: "a" };'],
];
test.each(good)('%s is found and read', async (name, text) => {
  const { seed, apiKeys } = mockOptionsOf(await runCli([], { cwd: temporaryDirectory({ [name]: text }) }));
  expect({ seed, apiKeys }).toEqual({ seed: 5, apiKeys: ['a'] });
});

test('settings of another command are not an error', async () => {
  const cwd = temporaryDirectory({ 'chat-mock.config.json': '{ "port": 4011, "edition": "2026-09" }' });
  const { stdout, stderr } = await runCli(['openapi'], { cwd });
  expect({ stdout, stderr }).toEqual({
    stdout: '# Made by chat-mock openapi; never edited.\nopenapi: 3.2.0\ninfo:\n  version: 2026-09\n',
    stderr: '',
  });
});

test.each(['yaml', 'json', 'markdown', 'text'])(
  'format: %s is for the commands that know it, in a file and in the environment; a flag is for its own',
  async (format) => {
    const first = async (argv: string[], options: object) => {
      const { stdout, stderr } = await runCli(argv, options);
      return [stdout.split('\n')[0], stderr];
    };
    const file = { cwd: temporaryDirectory({ 'chat-mock.config.yaml': `format: ${format}\n` }) };
    const program = { cwd: temporaryDirectory({ 'chat-mock.config.mjs': `export default { format: '${format}' };` }) };
    const environment = { env: { CHAT_MOCK_FORMAT: format } };
    const diff = ['openapi', 'diff', '2026-05', '2026-05'];
    for (const options of [file, program, environment]) {
      const asIf = (wanted: string[]) => (wanted.includes(format) ? [`--format=${format}`] : []);
      expect(await first(diff, options)).toEqual(await first([...diff, ...asIf(['json', 'markdown', 'text'])], {}));
      expect(await first(['openapi'], options)).toEqual(await first(['openapi', ...asIf(['yaml', 'json'])], {}));
    }
    const refused = await runCli(['openapi', '--format=markdown'], file);
    expect(refused).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('Failed to read --format: "markdown"'),
    });
  },
);

test('edition: auto in a file is for verify; the mock stays what it is by default', async () => {
  const cwd = temporaryDirectory({ 'chat-mock.config.yaml': 'edition: auto\n' });
  expect(mockOptionsOf(await runCli([], { cwd }))).toEqual(mockOptionsOf(await runCli([])));
});

const bad: readonly (readonly [name: string, text: string, message: string])[] = [
  [
    'chat-mock.config.yaml',
    'port: abc\napiKey: [good, "not good"]',
    'Failed to load the configuration: 2 problems.\n  chat-mock.config.yaml:1:7: "port" cannot be used: "abc" is not a whole number from 0 to 65535. Give a free port, or 0 to take any.\n  chat-mock.config.yaml:2:16: item 2 cannot be used: the value has characters that no header can carry. Use letters, digits and signs of ASCII, without blanks.',
  ],
  [
    'chat-mock.config.yaml',
    'port: [1, 2]',
    'Failed to load the configuration: 1 problem.\n  chat-mock.config.yaml:1:7: "port" is a list, but this setting takes one value',
  ],
  [
    'chat-mock.config.yaml',
    'seed:\n',
    'Failed to load the configuration: 1 problem.\n  chat-mock.config.yaml:1:6: "seed" is neither a text nor a number nor true or false',
  ],
  [
    'chat-mock.config.yaml',
    'format: txt',
    'Failed to load the configuration: 1 problem.\n  chat-mock.config.yaml:1:9: "format" cannot be used: "txt" is unknown. Known values are: json, yaml. Or: "txt" is unknown. Did you mean text? Known values are: text, markdown, json.',
  ],
  [
    'chat-mock.config.json',
    '{"prot":1}',
    `Failed to load the configuration: 1 problem.\n  chat-mock.config.json:1:2: unknown key "prot"; did you mean "port"? Allowed here: ${SETTINGS}.`,
  ],
  [
    'chat-mock.config.mjs',
    'export default { prot: 1 }',
    `Failed to load the configuration "FILE": there is no setting "prot". Did you mean port? Settings are: ${SETTINGS}.`,
  ],
  [
    'chat-mock.config.mjs',
    'export default { config: "x" }',
    `Failed to load the configuration "FILE": there is no setting "config". Settings are: ${SETTINGS}.`,
  ],
  [
    'chat-mock.config.mjs',
    'export default 4010',
    'Failed to load the configuration "FILE": its default export is not an object. Write export default { port: 4011 }.',
  ],
  [
    'chat-mock.config.mjs',
    'export const port = 1',
    'Failed to load the configuration "FILE": its default export is not an object. Write export default { port: 4011 }.',
  ],
  [
    'chat-mock.config.mjs',
    'throw new Error("no luck")',
    'Failed to load the configuration "FILE": no luck. Node must be able to import it.',
  ],
  [
    'chat-mock.config.mjs',
    'export default { port: "abc" }',
    'Failed to read port in chat-mock.config.mjs: "abc" is not a whole number from 0 to 65535. Give a free port, or 0 to take any.',
  ],
  [
    'chat-mock.config.mjs',
    'export default { port: [1] }',
    'Failed to read port in chat-mock.config.mjs: it is neither a text nor a number nor true or false. Lists are for settings that can be repeated.',
  ],
];
test.each(bad)('%s: %s', async (name, text, message) => {
  const cwd = temporaryDirectory({ [name]: text });
  const { exitCode, stderr } = await runCli([], { cwd });
  expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: `${message.replace('FILE', join(cwd, name))}\n` });
});

const unusable: readonly (readonly [config: string, reason: string])[] = [
  [
    'missing.yaml',
    'Failed to load the configuration "FILE": there is no such file. Name an existing one with --config.',
  ],
  [
    'chat-mock.toml',
    'Failed to load the configuration "FILE": its ending is unknown. Known endings are: .ts, .mts, .js, .mjs, .json, .yaml, .yml.',
  ],
  [
    'folder.yaml',
    'Failed to load the configuration "FILE": EISDIR: illegal operation on a directory, read. Make it a file that can be read.',
  ],
];
test.each(unusable)('--config %s', async (config, message) => {
  const cwd = temporaryDirectory({ 'chat-mock.toml': '', 'folder.yaml/x': '' });
  const { exitCode, stderr } = await runCli(['--config', config], { cwd });
  expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: `${message.replace('FILE', join(cwd, config))}\n` });
});

test('two configuration files are one too many, unless one is named', async () => {
  const cwd = temporaryDirectory({ 'chat-mock.config.json': '{"seed":5}', 'chat-mock.config.yaml': 'seed: 6' });
  expect((await runCli([], { cwd })).stderr).toBe(
    'Failed to choose a configuration: there are chat-mock.config.json and chat-mock.config.yaml. Keep one of them, or name one with --config.\n',
  );
  expect(mockOptionsOf(await runCli(['--config', 'chat-mock.config.yaml'], { cwd }))).toMatchObject({ seed: 6 });
  expect(mockOptionsOf(await runCli([], { cwd, env: { CHAT_MOCK_CONFIG: 'chat-mock.config.json' } }))).toMatchObject({
    seed: 5,
  });
});
