import {
  brotliDecompressSync,
  constants,
  createBrotliDecompress,
  createGunzip,
  createInflate,
  createInflateRaw,
  gunzipSync,
  inflateRawSync,
  inflateSync,
} from 'node:zlib';

type Decompressor = ReturnType<typeof createGunzip>;

interface Encoding {
  /** Decodes a body while it arrives; it begins with these bytes. */
  readonly create: (head: Uint8Array) => Decompressor;
  /** Decodes a body that is there, to so many bytes at most, as far as it goes. */
  readonly decode: (bytes: Uint8Array, maxOutputLength: number) => Uint8Array;
}

const finishFlush = constants.Z_SYNC_FLUSH;
const gzip: Encoding = {
  create: () => createGunzip(),
  decode: (bytes, maxOutputLength) => gunzipSync(bytes, { maxOutputLength, finishFlush }),
};
const encodings: Readonly<Record<string, Encoding>> = {
  gzip,
  'x-gzip': gzip,
  deflate: {
    create: (head) => (hasZlibHead(head) ? createInflate() : createInflateRaw()),
    decode: (bytes, maxOutputLength) =>
      (hasZlibHead(bytes) ? inflateSync : inflateRawSync)(bytes, { maxOutputLength, finishFlush }),
  },
  br: {
    create: () => createBrotliDecompress(),
    decode: (bytes, maxOutputLength) =>
      brotliDecompressSync(bytes, { maxOutputLength, finishFlush: constants.BROTLI_OPERATION_FLUSH }),
  },
};
/** No server has a reason for more. */
const MAX_LAYERS = 4;

/** Undoes the content-encoding of one body, layer by layer, while it arrives. */
export interface ContentDecoder {
  /** Resolves with what the bytes decode to, piece by piece. Call it again only when the promise has settled. */
  decode(bytes: Uint8Array): Promise<readonly Uint8Array[]>;
  close(): void;
}

/** What a decoder rejects with where a layer decodes to more than it may. */
export class TooMuchError extends Error {}

/**
 * Reads `content-encoding` values, such as `gzip, br`, into the layers of a body, outermost first. Returns null where
 * one of them is unknown; an empty list where nothing is encoded.
 */
export function readLayers(values: readonly string[]): readonly string[] | null {
  const names = values
    .flatMap((value) => value.split(','))
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '' && name !== 'identity');
  const isKnown = names.length <= MAX_LAYERS && names.every((name) => Object.hasOwn(encodings, name));
  // Encodings are named in the order in which they were applied (RFC 9110, section 8.4).
  return isKnown ? names.reverse() : null;
}

/**
 * Decodes a whole body, layer by layer; a body that was cut decodes as far as it goes. Throws for other data, and where a
 * layer decodes to more than `maxBytes`.
 */
export function decodeWhole(names: readonly string[], body: Uint8Array, maxBytes: number): Uint8Array {
  return names.reduce((bytes, name) => encodings[name]?.decode(bytes, maxBytes) ?? bytes, body);
}

/** Some servers send raw deflate data, which clients accept: the low bits of the first byte tell the two apart (RFC 1950). */
function hasZlibHead(bytes: Uint8Array): boolean {
  return ((bytes[0] ?? 0) & 0x0f) === 8;
}

/** Each layer decodes to `maxBytes` at most, and a bomb is never decoded beyond that. */
export function createContentDecoder(names: readonly string[], maxBytes: number): ContentDecoder {
  const layers = names.map((name) => createLayer(name, maxBytes));
  return {
    decode: async (bytes) => {
      let pieces: readonly Uint8Array[] = [bytes];
      for (const layer of layers) {
        const decoded: Uint8Array[] = [];
        for (const piece of pieces) decoded.push(...(await layer.decode(piece)));
        pieces = decoded;
      }
      return pieces;
    },
    close: () => {
      for (const layer of layers) layer.close();
    },
  };
}

function createLayer(name: string, maxBytes: number): ContentDecoder {
  let decompressor: Decompressor | null = null;
  let pieces: Uint8Array[] = [];
  let sizeBytes = 0;
  let failure: Error | null = null;
  let wake = () => {};
  const fail = (error: Error) => {
    failure ??= error;
    wake();
  };
  const create = (head: Uint8Array) => {
    const created = encodings[name]?.create(head);
    if (!created) throw new Error(`There is no decoder for ${name}.`); // `readLayers` lets no other name through.
    created.on('data', (piece: Uint8Array) => {
      sizeBytes += piece.byteLength;
      pieces.push(piece);
      if (sizeBytes <= maxBytes) return;
      fail(new TooMuchError(`It decodes to more than ${maxBytes} bytes.`));
      created.destroy();
    });
    created.on('error', fail);
    return created;
  };
  return {
    decode: async (bytes) => {
      if (bytes.byteLength === 0) return [];
      decompressor ??= create(bytes);
      const running = decompressor;
      await new Promise<void>((resolve) => {
        wake = resolve;
        // Without the flush the last bytes stay inside until more arrive, and would be dated too late.
        running.write(bytes, () => running.flush(() => resolve()));
        if (failure) resolve();
      });
      if (failure) throw failure;
      const decoded = pieces;
      pieces = [];
      return decoded;
    },
    close: () => decompressor?.destroy(),
  };
}
