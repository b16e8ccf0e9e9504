import { createContentDecoder, readLayers } from '../client/content-decoder.ts';
import { defaultBounds } from '../record/bounds.ts';
import { type Exchange, isSuccess, isTurn } from '../record/exchange.ts';
import { findOperation } from '../record/find-operation.ts';
import { appliesTo, type FlowRecord, judge, type Result } from '../verdict/judge.ts';
import type { FlowOutcome, Judging } from './flow-results.ts';
import { medianOf } from './median.ts';

/**
 * Judges traffic that no flow has sent: the exchanges of a client in use. A check judges what it applies to; where it
 * finds nothing to judge, or would have to ask again to be sure, the result is skipped and says what was not observed.
 */
export async function judgeTraffic(
  recorded: readonly Exchange[],
  { checks, edition, flow }: Judging & { readonly flow: string },
): Promise<FlowOutcome> {
  const exchanges: Exchange[] = [];
  for (const [index, exchange] of recorded.entries())
    exchanges.push(await withMeaning(exchange, { number: index + 1, flow }));
  const plainMs = medianOf(exchanges.filter((one) => !isTurn(one) && one.response).map(({ endMs }) => endMs));
  const record: FlowRecord = {
    flow: { flow, summary: '', profile: 'read-only', alone: true, checks: ['*'], steps: [] },
    ...{ exchanges, stop: null },
  };
  const isTimed = ({ check }: Result) => checks.find(({ id }) => id === check)?.isTimed === true;
  const results = judge(record, { checks, context: { edition, plainMs } }).map((result): Result => {
    const isSeen = exchanges.some((one) => checks.some((check) => check.id === result.check && appliesTo(check, one)));
    if (result.verdict === 'failed' && isTimed(result))
      return {
        ...{ ...result, verdict: 'skipped', findings: [] },
        why: 'not observed: it judges by the clock, and what a recording shows once may be the load of a machine',
      };
    if (result.verdict !== 'inconclusive') return result;
    return { ...result, verdict: 'skipped', why: `not observed: ${isSeen ? result.why : 'no exchange shows it'}` };
  });
  return { record, results, passes: [{ record, plainMs }] };
}

/** What the request was for, as far as it can be told without the one who sent it. */
async function withMeaning(
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
  const decoder = createContentDecoder(layers, defaultBounds.bodyBytes);
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
