import { ChatMockError } from '../../runtime/errors.ts';

/** Who reads a base URL, for its error messages. */
export interface BaseUrlReader {
  readonly command: 'verify' | 'record';
  /** Where a key belongs instead, as a sentence. */
  readonly keyAdvice: string;
}

/**
 * Reads the base URL of a server: scheme, host and path. Throws `usage` for what is none, and for what no request would
 * carry. Messages show no password and no query, which may hold a key.
 */
export function readBaseUrl(text: string, { command, keyAdvice }: BaseUrlReader): URL {
  const shown = JSON.stringify(text.replace(/[?#].*$/s, '').replace(/\/\/.*@/s, '//…@'));
  const refuse = (reason: string) => new ChatMockError('usage', `Failed to ${command} ${shown}: ${reason}`);
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol))
    throw refuse('it is not a base URL. Give scheme and host, as in http://127.0.0.1:4010.');
  const url = new URL(text);
  if (url.username !== '' || url.password !== '') throw refuse(`the base URL holds a password. ${keyAdvice}`);
  if (url.search !== '' || url.hash !== '')
    throw refuse(
      `the base URL has a query or a fragment, which no request would carry. Give scheme, host and path only. ${keyAdvice}`,
    );
  return url;
}
