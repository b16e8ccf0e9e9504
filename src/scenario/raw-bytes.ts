import type { Step } from './schema.ts';

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
/** Arguments of one call; more do not fit on the stack. */
const AT_ONCE = 8192;

/** Writes bytes as a `raw` step says them: a text, or base64 for what is not a text. */
export function rawOf(bytes: Uint8Array): Extract<Step, { raw: unknown }>['raw'] {
  const text = decode(bytes);
  return text === null ? { base64: toBase64(bytes) } : text;
}

/** Reads base64 that the schema has checked. */
export function base64Bytes(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}

function decode(bytes: Uint8Array): string | null {
  try {
    return strict.decode(bytes);
  } catch {
    return null; // No text.
  }
}

function toBase64(bytes: Uint8Array): string {
  const parts: string[] = [];
  for (let at = 0; at < bytes.byteLength; at += AT_ONCE)
    parts.push(String.fromCharCode(...bytes.subarray(at, at + AT_ONCE)));
  return btoa(parts.join(''));
}
