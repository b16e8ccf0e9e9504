import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ChatMockError, codeOf, messageOf } from '../../runtime/errors.ts';
import { escapeUnsafe } from '../../runtime/escape.ts';
import { defineCommand } from '../command.ts';
import { type InitPlan, type Project, planInit } from '../init-plan.ts';
import type { Io } from '../io.ts';
import { config } from './shared-options.ts';

/** Folders whose files a plan may name. */
const FOLDERS = ['mocks', 'e2e'];

/** Sets a project up: shows what it would write, asks, and never overwrites a file. */
export const init = defineCommand({
  name: 'init',
  summary: 'Set up the mock in this project, for the tools it uses.',
  examples: ['chat-mock init', 'chat-mock init --yes'],
  options: { yes: { kind: 'switch', summary: 'Write the files without asking.' }, config },
  async run({ yes }, io) {
    const plan = planInit(await readProject(io.cwd));
    show(plan, io);
    if (plan.files.length > 0) {
      if (!yes && !(await isAgreed(io))) {
        io.stdout.write('Nothing was written.\n');
        return 0;
      }
      for (const file of plan.files) await write(join(io.cwd, file.path), file.text);
      io.stdout.write(`Wrote ${plan.files.map(({ path }) => path).join(', ')}\n`);
    }
    io.stdout.write(`\n${io.paint('bold', 'Next')}\n${plan.steps.map((step) => `  ${escapeUnsafe(step)}\n`).join('')}`);
    return 0;
  },
});

async function readProject(directory: string): Promise<Project> {
  const file = join(directory, 'package.json');
  let manifest: Readonly<Record<string, Readonly<Record<string, string>> | undefined>>;
  try {
    manifest = JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    const reason =
      codeOf(error) === 'ENOENT' ? 'there is no package.json' : `${file} cannot be read (${messageOf(error)})`;
    throw new ChatMockError(
      'usage',
      `Failed to set up ${escapeUnsafe(directory)}: ${escapeUnsafe(reason)}. Go to the directory of a project, or make one with npm init.`,
      { cause: error },
    );
  }
  const packages = new Set(['dependencies', 'devDependencies'].flatMap((name) => Object.keys(manifest[name] ?? {})));
  const inFolders = await Promise.all(
    FOLDERS.map(async (folder) => {
      const names = await readdir(join(directory, folder)).catch(() => []); // There need not be one.
      return names.map((name) => `${folder}/${name}`);
    }),
  );
  return { packages, files: new Set([...(await readdir(directory)), ...inFolders.flat()]) };
}

function show({ files }: InitPlan, { stdout, paint }: Io): void {
  if (files.length === 0) stdout.write('All files are there already.\n');
  for (const { path, text } of files) {
    const lines = text.trimEnd().split('\n');
    stdout.write(`${paint('bold', path)} (new)\n${lines.map((line) => paint('green', `+ ${line}`)).join('\n')}\n\n`);
  }
}

async function isAgreed(io: Io): Promise<boolean> {
  const answer = await io.ask('Write these files? [y/N] ');
  if (answer === null)
    throw new ChatMockError(
      'usage',
      'Failed to ask: standard input is not a terminal. Pass --yes to write the files listed above.',
    );
  return /^y(?:es)?$/i.test(answer.trim());
}

async function write(file: string, text: string): Promise<void> {
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text, { flag: 'wx' });
  } catch (error) {
    const reason = messageOf(error);
    throw new ChatMockError(
      'output',
      `Failed to write ${escapeUnsafe(file)}: ${escapeUnsafe(reason)}. Make it writable.`,
      {
        cause: error,
      },
    );
  }
}
