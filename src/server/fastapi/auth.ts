import type { Choices } from '../../api/choices.ts';
import { isAnySecret } from '../../runtime/secrets-equal.ts';
import { errorAnswer, type WholeAnswer } from '../answer.ts';
import type { IncomingRequest } from '../request.ts';

/** Whether a request brings a key that is accepted. */
export type KeyVerdict = 'good' | 'missing' | 'wrong';

/** Judges the key of a request. Any non-empty key is good unless keys are configured. */
export function judgeKey(
  request: IncomingRequest,
  { apiKeys, choices }: { readonly apiKeys: ReadonlySet<string>; readonly choices: Choices },
): KeyVerdict {
  const key =
    bearerKey(request.header('authorization')) ?? (choices.cookie_login ? cookieKey(request.header('cookie')) : null);
  if (key === null) return 'missing';
  return apiKeys.size > 0 && !isAnySecret(key, apiKeys) ? 'wrong' : 'good';
}

/** Null if a request with such a key may pass; else the refusal. */
export function refuse(verdict: KeyVerdict, choices: Choices): WholeAnswer | null {
  if (verdict === 'good') return null;
  return verdict === 'missing'
    ? refusal(choices.auth_missing_status, choices.auth_missing_detail, choices)
    : refusal(choices.auth_wrong_status, choices.auth_wrong_detail, choices);
}

function refusal(status: 401 | 403, detail: string, { www_authenticate }: Choices): WholeAnswer {
  const challenge = status === 401 && www_authenticate !== null ? { 'www-authenticate': www_authenticate } : {};
  return errorAnswer(status, detail, challenge);
}

/** The key of an Authorization header; null if there is none, or another scheme. The scheme's name is case-insensitive. */
export function bearerKey(header: string | null): string | null {
  if (header === null) return null;
  const space = header.indexOf(' ');
  if (space === -1 || header.slice(0, space).toLowerCase() !== 'bearer') return null;
  return header.slice(space + 1).trim() || null;
}

function cookieKey(header: string | null): string | null {
  for (const pair of header?.split(';') ?? []) {
    const [name, ...value] = pair.split('=');
    if (name?.trim() === 'session') return value.join('=').trim() || null;
  }
  return null;
}
