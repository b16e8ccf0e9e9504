/** The text that replaces a secret. */
export const REDACTED = '[redacted]';

/** A name that holds one of these anywhere is the name of a secret. */
export const secretParts = [
  'secret',
  'password',
  'passwd',
  'passphrase',
  'passcode',
  'token',
  'credential',
  'signature',
  'authoriz',
  'authenticat',
  'cookie',
  'jwt',
  'csrf',
  'xsrf',
] as const;

/** A name with one of these as a word is one too: `auth`, `x-auth-id` and `userAuth`, but not `author`. */
export const secretWords = [
  ...['auth', 'oauth', 'oauth2', 'bearer', 'sig', 'hmac', 'pass', 'pwd', 'otp', 'cred', 'creds'],
  ...['sid', 'sessionid', 'phpsessid', 'jsessionid'],
] as const;

/** A name with a word that ends like this is one too: `key`, `apikey`. */
const secretEnding = /keys?$/;

/** A name that ends like this is none, whatever it looks like. */
export const plainNames = [
  ...['page token', 'idempotency key', 'websocket key', 'public key', 'cache key', 'sort key'],
] as const;

/** Most names have nothing of all this, which is quickly seen. */
const isSuspect = new RegExp([...secretParts, ...secretWords, 'key', 'session'].join('|'), 'i');

/**
 * Whether the value of this name (of a header, a query parameter or a JSON key) must not be shown. The name may be
 * percent-encoded. `value` tells a number of tokens, or the id of a chat session, from a secret.
 */
export function isSecretName(name: string, value: unknown = null): boolean {
  const decoded = decodePart(name);
  if (!isSuspect.test(decoded)) return false;
  const words = toWords(decoded);
  const text = words.join(' ');
  if (plainNames.some((plain) => text.endsWith(plain))) return false;
  if (words.includes('tokens') && isNumber(value)) return false; // As in max_tokens.
  // Journals are read for the ids of sessions. Those of this API are not secrets, those of a login are.
  if (text.endsWith('session id')) return typeof value !== 'string' || !value.startsWith('ses-');
  return (
    words.at(-1) === 'session' ||
    words.some((word) => secretEnding.test(word) || secretWords.some((secret) => secret === word)) ||
    secretParts.some((part) => text.includes(part))
  );
}

/** A part of a URL, decoded. What is not properly encoded stays as it is. */
export function decodePart(text: string): string {
  if (!text.includes('%') && !text.includes('+')) return text;
  // Never throws, and decodes what is good in a text that is partly bad; decodeURIComponent does neither.
  const [decoded = text] = new URLSearchParams(`=${text.replaceAll('&', '%26')}`).values();
  return decoded;
}

/** `X-ApiKey`, `api_key` and `apiKey` have the same words. */
function toWords(name: string): string[] {
  return name
    .replace(/(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/g, ' ')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
}

function isNumber(value: unknown): boolean {
  return typeof value === 'number' || (typeof value === 'string' && /^\d{1,15}$/.test(value));
}
