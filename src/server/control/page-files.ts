import { empty, type WholeAnswer } from '../answer.ts';
import type { Engine } from '../engine.ts';
import type { IncomingRequest } from '../request.ts';

/** The files of pages, by name, each with its media type. They are built with the package. */
export const pageFiles = {
  // Without the charset the script, which holds characters beyond ASCII, does not even parse.
  'reference.js': 'text/javascript; charset=utf-8',
  'inspector.js': 'text/javascript; charset=utf-8',
  'inspector.css': 'text/css; charset=utf-8',
} as const;

/** The name of a file that belongs to a page. */
export type PageFileName = keyof typeof pageFiles;

/** A file of a page as it lies on the disk. */
export interface PageFile {
  readonly gzipped: Uint8Array<ArrayBuffer>;
  /** Changes with the file; a valid ETag. */
  readonly etag: string;
}

/** Reads a file of a page. */
export type ReadPageFile = (name: PageFileName) => Promise<PageFile>;

/** Serves a file of a page; it is read from the disk when it is first asked for. */
export async function servePageFile(
  { readPageFile }: Engine,
  request: IncomingRequest,
  name: PageFileName,
): Promise<WholeAnswer> {
  const { gzipped, etag } = await readPageFile(name);
  const headers = { 'content-type': pageFiles[name], 'cache-control': 'no-cache', etag, vary: 'accept-encoding' };
  if (request.header('if-none-match') === etag) return empty(304, headers);
  if (/\bgzip\b/.test(request.header('accept-encoding') ?? ''))
    return { status: 200, headers: { ...headers, 'content-encoding': 'gzip' }, body: gzipped };
  const plain = new Blob([gzipped]).stream().pipeThrough(new DecompressionStream('gzip'));
  return { status: 200, headers, body: new Uint8Array(await new Response(plain).arrayBuffer()) };
}
