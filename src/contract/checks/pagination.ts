import { type Check, defineCheck, type Finding, show } from '../check.ts';
import type { Exchange } from '../exchange.ts';
import { isEmpty } from '../values.ts';
import { byRole, fieldsOf, finding, itemsOf, plays, queryOf } from './select.ts';

const tokenOf = (page: Exchange) => fieldsOf(page)['next_page_token'];
const WALKS = ['walked', 'walked_small'] as const;
/** The pages of each walk, in order. */
const walksOf = (exchanges: readonly Exchange[]) =>
  WALKS.map((role) => byRole(exchanges, role)).filter((pages) => pages.length > 0);
/** False: the walk was given up. */
const hasEnded = (last: Exchange) => isEmpty(tokenOf(last)) || itemsOf(last).length === 0;

const ends = defineCheck({
  id: 'pagination.ends',
  requirement: 'Following next_page_token MUST come to an end.',
  level: 'must',
  evidence: 'documented',
  source: 'wire contract, sections 5b and 6',
  matters: 'Clients that load all pages never return.',
  after: ['http.success-status', 'http.schema'],
  needs: ['walked'],
  appliesTo: plays(...WALKS),
  run: (exchanges) => {
    const repeated = walksOf(exchanges).flatMap((pages) => {
      const tokens = pages.map(tokenOf);
      const again = tokens.findIndex((token, index) => !isEmpty(token) && tokens.indexOf(token) < index);
      const page = pages[again];
      if (!page) return [];
      const actual = `${show(tokens[again])} again`;
      return [finding(page, { at: '$.next_page_token', expected: 'a token not given before', actual })];
    });
    if (repeated.length > 0) return repeated;
    const pages = byRole(exchanges, 'walked');
    const last = pages.at(-1);
    if (!last || hasEnded(last)) return [];
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
  appliesTo: plays('walker', ...WALKS),
  run: (exchanges) => {
    const own = byRole(exchanges, 'walker').map((exchange) => fieldsOf(exchange)['session_id']);
    return walksOf(exchanges).flatMap((pages) => judgeWalk(pages, own));
  },
});

/** What came twice, and what never came although the walk went to the end. */
function judgeWalk(pages: readonly Exchange[], own: readonly unknown[]): Finding[] {
  const visits = pages.flatMap((page) =>
    itemsOf(page).map((item) => ({ page, id: item['session_id'], at: item['last_updated_at'] })),
  );
  const twice = visits.filter(
    // One that changed meanwhile may have moved to a page that comes later.
    ({ id, at }, index) => visits.findIndex((visit) => visit.id === id && visit.at === at) < index,
  );
  const last = pages.at(-1);
  const skipped = last && hasEnded(last) ? own.filter((id) => !visits.some((visit) => visit.id === id)) : [];
  return [
    ...twice.map(({ page, id }) =>
      finding(page, { at: '$.items[*].session_id', expected: 'each session once', actual: `${show(id)} again` }),
    ),
    ...skipped.flatMap((id) =>
      last
        ? [
            finding(last, {
              at: '$.items[*].session_id',
              expected: `session ${show(id)} on some page`,
              actual: 'on none',
            }),
          ]
        : [],
    ),
  ];
}

const size = defineCheck({
  id: 'pagination.page-size',
  requirement: 'A page MUST not hold more sessions than page_size asks for.',
  level: 'must',
  evidence: 'documented',
  source: 'wire contract, sections 5b and 6',
  matters: 'Who asks for ten has room for ten.',
  after: ['http.success-status', 'http.schema'],
  needs: ['walked'],
  appliesTo: plays(...WALKS),
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
