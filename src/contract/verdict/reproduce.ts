import { quoteForShell } from '../../runtime/escape.ts';
import { valueAt } from '../flow/values.ts';
import { type Exchange, type Header, isSuccess, isTurn, jsonOf, mediaType, statusOf } from '../record/exchange.ts';

/** Of more requests before it, only the latest are repeated. */
const MOST_BEFORE = 5;
/** What reads the id from the answer to a create, in a shell. */
export const SESSION_ID = `sed -n 's/.*"session_id" *: *"\\([^"]*\\)".*/\\1/p'`;

/**
 * Lines for a shell that make an exchange happen again: they create its session, take it to the same state, send the
 * request and delete the session. The key stays a variable.
 */
export function toReproduction(
  exchange: Exchange,
  {
    before,
    baseUrl,
    after = [],
  }: {
    readonly before: readonly Exchange[];
    readonly baseUrl: string;
    /** The numbers of refused requests that may be why. */
    readonly after?: readonly number[];
  },
): string[] {
  const { sessionId, request } = exchange;
  const own = createdBy(exchange);
  const creation = sessionId === null ? undefined : before.find((one) => createdBy(one) === sessionId);
  const session = creation && sessionId !== null ? { id: sessionId, variable: 'id' } : null;
  const write = (one: Exchange, flags: string) => toCurl(one, { baseUrl, flags, session });
  if (own !== undefined)
    return [`id=$(${write(exchange, '-sS')} | tee /dev/stderr | ${SESSION_ID})`, toRemoval(exchange, { baseUrl })];
  if (!creation) return [write(exchange, '-sS -N -i')];
  const steps = before.filter(
    (one) =>
      one.sessionId === sessionId &&
      // Not what its flow did elsewhere, such as to create another session, which would stay.
      one.request.target.includes(encodeURIComponent(sessionId ?? '')) &&
      one.request.method !== 'GET' &&
      // What was refused has done nothing, and would only take the place of what has.
      (!isRefused(one) || after.includes(one.number)) &&
      one.number > creation.number &&
      one.number < exchange.number,
  );
  return [
    `id=$(${write(creation, '-sS')} | ${SESSION_ID})`,
    ...steps.slice(-MOST_BEFORE).map((one) => `${write(one, '-sS -N')} > /dev/null`),
    write(exchange, '-sS -N -i'),
    ...(request.method === 'DELETE' ? [] : [toRemoval(creation, { baseUrl })]),
  ];
}

/** The sessions that a flow created, each with the line for a shell that deletes it. */
export function listCreated(
  exchanges: readonly Exchange[],
  baseUrl: string,
): { readonly session_id: string; readonly delete: string }[] {
  return exchanges.flatMap((exchange) => {
    const id = createdBy(exchange);
    return id === undefined
      ? []
      : [{ session_id: id, delete: toRemoval(exchange, { baseUrl, name: quoteForShell(encodeURIComponent(id)) }) }];
  });
}

function isRefused(exchange: Exchange): boolean {
  return statusOf(exchange) >= 400 && statusOf(exchange) < 500;
}

/** The session that an exchange created. */
export function createdBy(exchange: Exchange): string | undefined {
  const { request, sessionId } = exchange;
  if (request.method !== 'POST' || sessionId !== null || !isSuccess(exchange)) return undefined;
  const id = valueAt(jsonOf(exchange), '$.session_id');
  return typeof id === 'string' ? id : undefined;
}

/** Returns the line that deletes a session, with the headers and the query of the request that created it. */
export function toRemoval(
  creation: Exchange,
  { baseUrl, name = '"$id"' }: { readonly baseUrl: string; readonly name?: string },
): string {
  const [path = '', query] = creation.request.target.split('?');
  const headers = creation.request.headers.filter(([name]) => name !== 'content-type');
  const address = `${quoteForShell(`${baseUrl.replace(/\/$/, '')}${path}/`)}${name}${query === undefined ? '' : quoteForShell(`?${query}`)}`;
  return ['curl -sS -X DELETE', ...headers.map(toFlag), address].join(' ');
}

/** Returns the line that sends a request; `session`: the shell's variable that holds the id of its session. */
export function toCurl(
  exchange: Exchange,
  {
    baseUrl,
    flags,
    session,
  }: {
    readonly baseUrl: string;
    readonly flags: string;
    readonly session: { readonly id: string; readonly variable: string } | null;
  },
): string {
  const { request, response } = exchange;
  // Servers that answer `application/json` with a stream do not look at it; then the usual header is shown.
  const isStream = isTurn(exchange) && response !== null && mediaType(response) === 'text/event-stream';
  const headers = request.headers.map(
    (header): Header => (isStream && header[0] === 'accept' ? ['accept', 'text/event-stream'] : header),
  );
  const body = request.body === null ? [] : [`--data-binary ${quoteForShell(new TextDecoder().decode(request.body))}`];
  const address = baseUrl.replace(/\/$/, '') + request.target;
  return [
    `curl ${flags} -X ${request.method}`,
    ...headers.map(toFlag),
    ...body,
    session === null
      ? quoteForShell(address)
      : address.split(encodeURIComponent(session.id)).map(quoteForShell).join(`"$${session.variable}"`),
  ].join(' ');
}

function toFlag([name, value]: Header): string {
  const scheme = name === 'authorization' ? value.split(' ')[0] : undefined;
  return scheme === undefined
    ? `-H ${quoteForShell(`${name}: ${value}`)}`
    : `-H "authorization: ${scheme} $LLAMA_CLOUD_API_KEY"`;
}
