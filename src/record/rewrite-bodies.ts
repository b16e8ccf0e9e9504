import { type RecordedExchange, readBody, writeBody } from '../contract/record/recording.ts';
import { undoEncoding } from './undo-encoding.ts';

/** Returns what is written instead of a body without its content-encoding: the same bytes, or others. */
type RewriteBody = (bytes: Uint8Array) => Uint8Array;

type Body = NonNullable<RecordedExchange['request']['body']>;

/** Why a body is not the one on the wire. */
const DECODED = 'The content-encoding was undone, since the body has';
const LEFT_OUT = 'The body was left out, since its content-encoding cannot be undone and it may have secrets.';
/** What stands for each byte of a body that was left out. */
const FILL = '~';

/** How the bodies of an exchange are rewritten. */
export interface Rewriting {
  readonly request: RewriteBody;
  readonly response: RewriteBody;
  /** What a compressed body has if it is written otherwise, for a comment. */
  readonly has: string;
}

/**
 * Rewrites the bodies of an exchange. One that is compressed becomes its plain text if it changes, in one chunk, and
 * keeps its bytes if not. One whose content cannot be seen is left out.
 */
export function rewriteBodies(exchange: RecordedExchange, { request, response, has }: Rewriting): RecordedExchange {
  return {
    ...exchange,
    request: rewriteRequest(exchange.request, request),
    response: exchange.response && rewriteResponse(exchange.response, { rewrite: response, has }),
  };
}

function rewriteRequest(given: RecordedExchange['request'], rewrite: RewriteBody): RecordedExchange['request'] {
  if (given.body === null) return given;
  const { body, isPlain } = rewritten(given.body, { headers: given.headers, rewrite });
  if (!isPlain) return { ...given, body };
  return { ...given, body, headers: given.headers.filter(([name]) => name.toLowerCase() !== 'content-encoding') };
}

type Response = NonNullable<RecordedExchange['response']>;

function rewriteResponse(
  given: Response,
  { rewrite, has }: { readonly rewrite: RewriteBody; readonly has: string },
): Response {
  const headers = given.decoded === undefined ? given.headers : [];
  const { body, isPlain, isLeftOut } = rewritten(given.body, { headers, rewrite });
  if (isLeftOut) return { ...given, body, decoded: LEFT_OUT };
  if (!isPlain) return { ...given, body };
  const lastMs = given.chunks.at(-1)?.[0] ?? given.headers_ms;
  const decoded = `${DECODED} ${has}; its chunks and their times are lost.`;
  return { ...given, body, chunks: [[lastMs, readBody(body).byteLength]], decoded };
}

interface Rewritten {
  readonly body: Body;
  /** Whether the content-encoding was undone. */
  readonly isPlain: boolean;
  readonly isLeftOut: boolean;
}

function rewritten(
  given: Body,
  { headers, rewrite }: { readonly headers: Response['headers']; readonly rewrite: RewriteBody },
): Rewritten {
  const bytes = readBody(given);
  const undone = undoEncoding(bytes, { headers });
  if (undone === 'unknown') return { body: FILL.repeat(bytes.byteLength), isPlain: true, isLeftOut: true };
  const before = undone === 'plain' ? bytes : undone;
  const after = rewrite(before);
  if (after === before) return { body: given, isPlain: false, isLeftOut: false };
  return { body: writeBody(after), isPlain: undone !== 'plain', isLeftOut: false };
}
