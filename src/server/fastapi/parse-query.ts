/** With its marks of byte order, and U+FFFD for what is not UTF-8, as Python decodes. */
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
const escapes = /(?:%[\da-f]{2})+/gi;

/** A raw query string without its `?`, as Starlette reads it: blank values kept, the last of repeated keys wins. */
export function parseQuery(query: string): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const pair of query.split('&')) {
    if (pair === '') continue;
    const equals = pair.indexOf('=');
    if (equals === -1) values.set(unquote(pair), '');
    else values.set(unquote(pair.slice(0, equals)), unquote(pair.slice(equals + 1)));
  }
  return values;
}

function unquote(text: string): string {
  const spaced = text.includes('+') ? text.replaceAll('+', ' ') : text;
  return spaced.includes('%') ? spaced.replace(escapes, decodeEscapes) : spaced;
}

function decodeEscapes(run: string): string {
  const bytes = new Uint8Array(run.length / 3);
  for (let index = 0; index < bytes.length; index += 1) {
    bytes[index] = Number.parseInt(run.slice(index * 3 + 1, index * 3 + 3), 16);
  }
  return decoder.decode(bytes);
}
