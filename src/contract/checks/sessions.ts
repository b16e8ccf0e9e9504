import { type Exchange, isSuccess, isTurn, statusOf } from '../record/exchange.ts';
import { type Check, defineCheck, type Finding, show } from '../verdict/check.ts';
import {
  byRole,
  fieldsOf,
  finding,
  idOf,
  itemsOf,
  listedIds,
  plays,
  sameJson,
  toSummary,
  viewsOf,
  walksOf,
} from './select.ts';
import { wireContract } from './wire-contract.ts';

/** A session of our own is read and must be there, whatever else the flow is about. */
const isRead = ({ operation, expectation }: Exchange) =>
  (operation === 'getSession' || operation === 'getSessionSummary') && expectation.kind === 'accepted';

/** Roles of pages that are read while nothing else is written. */
const LISTINGS = ['page', 'seen_page', 'titled_page', 'page_2'] as const;

/** The sessions that the flow has created before this exchange and not deleted. */
function liveAt({ number }: Exchange, exchanges: readonly Exchange[]): unknown[] {
  const before = exchanges.filter((one) => one.number < number);
  const deleted = before.filter(({ operation }) => operation === 'deleteSession').map(({ sessionId }) => sessionId);
  return before
    .filter((one) => one.operation === 'createSession' && isSuccess(one))
    .map(idOf)
    .filter((id) => !deleted.includes(String(id)));
}

/**
 * The own sessions that the list does not show. While others write, a server that counts its pages off may miss one in
 * a walk over several pages, but not in the next one, too.
 */
function unlistedIn(
  pages: readonly Exchange[],
  exchanges: readonly Exchange[],
): { readonly page: Exchange; readonly id: unknown }[] {
  const walks = walksOf(pages).map((walk) => ({ walk, ids: new Set(listedIds(walk)) }));
  return walks.flatMap(({ walk, ids }, index) => {
    const [first, last] = [walk[0], walk.at(-1)];
    const isSound = walk.every((page) => itemsOf(page).every((item) => typeof item['session_id'] === 'string'));
    const isList = walk.every((page) => Array.isArray(fieldsOf(page)['items']));
    if (!first || !last || !isSound || !isList) return [];
    const next = walks[index + 1];
    const isSure = (id: unknown) => walk.length === 1 || (next !== undefined && !next.ids.has(id));
    return liveAt(first, exchanges)
      .filter((id) => !ids.has(id) && isSure(id))
      .map((id) => ({ page: last, id }));
  });
}

/** The number of the first deletion; nothing comes after it where there was none. */
function firstDeletion(exchanges: readonly Exchange[]): number {
  return exchanges.find(({ operation }) => operation === 'deleteSession')?.number ?? Number.POSITIVE_INFINITY;
}

const found = defineCheck({
  id: 'sessions.created-is-found',
  requirement: 'A created session MUST be retrievable, have a summary and be listed.',
  level: 'must',
  evidence: 'documented',
  source: wireContract('created-is-found'),
  rationale: 'A page opens a session right after creating it.',
  requires: ['http.no-redirect'],
  explainedBy: ['sessions.ids-unique', 'robustness.abort-leaves-usable'],
  appliesTo: (exchange) =>
    plays('detail', 'summary', ...LISTINGS)(exchange) ||
    isRead(exchange) ||
    (exchange.operation === 'createSession' && exchange.expectation.kind === 'accepted') ||
    exchange.operation === 'deleteSession',
  run: (all) => {
    // What is lost once something was deleted, the deletion may have taken along.
    const exchanges = all.filter(({ number }) => number < firstDeletion(all));
    const lost = exchanges
      .filter((exchange) => isRead(exchange) || plays('detail', 'summary')(exchange))
      .flatMap((exchange): Finding[] => {
        const expected = `session ${show(exchange.sessionId)}`;
        if (statusOf(exchange) === 404) return [finding(exchange, { at: 'status', expected, actual: '404' })];
        const id = idOf(exchange);
        // What is not a text is a matter of the schema.
        if (typeof id !== 'string' || id === exchange.sessionId) return [];
        return [finding(exchange, { at: '$.session_id', expected, actual: show(id) })];
      });
    const unlisted = unlistedIn(exchanges.filter(plays(...LISTINGS)), exchanges);
    return [
      ...lost,
      ...unlisted.map(({ page, id }) =>
        finding(page, { at: '$.items[*].session_id', expected: `session ${show(id)}`, actual: 'not listed' }),
      ),
    ];
  },
});

const agree = defineCheck({
  id: 'sessions.views-agree',
  requirement: 'Create, retrieve, summary and list MUST show the same values for a session.',
  level: 'must',
  evidence: 'documented',
  source: wireContract('views-agree'),
  rationale: 'A list that disagrees with the opened session looks like lost work.',
  requires: ['sessions.created-is-found', 'http.success-status', 'http.schema'],
  requiredRoles: ['created', 'detail', 'summary', 'page'],
  explainedBy: ['sessions.ids-unique'],
  appliesTo: plays('created', 'detail', 'summary', 'page'),
  run: (exchanges) => {
    const [created] = byRole(exchanges, 'created');
    if (!created) return { unseen: 'no session was created' };
    const told = toSummary(fieldsOf(created));
    return exchanges.filter(plays('detail', 'summary', 'page')).flatMap((exchange) =>
      viewsOf(exchange, told['session_id']).flatMap((view): Finding[] => {
        // Whether reading moves it is nowhere documented.
        const keys = Object.keys({ ...told, ...toSummary(view) }).filter((key) => key !== 'last_updated_at');
        return keys
          .filter((key) => !sameJson(told[key] ?? null, view[key] ?? null))
          .map((key) =>
            finding(exchange, { at: `$.${key}`, expected: `${show(told[key])} as created`, actual: show(view[key]) }),
          );
      }),
    );
  },
});

/** Views of a session to which something has happened. */
const LATER_VIEWS = ['detail_2', 'titled', 'titled_detail', 'seen'] as const;

function askedIndexIds({ sent }: Exchange): unknown {
  return (sent as { readonly index_ids?: unknown } | null | undefined)?.index_ids ?? null; // A flow's body.
}

const indexIds = defineCheck({
  id: 'sessions.index-ids-kept',
  requirement:
    'A session MUST be bound to the index_ids it was created with, and to none if it was created without any.',
  level: 'must',
  evidence: 'documented',
  source: wireContract('bound-indexes'),
  rationale: 'Users expect answers from the sources they chose.',
  requires: ['http.success-status', 'http.schema'],
  explainedBy: ['sessions.ids-unique', 'sessions.views-agree'],
  appliesTo: (exchange) => exchange.operation === 'createSession' || plays(...LATER_VIEWS)(exchange),
  run: (exchanges) => {
    const asked = new Map(
      exchanges
        .filter(({ operation }) => operation === 'createSession')
        .map((exchange) => [idOf(exchange), askedIndexIds(exchange)]),
    );
    return exchanges.flatMap((exchange) => {
      const told = fieldsOf(exchange)['index_ids'] ?? null;
      const bound = asked.get(idOf(exchange)) ?? null;
      if (sameJson(sorted(bound), sorted(told))) return [];
      // The first turn may bind a session that was created unbound: no documentation forbids it.
      if (bound === null && exchange.operation !== 'createSession') return [];
      return [finding(exchange, { at: '$.index_ids', expected: show(bound), actual: show(told) })];
    });
  },
});

const gone = defineCheck({
  id: 'sessions.deleted-is-gone',
  requirement: 'A deleted session MUST be gone from every view.',
  level: 'must',
  evidence: 'documented',
  source: wireContract('delete'),
  rationale: 'A user who deletes a conversation expects that nobody can read it.',
  requires: ['http.no-breakdown', 'http.success-status', 'http.schema'],
  explainedBy: ['sessions.unknown-is-refused', 'sessions.ids-unique'],
  requiredRoles: ['deleted', 'gone'],
  appliesTo: plays('deleted', 'gone', 'page_after', 'seen_page'),
  run: (exchanges) => {
    const deleted = byRole(exchanges, 'deleted');
    const still = byRole(exchanges, 'gone')
      .filter((exchange) => isSuccess(exchange) && deleted.some(({ sessionId }) => sessionId === exchange.sessionId))
      .map((exchange) =>
        finding(exchange, {
          at: `status of ${exchange.operation}`,
          expected: 'no success',
          actual: String(statusOf(exchange)),
        }),
      );
    const listed = exchanges.filter(plays('page_after', 'seen_page')).flatMap((page) => {
      const ids = new Set(listedIds([page]));
      return deleted
        .filter(({ sessionId, number }) => number < page.number && ids.has(sessionId))
        .map(({ sessionId }) =>
          finding(page, { at: '$.items[*].session_id', expected: `not ${show(sessionId)}`, actual: 'still listed' }),
        );
    });
    return [...still, ...listed];
  },
});

const onlyThat = defineCheck({
  id: 'sessions.delete-only-that',
  requirement: 'Deleting a session MUST leave every other session unchanged.',
  level: 'must',
  evidence: 'documented',
  source: wireContract('delete'),
  rationale: 'Deleting too much cannot be undone.',
  requires: ['sessions.created-is-found', 'sessions.ids-unique', 'http.schema'],
  explainedBy: ['sessions.ids-unique'],
  appliesTo: (exchange) =>
    plays('kept', 'seen', ...LISTINGS, 'page_after')(exchange) ||
    exchange.operation === 'createSession' ||
    exchange.operation === 'deleteSession',
  run: (exchanges) => {
    const start = firstDeletion(exchanges);
    const isLater = ({ number }: Exchange) => number > start;
    const lost = exchanges
      .filter((exchange) => plays('kept', 'seen')(exchange) && isLater(exchange) && !isSuccess(exchange))
      .map((exchange) =>
        finding(exchange, {
          at: 'status',
          expected: `session ${show(exchange.sessionId)}, which was not deleted`,
          actual: String(statusOf(exchange)),
        }),
      );
    // One that was never listed is not lost by the deletion.
    const before = new Set(listedIds(exchanges.filter((one) => plays(...LISTINGS)(one) && !isLater(one))));
    const unlisted = unlistedIn(exchanges.filter(plays('page_after', 'seen_page')).filter(isLater), exchanges);
    return [
      ...lost,
      ...unlisted
        .filter(({ id }) => before.has(id))
        .map(({ page, id }) =>
          finding(page, { at: '$.items[*].session_id', expected: show(id), actual: 'not listed any more' }),
        ),
    ];
  },
});

const projects = defineCheck({
  id: 'sessions.other-project-hidden',
  requirement: 'A session MUST NOT be visible in another project, nor used or deleted from there.',
  level: 'must',
  evidence: 'documented',
  source: wireContract('projects'),
  rationale: 'Projects separate customers.',
  requires: ['http.no-breakdown', 'http.success-status', 'http.schema'],
  explainedBy: ['sessions.unknown-is-refused'],
  requiredRoles: ['created', 'elsewhere'],
  appliesTo: plays('created', 'elsewhere', 'still_here'),
  run: (exchanges) => {
    const id = byRole(exchanges, 'created').map(idOf)[0];
    const shown = byRole(exchanges, 'elsewhere')
      .filter((exchange) => idOf(exchange) === id || listedIds([exchange]).includes(id))
      .map((exchange) => finding(exchange, { at: 'body', expected: `no session ${show(id)}`, actual: 'it is shown' }));
    const used = byRole(exchanges, 'elsewhere')
      .filter((exchange) => isTurn(exchange) && isSuccess(exchange))
      .map((exchange) =>
        finding(exchange, { at: 'status', expected: `no session ${show(id)}`, actual: String(statusOf(exchange)) }),
      );
    const lost = byRole(exchanges, 'still_here')
      .filter((exchange) => statusOf(exchange) === 404)
      .map((exchange) =>
        finding(exchange, { at: 'status', expected: 'the session, which was deleted elsewhere only', actual: '404' }),
      );
    return [...shown, ...used, ...lost];
  },
});

/** Checks of creating, reading, listing and deleting sessions. */
export const sessionChecks: readonly Check[] = [found, agree, indexIds, gone, onlyThat, projects];

function sorted(value: unknown): unknown {
  return Array.isArray(value) ? [...new Set(value)].sort() : value;
}
