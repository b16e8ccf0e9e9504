import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { stateOf } from './state-of.ts';

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
