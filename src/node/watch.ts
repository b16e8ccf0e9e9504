import { basename, resolve } from 'node:path';
import { watch } from 'chokidar';
import { ChatMockError, messageOf } from '../runtime/errors.ts';
import { isReadable, isSkipped } from './find-files.ts';

/** Editors write in several steps; a file that has not changed for this long is complete. */
const SETTLED_MS = 50;
const AT_FIRST = 'Start without --watch, or allow this user more watches.';
const AFTERWARDS = 'Edits may go unnoticed from now on: start again, or allow this user more watches.';

/** What happens when watched files change, or cannot be read. */
export interface WatchCallbacks {
  readonly onChange: () => void;
  /** Called if watching fails later: edits may be missed from then on. */
  readonly onError: (error: ChatMockError) => void;
}

/**
 * Calls back after files below these directories were changed, added or removed; settles when no edit can be missed any
 * more, with how to stop. Hidden files are an editor's own. Rejects with ChatMockError `cannot_watch`.
 */
export async function watchDirectories(
  directories: readonly string[],
  { onChange, onError }: WatchCallbacks,
): Promise<() => Promise<void>> {
  const roots = directories.map((directory) => resolve(directory));
  const watcher = watch([...directories], {
    ignored: (path) => !roots.includes(resolve(path)) && isSkipped(basename(path)),
    ignoreInitial: true,
    awaitWriteFinish: { stabilityThreshold: SETTLED_MS, pollInterval: 10 },
  });
  watcher.on('all', (event, path) => {
    // One that goes may come back, as when branches are changed; chokidar then waits for it.
    if (event === 'unlinkDir' && roots.includes(resolve(path))) watcher.add(path);
    if (isReadable(basename(path))) onChange();
  });
  const watched = directories.join(' and ');
  let isReady = false;
  const ready = new Promise<void>((resolve, reject) => {
    watcher.on('error', (error) => {
      if (isReady) onError(cannotWatch(error, { what: `go on watching ${watched}`, advice: AFTERWARDS }));
      else reject(cannotWatch(error, { what: `watch ${watched}`, advice: AT_FIRST }));
    });
    watcher.once('ready', () => {
      isReady = true;
      resolve();
    });
  });
  await ready.catch(async (error: unknown) => {
    await watcher.close(); // What it watches already would keep the process alive.
    throw error;
  });
  return () => watcher.close();
}

function cannotWatch(
  error: unknown,
  { what, advice }: { readonly what: string; readonly advice: string },
): ChatMockError {
  const reason = messageOf(error);
  return new ChatMockError('cannot_watch', `Failed to ${what}: ${reason}. ${advice}`, { cause: error });
}
