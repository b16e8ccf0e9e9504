import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { type Chunk, type ExchangeResponse, header } from '../record/exchange.ts';

const decoders = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
} as const;

/**
 * Undoes `content-encoding` piece by piece, so that what comes out keeps the time at which it could be read. Says so in
 * `decoded`: nothing is judged in secret that was not sent like that.
 */
export async function decodeContent(response: ExchangeResponse): Promise<ExchangeResponse> {
  const encoding = header(response, 'content-encoding')?.trim().toLowerCase() ?? 'identity';
  if (encoding === 'identity' || response.chunks.length === 0) return response;
  const create = decoders[encoding as keyof typeof decoders]; // Undefined for any other name.
  if (!create) return { ...response, decoded: `content-encoding ${encoding} is unknown: judged as it came` };
  const decoded = await decode(response.chunks, create());
  // A `fetch` of the platform decodes by itself, but keeps the header.
  if (decoded === null) return { ...response, decoded: `content-encoding ${encoding} was undone before we saw it` };
  return { ...response, chunks: decoded, decoded: `content-encoding ${encoding} was undone by this runner` };
}

async function decode(chunks: readonly Chunk[], decoder: ReturnType<typeof createGunzip>): Promise<Chunk[] | null> {
  const pieces: Chunk[] = [];
  let offset = 0;
  let atMs = 0;
  let isBroken = false;
  decoder.on('data', (bytes: Uint8Array) => {
    pieces.push({ atMs, offset, bytes: Uint8Array.from(bytes) });
    offset += bytes.byteLength;
  });
  const broken = new Promise<void>((resolve) => {
    decoder.on('error', () => {
      isBroken = true;
      resolve();
    });
  });
  for (const chunk of chunks) {
    atMs = chunk.atMs;
    const written = new Promise<void>((resolve) => void decoder.write(chunk.bytes, () => resolve()));
    await Promise.race([written, broken]);
    if (isBroken) break;
    const flushed = new Promise<void>((resolve) => void decoder.flush(() => resolve()));
    await Promise.race([flushed, broken]);
  }
  decoder.destroy();
  return isBroken && pieces.length === 0 ? null : pieces;
}
