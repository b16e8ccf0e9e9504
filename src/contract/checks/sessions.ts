import { type Exchange, isSuccess, statusOf } from '../record/exchange.ts';
import { type Check, defineCheck, type Finding, show } from '../verdict/check.ts';
import { byRole, fieldsOf, finding, idOf, listedIds, plays, sameJson, toSummary, viewsOf } from './select.ts';
import { wireContract } from './wire-contract.ts';

/** A session of our own is read and must be there, whatever else the flow is about. */
const isRead = ({ operation, expectation }: Exchange) =>
  (operation === 'getSession' || operation === 'getSessionSummary') && expectation.kind === 'accepted';

const found = defineCheck({
  id: 'sessions.created-is-found',
  requirement: 'A created session MUST be retrievable, have a summary and be listed.',
  level: 'must',
  evidence: 'documented',
  source: wireContract('created-is-found'),
  rationale: 'A page opens a session right after creating it.',
  requires: ['http.no-redirect'],
  explainedBy: ['sessions.ids-unique'],
  appliesTo: (exchange) => plays('created', 'created_too', 'detail', 'summary', 'page')(exchange) || isRead(exchange),
  run: (exchanges) => {
    const lost = exchanges
      .filter((exchange) => isRead(exchange) || plays('detail', 'summary')(exchange))
      .flatMap((exchange): Finding[] => {
        const expected = `session ${show(exchange.sessionId)}`;
        if (statusOf(exchange) === 404) return [finding(exchange, { at: 'status', expected, actual: '404' })];
        const id = idOf(exchange);
        // What is no text is a matter of the schema.
        if (typeof id !== 'string' || id === exchange.sessionId) return [];
        return [finding(exchange, { at: '$.session_id', expected, actual: show(id) })];
      });
    const pages = byRole(exchanges, 'page');
    const last = pages.at(-1);
    const ids = listedIds(pages);
    const isSound = pages.every((page) => Array.isArray(fieldsOf(page)['items']));
    if (!last || !isSound || ids.some((id) => typeof id !== 'string')) return lost;
    const unlisted = exchanges
      .filter(plays('created', 'created_too'))
      .map(idOf)
      .filter((id) => !ids.includes(id));
    return [
      ...lost,
      ...unlisted.map((id) =>
        finding(last, { at: '$.items[*].session_id', expected: `session ${show(id)}`, actual: 'not listed' }),
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
const LATER_VIEWS = ['detail_2', 'titled', 'titled_detail'] as const;

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
      // A session that was created unbound may be bound by its first turn: nobody says that it must not.
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
  requires: ['http.success-status', 'http.schema'],
  explainedBy: ['sessions.unknown-is-refused'],
  requiredRoles: ['deleted', 'gone', 'page_after'],
  appliesTo: plays('deleted', 'gone', 'page_after'),
  run: (exchanges) => {
    const id = byRole(exchanges, 'deleted')[0]?.sessionId;
    const still = byRole(exchanges, 'gone')
      .filter(isSuccess)
      .map((exchange) =>
        finding(exchange, {
          at: `status of ${exchange.operation}`,
          expected: 'no success',
          actual: String(statusOf(exchange)),
        }),
      );
    const page = byRole(exchanges, 'page_after').find((one) => listedIds([one]).includes(id));
    if (!page) return still;
    return [
      ...still,
      finding(page, { at: '$.items[*].session_id', expected: `not ${show(id)}`, actual: 'still listed' }),
    ];
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
  requiredRoles: ['kept', 'page_after'],
  appliesTo: plays('kept', 'page', 'page_after', 'created', 'created_too'),
  run: (exchanges) => {
    const [kept] = byRole(exchanges, 'kept');
    const pages = byRole(exchanges, 'page_after');
    const last = pages.at(-1);
    if (!kept || !last) return { unseen: 'no second session was created' };
    if (!isSuccess(kept))
      return [finding(kept, { at: 'status', expected: 'the other session', actual: String(statusOf(kept)) })];
    // One that was never listed is not lost by the deletion.
    if (listedIds(pages).includes(kept.sessionId)) return [];
    if (!listedIds(byRole(exchanges, 'page')).includes(kept.sessionId)) return [];
    return [
      finding(last, { at: '$.items[*].session_id', expected: show(kept.sessionId), actual: 'not listed any more' }),
    ];
  },
});

const projects = defineCheck({
  id: 'sessions.other-project-hidden',
  requirement: 'A session MUST NOT be visible in another project.',
  level: 'must',
  evidence: 'documented',
  source: wireContract('projects'),
  rationale: 'Projects separate customers.',
  requires: ['http.success-status', 'http.schema'],
  explainedBy: ['sessions.unknown-is-refused'],
  requiredRoles: ['created', 'elsewhere'],
  appliesTo: plays('created', 'elsewhere'),
  run: (exchanges) => {
    const id = byRole(exchanges, 'created').map(idOf)[0];
    return byRole(exchanges, 'elsewhere')
      .filter((exchange) => idOf(exchange) === id || listedIds([exchange]).includes(id))
      .map((exchange) => finding(exchange, { at: 'body', expected: `no session ${show(id)}`, actual: 'it is shown' }));
  },
});

/** Checks of creating, reading, listing and deleting sessions. */
export const sessionChecks: readonly Check[] = [found, agree, indexIds, gone, onlyThat, projects];

function sorted(value: unknown): unknown {
  return Array.isArray(value) ? [...new Set(value)].sort() : value;
}
