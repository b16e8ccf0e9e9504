import * as zlib from 'node:zlib';
import { decodeWhole, readLayers } from '../contract/client/content-decoder.ts';

/** A layer of a body decodes to so much at most. */
const MOST_BYTES = 64 * 1024 * 1024;

/** Node.js has it from 22.15 and 23.8 on; the types are older. A body that was cut cannot be undone. */
const { zstdDecompressSync: unzstd } = zlib as {
  readonly zstdDecompressSync?: (body: Uint8Array, options: { readonly maxOutputLength: number }) => Uint8Array;
};

type Headers = readonly (readonly [name: string, value: string])[];

/**
 * Decodes a body by its `content-encoding`. Returns `plain` where it has none or is not compressed as the header says,
 * and `unknown` where what it holds cannot be seen: an encoding that this Node.js does not have, or too many bytes.
 */
export function undoEncoding(
  body: Uint8Array,
  { headers, mostBytes = MOST_BYTES }: { readonly headers: Headers; readonly mostBytes?: number },
): Uint8Array | 'plain' | 'unknown' {
  const values = headers.flatMap(([name, value]) => (name.toLowerCase() === 'content-encoding' ? [value] : []));
  const layers = readLayers(values);
  if (values.join().trim().toLowerCase() === 'zstd') return undoZstd(body, mostBytes);
  if (body.byteLength === 0 || layers?.length === 0) return 'plain';
  if (layers === null) return isText(body) ? 'plain' : 'unknown';
  try {
    return decodeWhole(layers, body, mostBytes);
  } catch (error) {
    const isTooMuch = error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';
    return isTooMuch || !isText(body) ? 'unknown' : 'plain';
  }
}

function undoZstd(body: Uint8Array, maxOutputLength: number): Uint8Array | 'unknown' {
  try {
    return unzstd?.(body, { maxOutputLength }) ?? 'unknown';
  } catch {
    return 'unknown';
  }
}

function isText(body: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(body);
    return true;
  } catch {
    return false;
  }
}
