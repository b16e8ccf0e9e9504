import { createHash } from 'node:crypto';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** A digest of the names, sizes and times of all files at some places. */
export async function stateOf(places: readonly string[], { without = [] as readonly string[] } = {}): Promise<string> {
  const hash = createHash('sha256');
  for (const place of places) {
    const names = await readdir(place, { recursive: true }).catch(() => ['']);
    const files = names.map((name) => join(place, name)).toSorted();
    for (const file of files.filter((path) => !without.some((one) => path.startsWith(one)))) {
      const found = await stat(file).catch(() => null);
      if (found?.isFile()) hash.update(`${file} ${found.size} ${found.mtimeMs}\n`);
    }
  }
  return hash.digest('hex');
}
