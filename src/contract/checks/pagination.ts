import { type Check, defineCheck, show } from '../check.ts';
import type { Exchange } from '../exchange.ts';
import { isEmpty } from '../values.ts';
import { byRole, fieldsOf, finding, itemsOf, plays, queryOf } from './select.ts';

const tokenOf = (page: Exchange) => fieldsOf(page)['next_page_token'];
const walk = plays('walked', 'walker', 'listed_before', 'listed_after');

const idsOn = (pages: readonly Exchange[]) => pages.flatMap((page) => itemsOf(page).map((item) => item['session_id']));

/** Sessions that were there before and after the walk, as they were: no walk may miss them. */
function stableIds(exchanges: readonly Exchange[]): unknown[] {
  const told = (role: string) =>
    new Map(
      byRole(exchanges, role)
        .flatMap(itemsOf)
        .map((item) => [item['session_id'], item['last_updated_at']]),
    );
  const after = told('listed_after');
  return [...told('listed_before')].flatMap(([id, at]) => (after.has(id) && after.get(id) === at ? [id] : []));
}

const ends = defineCheck({
  id: 'pagination.ends',
  requirement: 'Following next_page_token MUST come to an end.',
  level: 'must',
  evidence: 'documented',
  source: 'wire contract, sections 5b and 6',
  matters: 'Clients that load all pages never return.',
  after: ['http.success-status', 'http.schema'],
  needs: ['walked'],
  appliesTo: plays('walked'),
  run: (pages) => {
    const seen = new Set<unknown>();
    for (const page of pages) {
      const token = tokenOf(page);
      if (isEmpty(token)) continue;
      if (seen.has(token))
        return [
          finding(page, {
            at: '$.next_page_token',
            expected: 'a token not given before',
            actual: `${show(token)} again`,
          }),
        ];
      seen.add(token);
    }
    const last = pages.at(-1);
    if (!last || isEmpty(tokenOf(last)) || itemsOf(last).length === 0) return [];
    const before = new Set(idsOn(pages.slice(0, -1)));
    if (idsOn([last]).every((id) => before.has(id)))
      return [
        finding(last, {
          at: '$.items',
          expected: 'an end after the last session',
          actual: `page ${pages.length} of sessions that came before`,
        }),
      ];
    return { unclear: `the list has more than ${pages.length} pages; the walk was given up` };
  },
});

const once = defineCheck({
  id: 'pagination.visits-once',
  requirement: 'A walk over the pages MUST visit each session exactly once.',
  level: 'must',
  evidence: 'documented',
  source: 'wire contract, section 5b',
  matters: 'A session that is skipped looks lost, one that comes twice breaks lists keyed by id.',
  after: ['pagination.ends'],
  needs: ['walked'],
  unless: ['sessions.ids-unique', 'sessions.created-is-found'],
  appliesTo: walk,
  run: (exchanges) => {
    const pages = byRole(exchanges, 'walked');
    const last = pages.at(-1);
    if (!last) return { unseen: 'no page was walked' };
    const visits = pages.flatMap((page) =>
      itemsOf(page).map((item) => ({ page, id: item['session_id'], at: item['last_updated_at'] })),
    );
    const seen = new Set<string>();
    const twice = visits.filter(({ id, at }) => {
      // One that changed meanwhile may have moved to a page that comes later.
      const key = JSON.stringify([id, at]);
      const isSeen = seen.has(key);
      seen.add(key);
      return isSeen;
    });
    const own = byRole(exchanges, 'walker').map((exchange) => fieldsOf(exchange)['session_id']);
    const visited = new Set(visits.map(({ id }) => id));
    const skipped = [...new Set([...own, ...stableIds(exchanges)])].filter((id) => !visited.has(id));
    if (pages.length === 1 && skipped.length === 0 && twice.length === 0 && own.length === 0)
      return { unseen: 'all there is fits on one page' };
    return [
      ...twice.map(({ page, id }) =>
        finding(page, { at: '$.items[*].session_id', expected: 'each session once', actual: `${show(id)} again` }),
      ),
      ...skipped.map((id) =>
        finding(last, { at: '$.items[*].session_id', expected: `session ${show(id)} on some page`, actual: 'on none' }),
      ),
    ];
  },
});

const size = defineCheck({
  id: 'pagination.page-size',
  requirement: 'A page MUST not hold more sessions than page_size asks for.',
  level: 'must',
  evidence: 'documented',
  source: 'wire contract, sections 5b and 6',
  matters: 'Who asks for ten has room for ten.',
  after: ['http.success-status', 'http.schema'],
  needs: ['walked'],
  appliesTo: plays('walked'),
  run: (pages) =>
    pages
      .filter((page) => itemsOf(page).length > Number(queryOf(page).get('page_size')))
      .map((page) =>
        finding(page, {
          at: '$.items',
          expected: `at most ${queryOf(page).get('page_size')} sessions`,
          actual: String(itemsOf(page).length),
        }),
      ),
});

export const paginationChecks: readonly Check[] = [ends, once, size];
