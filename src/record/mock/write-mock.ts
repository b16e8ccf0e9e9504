import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ChatMockError, messageOf } from '../../runtime/errors.ts';
import { MADE_MARK, type MadeFile } from './build-mock.ts';

/**
 * Writes the files of a mock into a directory. Removes those that an earlier recording has made there; throws `output`
 * where a file that a person wrote is in the way.
 */
export async function writeMockFiles(directory: string, files: readonly MadeFile[]): Promise<void> {
  try {
    const paths = new Set(files.map(({ path }) => path));
    for (const path of await listBefore(directory)) {
      const isMade = (await readFile(join(directory, path), 'utf8')).startsWith(MADE_MARK);
      if (isMade) await rm(join(directory, path));
      else if (paths.has(path))
        throw new ChatMockError(
          'output',
          `Failed to write ${join(directory, path)}: it is there, and chat-mock has not made it. Name another directory with --out.`,
        );
    }
    for (const { path, text } of files) {
      const file = join(directory, path);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, text, { mode: 0o600 });
    }
  } catch (error) {
    if (error instanceof ChatMockError) throw error;
    throw new ChatMockError(
      'output',
      `Failed to write the mock into ${directory}: ${messageOf(error)}. Name a writable directory with --out.`,
      { cause: error },
    );
  }
}

async function listBefore(directory: string): Promise<string[]> {
  const below = async (name: string) =>
    (await readdir(join(directory, name)).catch(() => []))
      .filter((file) => file.endsWith('.yaml'))
      .map((file) => (name === '' ? file : `${name}/${file}`));
  const own = (await below('')).filter((file) => file === 'choices.yaml');
  return [...own, ...(await below('scenarios')), ...(await below('sessions'))];
}
