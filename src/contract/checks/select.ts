import { JobMetadata } from '../../api/events.ts';
import { type Operation, operations } from '../../api/operations.ts';
import { ChatSessionSummary } from '../../api/sessions.ts';
import { isEmpty } from '../flow/values.ts';
import { type Exchange, isSuccess, isTurn, jsonOf, statusOf } from '../record/exchange.ts';
import { type Finding, show } from '../verdict/check.ts';

/** The operation of an exchange; null if the request is none. */
export function operationOf({ operation }: Exchange): Operation | null {
  return operation === null ? null : operations[operation];
}

/** Selects the exchanges with one of these roles. */
export function plays(...roles: readonly string[]): (exchange: Exchange) => boolean {
  return ({ role }) => role !== null && roles.includes(role);
}

/** The exchanges that a flow recorded under a role. */
export function byRole(exchanges: readonly Exchange[], role: string): Exchange[] {
  return exchanges.filter((exchange) => exchange.role === role);
}

/** Returns whether the answer has the documented success status of its operation. */
export function isDocumentedSuccess(exchange: Exchange): boolean {
  return operationOf(exchange)?.success.status === statusOf(exchange);
}

/** Returns whether the exchange is a stream with status 200. */
export function isStream(exchange: Exchange): boolean {
  return isTurn(exchange) && statusOf(exchange) === 200;
}

/** Returns whether the stream was read to its end. */
export function isWholeStream(exchange: Exchange): boolean {
  return isStream(exchange) && exchange.ending !== 'we_left';
}

/** A JSON object of unknown content. */
export type Fields = Readonly<Record<string, unknown>>;

/** Returns whether a value is a JSON object: not null and not an array. */
export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The answer's JSON object; empty if there is none. */
export function fieldsOf(exchange: Exchange): Fields {
  const value = jsonOf(exchange);
  return isFields(value) ? value : {};
}

/** The sessions on a page of the list. */
export function itemsOf(exchange: Exchange): Fields[] {
  const { items } = fieldsOf(exchange);
  return Array.isArray(items) ? items.filter(isFields) : [];
}

/** The session id in an answer. */
export function idOf(exchange: Exchange): unknown {
  return fieldsOf(exchange)['session_id'];
}

/** Walks over the whole list, each from a page without a token to the last page; none that came to no end. */
export function walksOf(pages: readonly Exchange[]): Exchange[][] {
  const walks: Exchange[][] = [];
  for (const page of pages) {
    if (!queryOf(page).has('page_token')) walks.push([]);
    walks.at(-1)?.push(page);
  }
  return walks.filter((walk) => {
    const last = walk.at(-1);
    return last && (isEmpty(fieldsOf(last)['next_page_token']) || itemsOf(last).length === 0);
  });
}

/** The sessions on these pages of the list, in order. */
export function listedIds(pages: readonly Exchange[]): unknown[] {
  return pages.flatMap((page) => itemsOf(page).map((item) => item['session_id']));
}

/** A session as an answer shows it: the body itself, or its item on a page of the list. */
export function viewsOf(exchange: Exchange, id: unknown): Fields[] {
  if (exchange.operation !== 'listSessions') return [fieldsOf(exchange)];
  return itemsOf(exchange).filter((item) => item['session_id'] === id);
}

const SUMMARY_KEYS = Object.keys(ChatSessionSummary.shape);

/** A view of a session without keys that the server adds, which may differ between views, and with its run filled in. */
export function toSummary(view: Fields): Fields {
  return Object.fromEntries(SUMMARY_KEYS.flatMap((key) => (key in view ? [[key, fillRun(view[key])]] : [])));
}

const RUN_DEFAULTS: Fields = JobMetadata.parse({});

/** A run with the values that its left-out keys stand for; any other value as it is. */
export function fillRun(value: unknown): unknown {
  return isFields(value) ? { ...RUN_DEFAULTS, ...value } : value;
}

/** What a session that was read twice shows otherwise the second time, but when it was last updated. */
export function compareSessions(before: Exchange, after: Exchange): Finding[] {
  const told = (exchange: Exchange): Fields => {
    const { last_updated_at: _, ...rest } = toSummary(fieldsOf(exchange));
    return { ...rest, events: fieldsOf(exchange)['events'] };
  };
  const [was, isNow] = [told(before), told(after)];
  const keys = [...new Set([...Object.keys(was), ...Object.keys(isNow)])];
  const changed = keys.find((key) => !sameJson(was[key] ?? null, isNow[key] ?? null));
  if (changed === undefined) return [];
  return [finding(after, { at: `$.${changed}`, expected: show(was[changed]), actual: show(isNow[changed]) })];
}

/**
 * The sessions on pages of the list that a refused create has made: it asked for an index, its first one, that nobody
 * else asks for.
 */
export function createdAllTheSame(
  exchanges: readonly Exchange[],
  [createRole, pageRole]: readonly [create: string, page: string],
): Finding[] {
  const refused = byRole(exchanges, createRole).filter((exchange) => !isSuccess(exchange));
  const marks = refused.map(({ sent }) =>
    isFields(sent) && Array.isArray(sent['index_ids']) ? sent['index_ids'][0] : null,
  );
  const isMarked = ({ index_ids }: Fields) => Array.isArray(index_ids) && index_ids.some((id) => marks.includes(id));
  return byRole(exchanges, pageRole).flatMap((page) =>
    itemsOf(page)
      .filter(isMarked)
      .map(({ session_id }) =>
        finding(page, { at: '$.items', expected: 'no session whose create was refused', actual: show(session_id) }),
      ),
  );
}

/** The query parameters of a request. */
export function queryOf({ request }: Exchange): URLSearchParams {
  return new URLSearchParams(request.target.split('?')[1] ?? '');
}

/** A finding about the answer as a whole. */
export function finding({ number }: Exchange, rest: Omit<Finding, 'exchange'>): Finding {
  return { exchange: number, ...rest };
}

/** Compares as JSON; a null key equals a missing one. */
export function sameJson(a: unknown, b: unknown): boolean {
  if (isFields(a) && isFields(b)) {
    const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
    return [...keys].every((key) => sameJson(a[key] ?? null, b[key] ?? null));
  }
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((item, index) => sameJson(item, b[index]));
  return a === b;
}
