import type { OperationId } from '../../api/operations.ts';
import type { OperationPlan } from '../../api/plan.ts';
import type { ExchangeRequest, Header } from '../record/exchange.ts';
import type { Call, KeyKind } from './flow.ts';

/** A request as a flow describes it, with all values filled in. */
export interface Wish {
  /** Null: a request that is not an operation of the table. */
  readonly operation: OperationId | null;
  readonly method: string;
  /** The path template, still with `{session_id}`. */
  readonly path: string;
  readonly sessionId: string | null;
  readonly encode: Call['encode'];
  readonly query: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly key: KeyKind;
  /** How the scheme of a good key is written; `Bearer` where it is left out. */
  readonly scheme?: string;
  /** Undefined: none. */
  readonly body: unknown;
  readonly rawBody?: string;
}

const encoder = new TextEncoder();
const WRONG_KEY = 'chat-mock-verify-no-such-key';

/** Who asks: its key, and what every request of it carries beside. */
export interface Caller {
  readonly apiKey: string;
  readonly headers: readonly Header[];
  /** The value of a Cookie header. It may stand for a key, so requests without a good key go without it; '' for none. */
  readonly cookie: string;
}

/** Builds the request with headers, query and encoded body. */
export function buildRequest(wish: Wish, { apiKey, headers: own, cookie }: Caller): ExchangeRequest {
  const text = wish.rawBody ?? (wish.body === undefined ? null : JSON.stringify(wish.body));
  const usual: Header[] = [['accept', 'application/json'], ...authorization(wish, apiKey)];
  if (text !== null) usual.push(['content-type', 'application/json']);
  if (cookie !== '' && wish.key === 'good') usual.push(['cookie', cookie]);
  usual.push(...own);
  const wished = Object.entries(wish.headers);
  // A cookie of the caller may be what lets a request in: another one comes beside it.
  const headers = [
    ...usual.filter(([name]) => name === 'cookie' || !wished.some(([other]) => other.toLowerCase() === name)),
    ...wished,
  ];
  const query = Object.entries(wish.query).filter(([, value]) => value !== undefined && value !== null);
  const search = new URLSearchParams(query.map(([name, value]): [string, string] => [name, String(value)])).toString();
  const path = wish.path.replace('{session_id}', encodeId(wish.sessionId ?? '', wish.encode));
  return {
    method: wish.method,
    target: search === '' ? path : `${path}?${search}`,
    headers,
    body: text === null ? null : encoder.encode(text),
  };
}

/** What every request has unless a wish says otherwise. */
const plain = { sessionId: null, encode: 'as_needed', query: {}, headers: {}, key: 'good', body: undefined } as const;

/** A request of an operation: a good key and nothing else, with what the caller adds. */
export function wishFor(
  plans: Readonly<Record<OperationId, OperationPlan>>,
  { operation, ...rest }: { readonly operation: OperationId } & Partial<Omit<Wish, 'operation' | 'method' | 'path'>>,
): Wish {
  const { method, path: template } = plans[operation];
  const path = template.replaceAll(/\{(\w+)\}/g, (whole, name) =>
    name === 'session_id' ? whole : `chat-mock-no-such-${operation}`,
  );
  return { operation, method, path, ...plain, ...rest };
}

function authorization({ key, scheme = 'Bearer' }: Wish, apiKey: string): Header[] {
  switch (key) {
    case 'good':
      return [['authorization', `${scheme} ${apiKey}`]];
    case 'none':
      return [];
    case 'wrong_scheme':
      // With the accepted key, so that only the scheme can be the reason to refuse it.
      return [['authorization', `Basic ${apiKey}`]];
    case 'wrong_key':
      return [['authorization', `Bearer ${WRONG_KEY}`]];
  }
}

function toOtherCase(text: string): string {
  return text.replaceAll(/[a-z]+|[A-Z]+/g, (part) => (part < 'a' ? part.toLowerCase() : part.toUpperCase()));
}

function encodeId(id: string, encode: Wish['encode']): string {
  if (encode === 'as_needed') return encodeURIComponent(id);
  if (encode === 'other_case') return encodeURIComponent(toOtherCase(id));
  if (encode === 'shortened') return encodeURIComponent([...id].slice(0, -1).join(''));
  const every = [...encoder.encode(id)].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('');
  return encode === 'twice' ? encodeURIComponent(every) : every;
}
