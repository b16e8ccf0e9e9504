import { decodeWhole, readLayers } from '../contract/client/content-decoder.ts';

/** A layer of a body decodes to so much at most. */
const MOST_BYTES = 64 * 1024 * 1024;

/** Decodes a body by its `content-encoding`. Returns null where it has none, or one that cannot be undone. */
export function undoEncoding(
  body: Uint8Array,
  headers: readonly (readonly [name: string, value: string])[],
): Uint8Array | null {
  const values = headers.flatMap(([name, value]) => (name.toLowerCase() === 'content-encoding' ? [value] : []));
  const layers = readLayers(values);
  if (layers === null || layers.length === 0) return null;
  try {
    return decodeWhole(layers, body, MOST_BYTES);
  } catch {
    return null; // The data is not compressed as the header says, or there is too much of it.
  }
}
