import { type Check, defineCheck, show } from '../check.ts';
import type { Exchange } from '../exchange.ts';
import { byRole, fieldsOf, finding, isSuccess, itemsOf, plays, sameJson, statusOf } from './select.ts';
import { compareViews, itemsAbout, viewsOf } from './views.ts';

const idOf = (exchange: Exchange) => fieldsOf(exchange)['session_id'];
const listedIds = (pages: readonly Exchange[]) =>
  pages.flatMap((page) => itemsOf(page).map((item) => item['session_id']));
const source = 'wire contract, section 5b';

const found = defineCheck({
  id: 'sessions.created-is-found',
  requirement: 'A session that was created MUST be retrievable, have a summary and be listed.',
  level: 'must',
  evidence: 'documented',
  source,
  matters: 'A page that creates a session opens it next.',
  after: ['http.success-status', 'http.schema'],
  needs: ['created', 'detail', 'summary', 'page'],
  appliesTo: plays('created', 'detail', 'summary', 'page'),
  run: (exchanges) => {
    const [created] = byRole(exchanges, 'created');
    const id = created && idOf(created);
    const read = exchanges.filter(plays('detail', 'summary'));
    const lost = read
      .filter((exchange) => !isSuccess(exchange) || idOf(exchange) !== id)
      .map((exchange) =>
        finding(exchange, {
          at: isSuccess(exchange) ? '$.session_id' : 'status',
          expected: `session ${show(id)}`,
          actual: isSuccess(exchange) ? show(idOf(exchange)) : String(statusOf(exchange)),
        }),
      );
    const pages = byRole(exchanges, 'page');
    const last = pages.at(-1);
    if (!last || listedIds(pages).includes(id)) return lost;
    return [
      ...lost,
      finding(last, { at: '$.items[*].session_id', expected: `session ${show(id)}`, actual: 'not listed' }),
    ];
  },
});

const agree = defineCheck({
  id: 'sessions.views-agree',
  requirement: 'Create, retrieve, summary and list MUST tell the same of a session.',
  level: 'must',
  evidence: 'documented',
  source,
  matters: 'A list that disagrees with what it opens looks like lost work.',
  after: ['sessions.created-is-found'],
  needs: ['created', 'detail', 'summary', 'page'],
  appliesTo: plays('created', 'detail', 'summary', 'page'),
  run: (exchanges) => {
    const [created] = byRole(exchanges, 'created');
    if (!created) return { unseen: 'no session was created' };
    const views = [
      ...viewsOf(exchanges.filter(plays('detail', 'summary'))),
      ...itemsAbout(created, byRole(exchanges, 'page')),
    ];
    return compareViews(fieldsOf(created), views, { as: 'as created' });
  },
});

const indexIds = defineCheck({
  id: 'sessions.index-ids-kept',
  requirement: 'A session MUST be bound to the index_ids it was created with, and to none if it was created without.',
  level: 'must',
  evidence: 'documented',
  source: 'wire contract, sections 2 and 3',
  matters: 'The answers come from the sources a user has chosen.',
  after: ['http.success-status', 'http.schema'],
  needs: ['created'],
  appliesTo: plays('created'),
  run: (exchanges) =>
    exchanges.flatMap((exchange) => {
      const asked = (exchange.sent as { readonly index_ids?: unknown } | undefined)?.index_ids ?? null; // A flow's body.
      const told = fieldsOf(exchange)['index_ids'] ?? null;
      if (sameJson(sorted(asked), sorted(told))) return [];
      return [finding(exchange, { at: '$.index_ids', expected: show(asked), actual: show(told) })];
    }),
});

const unique = defineCheck({
  id: 'sessions.ids-unique',
  requirement: 'Every session MUST have an id of its own that is not empty.',
  level: 'must',
  evidence: 'documented',
  source,
  matters: 'Two sessions of one id are one conversation.',
  after: ['http.success-status', 'http.schema'],
  needs: ['created', 'created_too'],
  appliesTo: plays('created', 'created_too'),
  run: (exchanges) => {
    const ids = exchanges.map(idOf);
    return exchanges.flatMap((exchange, index) => {
      const id = ids[index];
      if (id !== '' && ids.indexOf(id) === index) return [];
      return [finding(exchange, { at: '$.session_id', expected: 'an id that no other session has', actual: show(id) })];
    });
  },
});

const gone = defineCheck({
  id: 'sessions.deleted-is-gone',
  requirement: 'A session that was deleted MUST be gone everywhere.',
  level: 'must',
  evidence: 'documented',
  source,
  matters: 'Who deletes a conversation wants nobody to read it.',
  after: ['http.success-status', 'http.schema'],
  needs: ['deleted', 'gone', 'page_after'],
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
  requirement: 'Deleting a session MUST leave every other as it was.',
  level: 'must',
  evidence: 'documented',
  source,
  matters: 'Deleting too much cannot be undone.',
  after: ['sessions.ids-unique', 'http.schema'],
  needs: ['kept', 'page_after'],
  appliesTo: plays('kept', 'page_after', 'created', 'created_too'),
  run: (exchanges) => {
    const [kept] = byRole(exchanges, 'kept');
    const pages = byRole(exchanges, 'page_after');
    const last = pages.at(-1);
    if (!kept || !last) return { unseen: 'no second session was created' };
    if (!isSuccess(kept))
      return [finding(kept, { at: 'status', expected: 'the other session', actual: String(statusOf(kept)) })];
    if (listedIds(pages).includes(kept.sessionId)) return [];
    return [
      finding(last, { at: '$.items[*].session_id', expected: show(kept.sessionId), actual: 'not listed any more' }),
    ];
  },
});

const encoded = defineCheck({
  id: 'sessions.id-percent-encoded',
  requirement: 'A session_id in a path MUST mean the same with any of its bytes percent-encoded.',
  level: 'must',
  evidence: 'documented',
  source: 'wire contract, section 2; RFC 3986, section 2.3',
  matters: 'Clients encode ids, and not all of them the same characters.',
  after: ['http.success-status', 'http.schema'],
  needs: ['created', 'encoded'],
  appliesTo: plays('created', 'encoded'),
  run: (exchanges) => {
    const id = byRole(exchanges, 'created').map(idOf)[0];
    return byRole(exchanges, 'encoded')
      .filter((exchange) => !isSuccess(exchange) || idOf(exchange) !== id)
      .map((exchange) =>
        finding(exchange, { at: 'status', expected: `session ${show(id)}`, actual: String(statusOf(exchange)) }),
      );
  },
});

const slash = defineCheck({
  id: 'sessions.slash-is-data',
  requirement: 'An encoded slash in a session_id MUST be part of the id and never lead to another operation.',
  level: 'must',
  evidence: 'documented',
  source,
  matters: 'Ids are opaque and may hold a slash; decoded too early, DELETE hits another session.',
  needs: ['slashed', 'not_deleted'],
  appliesTo: plays('slashed', 'not_deleted'),
  run: (exchanges) => [
    ...byRole(exchanges, 'slashed')
      .filter(isSuccess)
      .map((exchange) =>
        finding(exchange, { at: 'status', expected: 'no session of that id', actual: String(statusOf(exchange)) }),
      ),
    ...byRole(exchanges, 'not_deleted')
      .filter((exchange) => !isSuccess(exchange))
      .map((exchange) =>
        finding(exchange, { at: 'status', expected: 'the session is still there', actual: String(statusOf(exchange)) }),
      ),
  ],
});

const unknown = defineCheck({
  id: 'sessions.unknown-is-refused',
  requirement: 'An operation on a session that does not exist MUST not succeed.',
  level: 'must',
  evidence: 'documented',
  source: 'wire contract, sections 5b and 9',
  matters: 'A typo in an id must not open an empty conversation.',
  needs: ['unknown'],
  appliesTo: plays('unknown'),
  run: (exchanges) =>
    exchanges.filter(isSuccess).map((exchange) =>
      finding(exchange, {
        at: `status of ${exchange.operation}`,
        expected: 'no success',
        actual: String(statusOf(exchange)),
      }),
    ),
});

const projects = defineCheck({
  id: 'sessions.other-project-hidden',
  requirement: 'A session MUST not be shown in another project.',
  level: 'must',
  evidence: 'documented',
  source,
  matters: 'Projects keep customers apart.',
  after: ['http.success-status', 'http.schema'],
  needs: ['created', 'elsewhere'],
  appliesTo: plays('created', 'elsewhere'),
  run: (exchanges) => {
    const id = byRole(exchanges, 'created').map(idOf)[0];
    return byRole(exchanges, 'elsewhere')
      .filter((exchange) => idOf(exchange) === id || listedIds([exchange]).includes(id))
      .map((exchange) => finding(exchange, { at: 'body', expected: `no session ${show(id)}`, actual: 'it is shown' }));
  },
});

export const sessionChecks: readonly Check[] = [
  found,
  agree,
  indexIds,
  unique,
  gone,
  onlyThat,
  encoded,
  slash,
  unknown,
  projects,
];

function sorted(value: unknown): unknown {
  return Array.isArray(value) ? [...new Set(value)].sort() : value;
}
