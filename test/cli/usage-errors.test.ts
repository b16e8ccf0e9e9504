import { describe, expect, test } from 'vitest';
import { commands } from '../../src/cli/commands/index.ts';
import { serve } from '../../src/cli/commands/serve.ts';
import { toFlag } from '../../src/cli/option.ts';
import { ChatMockError } from '../../src/runtime/errors.ts';
import { runCli } from './support/fake-io.ts';

const SERVE_FLAGS = Object.keys(serve.options).map(toFlag).join(', ');
const COMMANDS = commands.map(({ name }) => name).join(', ');
const SPEED_ADVICE = 'Give a number above 0 (2 is twice as fast, 0.5 half as fast), or instant.';
const ORIGIN_ADVICE = 'Give scheme, host and port as in http://localhost:5173, once for each origin.';

const cases: readonly (readonly [command: string, message: string])[] = [
  ['serv', `Failed to run "serv": there is no such command. Did you mean serve? Commands are: ${COMMANDS}.`],
  ['scenari', `Failed to run "scenari": there is no such command. Did you mean scenario? Commands are: ${COMMANDS}.`],
  ['openapi dif', 'Failed to run "openapi dif": there is no such command. Commands are: openapi diff.'],
  ['banana', `Failed to run "banana": there is no such command. Commands are: ${COMMANDS}.`],
  ['--prot 4010', `Failed to run serve: there is no flag "--prot". Did you mean --port? Flags are: ${SERVE_FLAGS}.`],
  [
    '--apiKey x',
    `Failed to run serve: there is no flag "--apiKey". Did you mean --api-key? Flags are: ${SERVE_FLAGS}.`,
  ],
  ['serve -p 1', `Failed to run serve: there is no flag "-p". Flags are: ${SERVE_FLAGS}.`],
  [
    'openapi --port 1',
    'Failed to run openapi: there is no flag "--port". Flags are: --edition, --spec, --format, --out, --check, --config.',
  ],
  [
    '--port 1 openapi',
    'Failed to run serve: "openapi" is one argument too many. What serve takes are flags; the name of a command comes first. See chat-mock serve --help.',
  ],
  ['--port', 'Failed to read --port: a value must follow. Write --port=VALUE where the value starts with a dash.'],
  [
    '--port --json',
    'Failed to read --port: a value must follow, not the flag "--json". Write --port=VALUE where the value starts with a dash.',
  ],
  [
    '--port abc',
    'Failed to read --port: "abc" is not a whole number from 0 to 65535. Give a free port, or 0 to take any.',
  ],
  [
    '--port 70000',
    'Failed to read --port: "70000" is not a whole number from 0 to 65535. Give a free port, or 0 to take any.',
  ],
  ['--port=', 'Failed to read --port: the value is empty. Give N, or leave it out.'],
  ['--api-key=', 'Failed to read --api-key: the value is empty. Give KEY, or leave it out.'],
  ['--api-key ,,', 'Failed to read --api-key: the value is nothing but commas. Give KEY, or leave it out.'],
  ['--cors=', 'Failed to read --cors: the value is empty. Give ORIGIN, or leave it out.'],
  ['--control-token=', 'Failed to read --control-token: the value is empty. Give KEY, or leave it out.'],
  ['verify http://a --only=', 'Failed to read --only: the value is empty. Give GLOB, or leave it out.'],
  ['--speed 0', `Failed to read --speed: "0" is not a speed. ${SPEED_ADVICE}`],
  ['--speed -1', `Failed to read --speed: "-1" is not a speed. ${SPEED_ADVICE}`],
  ['--speed NaN', `Failed to read --speed: "NaN" is not a speed. ${SPEED_ADVICE}`],
  [
    '--sessions -1',
    'Failed to read --sessions: "-1" is not a whole number from 0 to 100000. Give how many generated sessions there shall be.',
  ],
  [
    '--sessions 1e9',
    'Failed to read --sessions: "1e9" is not a whole number from 0 to 100000. Give how many generated sessions there shall be.',
  ],
  [
    '--sessions 100001',
    'Failed to read --sessions: "100001" is not a whole number from 0 to 100000. Give how many generated sessions there shall be.',
  ],
  [
    '--edition 2026-8',
    'Failed to read --edition: "2026-8" is unknown. Did you mean 2026-08? Known values are: 2026-05, 2026-08, 2026-09.',
  ],
  ['--clock fake', 'Failed to read --clock: "fake" is unknown. Known values are: fixed, real, manual.'],
  ['--json=yes', 'Failed to read --json: "yes" is neither on nor off. Give true or 1, false or 0.'],
  ['--cors foo', `Failed to read --cors: "foo" is not an origin. ${ORIGIN_ADVICE}`],
  ['--cors null', `Failed to read --cors: "null" is not an origin. ${ORIGIN_ADVICE}`],
  ['--cors http://a.test:99999', `Failed to read --cors: "http://a.test:99999" is not an origin. ${ORIGIN_ADVICE}`],
  [
    '--cors http://a.test/',
    'Failed to read --cors: "http://a.test/" is not an origin as browsers send it. Did you mean http://a.test?',
  ],
  [
    '--cors https://A.test:443',
    'Failed to read --cors: "https://A.test:443" is not an origin as browsers send it. Did you mean https://a.test?',
  ],
  [
    '--cors *',
    `Failed to read --cors: "*" would let every website that anyone here visits read and change this mock. ${ORIGIN_ADVICE} Pages on this machine may call without being listed.`,
  ],
  [
    '--api-key gänse',
    'Failed to read --api-key: the value has characters that no header can carry. Use letters, digits and signs of ASCII, without blanks.',
  ],
  ['openapi --spec 3.0', 'Failed to read --spec: "3.0" is unknown. Did you mean 3.2? Known values are: 3.2, 3.1.'],
  ['openapi --check', 'Failed to check: no file is named. Name the one to look at with --out FILE.'],
  [
    'openapi --check --out /no/such/file.yaml',
    'Failed to read "/no/such/file.yaml": ENOENT: no such file or directory, open \'/no/such/file.yaml\'. Name an existing one with --out.',
  ],
  [
    'openapi --format yml',
    'Failed to read --format: "yml" is unknown. Did you mean yaml? Known values are: json, yaml.',
  ],
  [
    'openapi --out /no/such/file.yaml',
    'Failed to write "/no/such/file.yaml": ENOENT: no such file or directory, open \'/no/such/file.yaml\'. Name a file in an existing, writable directory with --out.',
  ],
];

describe('a wrong call is one sentence on stderr and exit code 2', () => {
  test.each(cases)('chat-mock %s', async (command, message) => {
    const { exitCode, stdout, stderr } = await runCli(command.split(' '), { cwd: process.cwd() });
    expect({ exitCode, stdout, stderr }).toEqual({ exitCode: 2, stdout: '', stderr: `${message}\n` });
  });

  test('an argument cannot send control characters to the terminal', async () => {
    const { stderr } = await runCli(['--port', '\u001b[2J\u009b1m']);
    expect(stderr).toContain('"\\u001b[2J\\u009b1m" is not a whole number');
  });

  test('a key is never shown, not even when it is refused', async () => {
    const { exitCode, stderr } = await runCli(['--api-key', 'llx-secret with blanks']);
    expect([exitCode, stderr.includes('secret')]).toEqual([2, false]);
  });
});

test('what the engine explains is shown as it is', async () => {
  const listenError = new ChatMockError(
    'port_in_use',
    'Failed to listen on 127.0.0.1:4010: the port is in use. Try --port 0.',
  );
  const { exitCode, stdout, stderr } = await runCli([], { listenError });
  expect({ exitCode, stdout, stderr }).toEqual({ exitCode: 2, stdout: '', stderr: `${listenError.message}\n` });
});

test('any other error is called a bug, with its stack, and exits with 5', async () => {
  const { exitCode, stderr } = await runCli([], { listenError: new TypeError('boom') });
  expect(exitCode).toBe(5);
  expect(stderr).toMatch(
    /^This is a bug of chat-mock \d+\.\d+\.\d+\. Please report it with these lines:\nTypeError: boom\n {4}at /,
  );
});
