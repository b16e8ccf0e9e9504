import { shorten } from '../runtime/shorten.ts';
import type { WholeAnswer } from './answer.ts';

/** Characters of a reason in the log. */
const LENGTH = 80;
/** A larger body is not read for a line in the log. */
const READ_CHARACTERS = 65_536;

/** Why an answer refuses, in a few words: its detail, or the place of its first problem. Null: it does not say. */
export function readProblem(body: WholeAnswer['body']): string | null {
  if (body === null || body.length > READ_CHARACTERS) return null;
  const detail = readDetail(typeof body === 'string' ? body : new TextDecoder().decode(body));
  if (typeof detail === 'string') return shorten(detail, LENGTH);
  const first: unknown = Array.isArray(detail) ? detail[0] : null;
  if (!Array.isArray(detail) || !(first instanceof Object && 'loc' in first && 'msg' in first)) return null;
  const place = Array.isArray(first.loc) ? first.loc.join('.') : String(first.loc);
  const more = detail.length > 1 ? ` and ${detail.length - 1} more` : '';
  return `${shorten(`${place}: ${String(first.msg)}`, LENGTH)}${more}`;
}

function readDetail(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value instanceof Object && 'detail' in value ? value.detail : null;
  } catch {
    return null; // A scenario may answer anything.
  }
}
