import { createContentDecoder, readLayers } from '../client/content-decoder.ts';
import { defaultAnswerLimits } from '../record/answer-limits.ts';
import { type Exchange, isSuccess } from '../record/exchange.ts';
import { findOperation } from '../record/find-operation.ts';

/** What the request was for, as far as it can be told without the one who sent it. */
export async function understand(
  exchange: Exchange,
  { number, flow }: { readonly number: number; readonly flow: string },
): Promise<Exchange> {
  const { request } = exchange;
  const found = findOperation(request);
  return {
    ...{ ...exchange, number, flow },
    ...{ operation: found?.operation ?? null, sessionId: found?.sessionId ?? null },
    // Whoever was given what it asked for had asked for something good.
    expectation: isSuccess(exchange) ? { kind: 'accepted' } : { kind: 'any' },
    response: exchange.response && (await decodeBody(exchange.response)),
  };
}

/** The body as a client reads it. One that cannot be decoded stays as it is, and is judged so. */
async function decodeBody(response: NonNullable<Exchange['response']>): Promise<NonNullable<Exchange['response']>> {
  if (response.decoded !== undefined) return response;
  const encodings = response.headers.filter(([name]) => name.toLowerCase() === 'content-encoding');
  const layers = readLayers(encodings.map(([, value]) => value));
  if (layers === null || layers.length === 0) return response;
  const decoder = createContentDecoder(layers, defaultAnswerLimits.bodyBytes);
  const pieces: { readonly atMs: number; readonly bytes: Uint8Array }[] = [];
  try {
    for (const { atMs, offset, sizeBytes } of response.chunks)
      for (const bytes of await decoder.decode(response.body.subarray(offset, offset + sizeBytes)))
        pieces.push({ atMs, bytes });
  } catch {
    return { ...response, decoded: `content-encoding ${layers.join(', ')} could not be undone: judged as it came` };
  } finally {
    decoder.close();
  }
  let offset = 0;
  const chunks = pieces.map(({ atMs, bytes }) => {
    const chunk = { atMs, offset, sizeBytes: bytes.byteLength };
    offset += bytes.byteLength;
    return chunk;
  });
  const body = Buffer.concat(pieces.map(({ bytes }) => bytes));
  return { ...response, body, chunks, decoded: `content-encoding ${layers.join(', ')} was undone by this runner` };
}
