import { readFile } from 'node:fs/promises';
import { dirname, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { DocumentFiles } from '../openapi/diff/index.ts';
import type { Json } from '../openapi/json.ts';
import { FileProblemsError } from '../runtime/errors.ts';
import { download, LIMIT_BYTES } from './download.ts';
import type { Io } from './io.ts';
import { decodeFile } from './read-text.ts';

const MAX_FILES = 1_000;
const WHAT = 'a file that the OpenAPI document refers to';

interface Options {
  readonly io: Io;
  readonly followsUrls: boolean;
}

/**
 * Reads the files that a document refers to, and those they refer to. A file that is not read is listed with the reason;
 * one that is not YAML or JSON is an error.
 */
export async function readReferences(document: DocumentFiles, { io, followsUrls }: Options): Promise<DocumentFiles> {
  const { createSide, missingFiles, parseJsonOrYaml } = await io.load.openapiDiff();
  const files = new Map<string, { readonly name: string; readonly value: Json }>();
  const unread = new Map<string, string>();
  let sizeBytes = 0;
  for (;;) {
    const missing = missingFiles(createSide({ ...document, files, unread }));
    if (missing.length === 0) return { ...document, files, unread };
    for (const url of missing) {
      const name = nameOf(url, document.url);
      const found = await read(url, { from: document.url, io, followsUrls, isFull: files.size >= MAX_FILES });
      sizeBytes += typeof found === 'string' ? 0 : found.byteLength;
      if (typeof found === 'string' || sizeBytes > LIMIT_BYTES) {
        unread.set(url, typeof found === 'string' ? found : `leads to more than ${LIMIT_BYTES} bytes in all`);
        continue;
      }
      const parsed = parseJsonOrYaml({ file: name, text: decodeFile(found, { file: name, thing: WHAT }) });
      if ('problems' in parsed) throw new FileProblemsError(WHAT, parsed.problems);
      files.set(url, { name, value: parsed.value });
    }
  }
}

interface Context extends Options {
  /** The address of the document. */
  readonly from: string;
  readonly isFull: boolean;
}

/** The bytes of a file, or why it is not read, as the end of a sentence about the reference. */
async function read(url: string, { from, io, followsUrls, isFull }: Context): Promise<Uint8Array | string> {
  if (isFull) return `is not followed: the document has more than ${MAX_FILES} files`;
  if (/^https?:/.test(url)) {
    if (!followsUrls) return 'leads to another URL: follow it with --remote-refs';
    return download(url, io.env).catch((error: Error) => `cannot be read: ${error.message}`);
  }
  if (!url.startsWith('file:') || !from.startsWith('file:'))
    return 'leads out of the document: bundle it into one file first';
  // The document is untrusted, so a referenced file must at least look like a part of a document.
  if (!/\.(?:ya?ml|json)$/i.test(url)) return 'leads to a file that is neither .yaml, .yml nor .json';
  // Without the path, which differs between two copies of one document.
  return readFile(fileURLToPath(url)).catch(
    (error: NodeJS.ErrnoException) =>
      `cannot be read: ${error.code === 'ENOENT' ? 'there is no such file' : (error.code ?? error.message)}`,
  );
}

/** The name of a file in reports: relative to the document, if both are files. */
function nameOf(url: string, from: string): string {
  if (!url.startsWith('file:') || !from.startsWith('file:')) return url;
  return relative(dirname(fileURLToPath(from)), fileURLToPath(url));
}
