import { type Check, defineCheck, show } from '../check.ts';
import type { Exchange } from '../exchange.ts';
import { isEmpty } from '../values.ts';
import { byRole, fieldsOf, finding, itemsOf, plays, queryOf } from './select.ts';

const tokenOf = (page: Exchange) => fieldsOf(page)['next_page_token'];
const walk = plays('walked', 'walker');

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
  needs: ['walker', 'walked'],
  appliesTo: walk,
  run: (exchanges) => {
    const pages = byRole(exchanges, 'walked');
    const last = pages.at(-1);
    if (!last) return { unseen: 'no page was walked' };
    const visits = pages.flatMap((page) =>
      itemsOf(page).map((item) => ({ page, id: item['session_id'], at: item['last_updated_at'] })),
    );
    const twice = visits.filter(
      // One that changed meanwhile may have moved to a page that comes later.
      ({ id, at }, index) => visits.findIndex((visit) => visit.id === id && visit.at === at) < index,
    );
    const own = byRole(exchanges, 'walker').map((exchange) => fieldsOf(exchange)['session_id']);
    const skipped = own.filter((id) => !visits.some((visit) => visit.id === id));
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
