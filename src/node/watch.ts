import { basename } from 'node:path';
import { watch } from 'chokidar';
import { ChatMockError } from '../runtime/errors.ts';
import { isReadable } from './files.ts';

/** Editors write in several steps; a file that has not changed for so long is whole. */
const SETTLED_MS = 50;

/**
 * Calls back after files below these directories were changed, added or removed; settles when no edit can be missed any
 * more, with how to stop. Hidden files are an editor's own. Rejects with ChatMockError `cannot_watch`.
 */
export async function watchDirectories(
  directories: readonly string[],
  onChange: () => void,
): Promise<() => Promise<void>> {
  const watcher = watch([...directories], {
    ignoreInitial: true,
    awaitWriteFinish: { stabilityThreshold: SETTLED_MS, pollInterval: 10 },
  });
  watcher.on('all', (_, path) => {
    if (isReadable(basename(path))) onChange();
  });
  const ready = new Promise<void>((resolve, reject) => {
    // Later too: an error that nobody listens to would end the process.
    watcher.on('error', (error) => reject(cannotWatch(directories, error)));
    watcher.once('ready', resolve);
  });
  await ready.catch(async (error: unknown) => {
    await watcher.close(); // What it watches already would keep the process alive.
    throw error;
  });
  return () => watcher.close();
}

function cannotWatch(directories: readonly string[], error: unknown): ChatMockError {
  const reason = error instanceof Error ? error.message : String(error);
  return new ChatMockError(
    'cannot_watch',
    `Failed to watch ${directories.join(' and ')}: ${reason}. Start without --watch, or allow this user more watches.`,
    { cause: error },
  );
}
