import type { Choices } from '../api/choices.ts';
import { createRandom } from '../runtime/random.ts';

/** The position of a walk over pages: the state of the list that it shows, and the last item returned. */
export interface Cursor {
  readonly asOf: number;
  readonly micros: number;
  readonly write: number;
}

/** Returns the maximum number of items of a page; null if the requested size is refused. */
export function pageSize(wished: number | null, choices: Choices): number | null {
  if (wished === null) return Math.min(choices.page_size_default, choices.page_size_max);
  if (wished > 0) return Math.min(wished, choices.page_size_max);
  return choices.page_size_not_positive === 'default' ? choices.page_size_default : null;
}

/** Encodes a cursor as an opaque token. A checksum ties it to its `scope`, so that no other text is accepted. */
export function encodeCursor({ asOf, micros, write }: Cursor, scope: string): string {
  const text = `${asOf}.${micros}.${write}`;
  return btoa(`${text}.${check(text, scope)}`).replaceAll('=', '');
}

/** Null for anything that `encodeCursor` did not make for this scope. */
export function decodeCursor(token: string, scope: string): Cursor | null {
  if (!/^[A-Za-z0-9+/]{8,200}$/.test(token)) return null;
  const parts = decodeBase64(token)?.split('.');
  if (parts?.length !== 4) return null;
  const [asOf, micros, write] = parts.map(Number) as [number, number, number]; // The length was just seen.
  const cursor = { asOf, micros, write };
  return encodeCursor(cursor, scope) === token ? cursor : null;
}

function decodeBase64(token: string): string | null {
  try {
    return atob(token);
  } catch {
    return null; // Not base64, so not a token of this server; the caller answers with 400.
  }
}

function check(text: string, scope: string): string {
  return createRandom(scope).fork('cursor', text).text(8);
}
