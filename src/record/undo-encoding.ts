import { brotliDecompressSync, constants, gunzipSync, inflateRawSync, inflateSync } from 'node:zlib';
import { readLayers } from '../contract/client/content-decoder.ts';

/** A body decodes to so much at most. */
const MOST_BYTES = 64 * 1024 * 1024;
/** A body that was cut decodes as far as it goes. */
const zlib = { maxOutputLength: MOST_BYTES, finishFlush: constants.Z_SYNC_FLUSH };
const brotli = { maxOutputLength: MOST_BYTES, finishFlush: constants.BROTLI_OPERATION_FLUSH };

/** By the names that `readLayers` knows. */
const decoders: Readonly<Record<string, (bytes: Uint8Array) => Uint8Array>> = {
  gzip: (bytes) => gunzipSync(bytes, zlib),
  'x-gzip': (bytes) => gunzipSync(bytes, zlib),
  // The low bits of the first byte tell raw deflate data apart (RFC 1950).
  deflate: (bytes) => (((bytes[0] ?? 0) & 0x0f) === 8 ? inflateSync(bytes, zlib) : inflateRawSync(bytes, zlib)),
  br: (bytes) => brotliDecompressSync(bytes, brotli),
};

/** Decodes a body by its `content-encoding`. Returns null where it has none, or one that cannot be undone. */
export function undoEncoding(
  body: Uint8Array,
  headers: readonly (readonly [name: string, value: string])[],
): Uint8Array | null {
  const values = headers.flatMap(([name, value]) => (name.toLowerCase() === 'content-encoding' ? [value] : []));
  const layers = readLayers(values);
  if (layers === null || layers.length === 0) return null;
  try {
    return layers.reduce((bytes, layer) => decoders[layer]?.(bytes) ?? bytes, body);
  } catch {
    return null; // No compressed data, or too much of it.
  }
}
