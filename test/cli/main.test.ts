import { createServer } from 'node:net';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Bundle, bundle } from './support/bundle.ts';
import { runProcess } from './support/run-process.ts';
import { temporaryDirectory } from './support/temporary-directory.ts';

let program: Bundle;
beforeAll(async () => {
  program = await bundle('src/cli/main.ts');
});

test('it serves until it is interrupted', async () => {
  const answers: Promise<Response>[] = [];
  const { ended, stdout, stderr } = await runProcess(program.file, ['--port', '0', '--json'], {
    onReady: (child, line) => {
      answers.push(fetch(`${JSON.parse(line).control_url}/health`));
      answers.at(-1)?.finally(() => child.kill('SIGTERM'));
    },
  });
  expect({ ended, stderr }).toEqual({ ended: 0, stderr: '' });
  expect((await answers[0])?.status).toBe(200);
  expect(stdout.endsWith('{"event":"stopped"}\n')).toBe(true);
});

test('a busy port is named, and --port 0 offered', async () => {
  const holder = createServer();
  const port = await new Promise<number>((resolve) => {
    holder.listen(0, '127.0.0.1', () => resolve((holder.address() as { port: number }).port)); // A TCP server has a port.
  });
  const { ended, stdout, stderr } = await runProcess(program.file, [`--port=${port}`]);
  holder.close();
  expect({ ended, stdout }).toEqual({ ended: 2, stdout: '' });
  expect(stderr).toMatch(
    new RegExp(`^Failed to listen on 127\\.0\\.0\\.1:${port}: the port is in use\\. .*--port 0\\.\n$`),
  );
});

describe('what is not there', () => {
  const cases = [
    ['--scenarios', 'Failed to load scenarios: missing is not a directory. Name one that exists.'],
    ['--fixtures', 'Failed to load fixtures: missing is not a directory. Name one that exists.'],
    [
      '--choices',
      "Failed to read choices missing: ENOENT: no such file or directory, open 'missing'. Check that it is a file that this user may read.",
    ],
  ] as const;
  test.each(cases)('%s', async (flag, message) => {
    const outcome = await runProcess(program.file, [flag, 'missing'], { cwd: temporaryDirectory() });
    expect(outcome).toEqual({ ended: 2, stdout: '', stderr: `${message}\n` });
  });
});

test.each(['json', 'yaml'])('the OpenAPI document is printed as %s', async (format) => {
  const { ended, stdout, stderr } = await runProcess(program.file, ['openapi', '--format', format]);
  expect({ ended, stderr }).toEqual({ ended: 0, stderr: '' });
  expect(stdout).toMatch(/"?openapi"?: "?3\.2/);
});

test('a plain start loads neither zod nor YAML nor what makes up data', () => {
  const chunks = new Map(program.chunks.map((chunk) => [chunk.fileName, chunk]));
  const loaded = new Set(['program.js']);
  for (const file of loaded) for (const path of chunks.get(file)?.imports ?? []) loaded.add(path);
  const inputs = [...loaded].flatMap((file) => chunks.get(file)?.moduleIds ?? []);
  const libraries = inputs.flatMap((input) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(input)?.[1] ?? []);
  expect([...new Set(libraries)].sort()).toEqual(['fastest-levenshtein', 'hono']);
});
