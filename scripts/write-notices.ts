import { readFile, writeFile } from 'node:fs/promises';
import type { OutputChunk } from 'rolldown';
import { renderNotices } from './notices.ts';

const HEADER = 'chat-mock contains code of the following packages.\n\n';
const REFERENCE = new URL('reference-notices.txt', import.meta.url);

/** Writes the notices of all packages whose code is in these chunks or in the script of the API reference. */
export async function writeNotices(chunks: readonly Pick<OutputChunk, 'moduleIds'>[], file: URL): Promise<void> {
  const bundled = await renderNotices(packagesOf(chunks));
  await writeFile(file, `${HEADER}${bundled}\n${await readFile(REFERENCE, 'utf8')}`);
}

/** The directories of the packages that these chunks are made of. */
export function packagesOf(chunks: readonly Pick<OutputChunk, 'moduleIds'>[]): string[] {
  const modules = chunks.flatMap(({ moduleIds }) => moduleIds);
  const directories = modules.flatMap((id) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(id)?.[0] ?? []);
  return [...new Set(directories)].sort();
}
