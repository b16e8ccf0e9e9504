import { readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ChatMockError, messageOf } from '../runtime/errors.ts';

/** A tree with more files is not a directory of scenarios: the wrong directory was named. */
export const MOST_FILES = 10_000;
/** The same for directories in one another. */
export const MOST_LEVELS = 32;

/** Whether a file of this name is read. Editors keep hidden files beside the one that is being edited. */
export function isReadable(name: string): boolean {
  return !isHidden(name) && /\.(?:ya?ml|json)$/i.test(name);
}

/** Whether the files below a directory of this name are left out. */
export function isSkipped(name: string): boolean {
  return isHidden(name) || name === 'node_modules';
}

function isHidden(name: string): boolean {
  return name.startsWith('.');
}

/**
 * The YAML and JSON files of a directory and of those below it, sorted. Symbolic links are followed, but each directory is
 * read once. Hidden files and directories, and node_modules, are left out. Throws ChatMockError `too_many_files`.
 */
export async function findFiles(directory: string): Promise<string[]> {
  const found: string[] = [];
  const seen = new Set<string>();
  const walk = async (path: string, level: number): Promise<void> => {
    const { real, entries } = await readDirectory(path);
    if (seen.has(real)) return;
    seen.add(real);
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const inner = join(path, entry.name);
      if (isReadable(entry.name) && !(await isDirectory(inner))) found.push(inner);
      else if (!isSkipped(entry.name) && (entry.isDirectory() || entry.isSymbolicLink()) && (await isDirectory(inner)))
        await walk(inner, level + 1);
      if (found.length > MOST_FILES || level > MOST_LEVELS) throw tooMany(directory);
    }
  };
  await walk(directory, 0);
  return found;
}

async function readDirectory(path: string) {
  try {
    return { real: await realpath(path), entries: await readdir(path, { withFileTypes: true }) };
  } catch (error) {
    const reason = messageOf(error);
    throw new ChatMockError(
      'unreadable_file',
      `Failed to read ${path}: ${reason}. Check that it is a directory that this user may read.`,
      { cause: error },
    );
  }
}

/** Also a link to one. A link to nothing is none; whoever reads it learns so. */
export async function isDirectory(path: string): Promise<boolean> {
  const stats = await stat(path).catch(() => null);
  return stats?.isDirectory() ?? false;
}

function tooMany(directory: string): ChatMockError {
  return new ChatMockError(
    'too_many_files',
    `Failed to read ${directory}: there are more than ${MOST_FILES} files in it, or more than ${MOST_LEVELS} levels of directories. Name the directory that holds the files.`,
  );
}
