import { type ExchangeResponse, jsonOf } from './exchange.ts';
import { parseJson } from './json.ts';

const lossy = new TextDecoder();
/** The id of a session in a body that no parser takes: cut off, with a comma too many, in another encoding. */
const ID = /"session_id"\s*:\s*("(?:[^"\\]|\\.)*"|-?\d+)/;
/** Numbers that Python writes and JSON does not have. A lookbehind would read a run of blanks once for each blank. */
const NO_NUMBER = /([:[,]\s*)-?(?:NaN|Infinity)\b/g;

/**
 * The JSON of an answer, read as kindly as can be: with a byte order mark, in another encoding, with NaN. For what must
 * be cleaned up; checks judge by the letter.
 */
export function readableJson({ response }: { readonly response: ExchangeResponse | null }): unknown {
  const strict = jsonOf({ response });
  if (strict !== undefined || !response) return strict;
  const text = lossy.decode(response.body).replaceAll(NO_NUMBER, '$1null');
  const reading = parseJson(text);
  return reading.ok ? reading.value : undefined;
}

/** The id of the session that an answer shows, wherever it stands; undefined where none can be made out. */
export function readableId({ response }: { readonly response: ExchangeResponse | null }): string | undefined {
  const value = readableJson({ response });
  const direct = isObject(value) ? (toId(value['session_id']) ?? toId(value['id'])) : undefined;
  if (direct !== undefined || !response) return direct;
  const written = ID.exec(lossy.decode(response.body))?.[1];
  const reading = written === undefined ? null : parseJson(written);
  return reading?.ok ? toId(reading.value) : undefined;
}

/** An id as it stands in a path: a number does as well as a text. */
export function toId(value: unknown): string | undefined {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
