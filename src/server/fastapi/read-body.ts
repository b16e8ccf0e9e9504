import type { Edition } from '../../api/editions.ts';
import { decodeJsonBytes } from './decode-json-bytes.ts';
import { encodeDetail } from './encode-value.ts';
import { isPlainJson } from './is-plain-json.ts';
import { MAX_JSON_VALUES, parsePythonJson } from './parse-python-json.ts';

/** A request's body before it is judged: none, a value, or the answer to a body that cannot be read. */
export type BodyReading =
  | { readonly kind: 'none' }
  | { readonly kind: 'value'; readonly value: unknown }
  | { readonly kind: 'refused'; readonly status: 422 | 413 | 400; readonly body: string };

const unreadable: BodyReading = {
  kind: 'refused',
  status: 400,
  body: '{"detail":"There was an error parsing the body"}',
};
const tooManyValues: BodyReading = {
  kind: 'refused',
  status: 413,
  body: `{"detail":"Request body holds more than ${MAX_JSON_VALUES} values"}`,
};
const lossyDecoder = new TextDecoder('utf-8', { ignoreBOM: true });

/**
 * Reads a body as FastAPI does, which is before it looks at authentication, query or models. What is not
 * declared as JSON is the value its text is. In values read, an integer beyond JavaScript's safe ones is a
 * `LongInteger`, a whole float a `WholeFloat`, and an object may be a `Map`.
 */
export function readBody({ contentType, bytes, edition }: BodyToRead): BodyReading {
  if (bytes.length === 0) return { kind: 'none' };
  if (contentType === null || !isJsonMediaType(contentType))
    return { kind: 'value', value: lossyDecoder.decode(bytes) };
  const text = decodeJsonBytes(bytes);
  if (text === null) return unreadable;
  const quick = isPlainJson(text) ? parseQuickly(text) : undefined;
  if (quick !== undefined) return { kind: 'value', value: quick };
  const parsing = parsePythonJson(text);
  switch (parsing.kind) {
    case 'value':
      return parsing;
    case 'unreadable':
      return unreadable;
    case 'too_many_values':
      return tooManyValues;
    case 'invalid':
      return { kind: 'refused', status: 422, body: encodeInvalid(parsing, edition) };
  }
}

interface BodyToRead {
  readonly contentType: string | null;
  readonly bytes: Uint8Array;
  readonly edition: Edition;
}

/** Undefined where the text is not JSON: then Python's own message is needed. */
function parseQuickly(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function encodeInvalid({ error, offset }: { error: string; offset: number }, edition: Edition): string {
  const problem = {
    type: 'json_invalid',
    loc: ['body', offset],
    msg: 'JSON decode error',
    input: {},
    ctx: { error },
  };
  return encodeDetail([problem], edition);
}

/** What stands before the parameters; the blanks are those Python strips and a header can hold. */
const jsonMediaType = /^[\s\x85]*application\/(?:json|[^/]*\+json)[\s\x85]*$/i;

/** Whether FastAPI reads a body of this content type as JSON. Its parameters, even broken ones, play no part. */
export function isJsonMediaType(contentType: string): boolean {
  if (contentType === 'application/json') return true;
  const [essence = ''] = contentType.split(';', 1);
  return jsonMediaType.test(essence);
}
