import { readFile } from 'node:fs/promises';
import type { PageFile, PageFileName, ReadPageFile } from '../server/control/page-files.ts';
import { createSha256 } from './hash.ts';

/** Creates a reader of the files of pages; each file is read once, when it is first asked for. */
export function createPageFileReader(): ReadPageFile {
  const files = new Map<PageFileName, Promise<PageFile>>();
  return (name) => {
    const file = files.get(name) ?? readPageFile(name);
    files.set(name, file);
    return file;
  };
}

async function readPageFile(name: PageFileName): Promise<PageFile> {
  // The same way from here, from dist/node and from the bundled command in dist/bin.
  const gzipped = new Uint8Array(await readFile(new URL(`../generated/${name}.gz`, import.meta.url)));
  const hash = createSha256();
  hash.update(gzipped);
  // Weak, for it stands for the same file gzipped and not.
  return { gzipped, etag: `W/"${hash.hex()}"` };
}
