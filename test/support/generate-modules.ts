import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const sources = ['contracts', 'fixtures', 'package-lock.json', 'schemas', 'scripts', 'src'];
const generated = ['src/generated', 'src/contract/generated'];
const stampFile = '.cache/generated-modules';

/**
 * Makes the modules that Git ignores anew, so that no test sees yesterday's; not if no file has changed since they were
 * made, as that takes longer than many a test.
 */
export async function setup(): Promise<void> {
  const before = await stateOf(sources, { without: generated });
  const known = await readFile(stampFile, 'utf8').catch(() => '');
  if (known === before + (await stateOf(generated))) return;
  await import('../../scripts/generate-modules.ts');
  await mkdir('.cache', { recursive: true });
  // What was saved meanwhile differs from `before`, so the next run sees it.
  await writeFile(stampFile, before + (await stateOf(generated)));
}

/** A digest of the names, sizes and times of all files at some places. */
async function stateOf(places: readonly string[], { without = [] as readonly string[] } = {}): Promise<string> {
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
