import { readFile } from 'node:fs/promises';
import type { ReferenceScript } from '../server/control/reference.ts';
import { createSha256 } from './hash.ts';

/** How to get the script of the API reference; it is read once, when it is first asked for. */
export function createReferenceReader(): () => Promise<ReferenceScript> {
  let script: Promise<ReferenceScript> | undefined;
  return () => {
    script ??= readReference();
    return script;
  };
}

async function readReference(): Promise<ReferenceScript> {
  // The same way from here, from dist/node and from the bundled command in dist/bin.
  const gzipped = new Uint8Array(await readFile(new URL('../generated/reference.js.gz', import.meta.url)));
  const hash = createSha256();
  hash.update(gzipped);
  // Weak, for it stands for the same script gzipped and not.
  return { gzipped, etag: `W/"${hash.hex()}"` };
}
