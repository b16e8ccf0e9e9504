import { watch } from 'chokidar';

/** Editors write in several steps; a file that has not changed for so long is whole. */
const SETTLED_MS = 50;

/** Calls back after files below these directories were changed, added or removed; returns how to stop. */
export function watchDirectories(directories: readonly string[], onChange: () => void): () => Promise<void> {
  const watcher = watch([...directories], {
    ignoreInitial: true,
    awaitWriteFinish: { stabilityThreshold: SETTLED_MS, pollInterval: 10 },
  });
  watcher.on('all', (_, path) => {
    if (/\.(?:ya?ml|json)$/.test(path)) onChange();
  });
  return () => watcher.close();
}
