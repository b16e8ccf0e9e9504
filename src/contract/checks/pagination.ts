import { isEmpty } from '../flow/values.ts';
import type { Exchange } from '../record/exchange.ts';
import { type Check, defineCheck, show, type Unclear } from '../verdict/check.ts';
import { byRole, fieldsOf, finding, idOf, itemsOf, plays, queryOf } from './select.ts';
import { wireContract } from './wire-contract.ts';

const tokenOf = (page: Exchange) => fieldsOf(page)['next_page_token'];
const walk = plays('walked', 'walker', 'listed_before', 'listed_after');

/** A session as a page shows it; a session that was written meanwhile may move to a later page. */
interface Visit {
  readonly page: Exchange;
  readonly id: unknown;
  /** Equal if it is the same session and was not written since. */
  readonly state: string;
}

function visitsOn(pages: readonly Exchange[]): Visit[] {
  return pages.flatMap((page) =>
    itemsOf(page).map((item) => {
      const id = item['session_id'];
      return { page, id, state: JSON.stringify([id, item['last_updated_at']]) };
    }),
  );
}

/** The sessions listed unchanged before and after the walk, and those that others wrote meanwhile. */
function compareListings(exchanges: readonly Exchange[]) {
  const own = ownIds(exchanges);
  const states = (role: string) => new Map(visitsOn(byRole(exchanges, role)).map(({ state, id }) => [state, id]));
  const [before, after] = [states('listed_before'), states('listed_after')];
  const still = [...before].filter(([state]) => after.has(state));
  const written = [...before, ...after].filter(([state]) => !(before.has(state) && after.has(state)));
  return { still: still.map(([, id]) => id), written: written.map(([, id]) => id).filter((id) => !own.includes(id)) };
}

function ownIds(exchanges: readonly Exchange[]): unknown[] {
  return byRole(exchanges, 'walker').map(idOf);
}

/** If tokens are offsets, a session that appears or disappears shifts others, ours too, to another page. */
function toUnclear([one]: readonly unknown[]): Unclear {
  return {
    unclear: `others wrote while the pages were walked, such as session ${show(one)}: whether they or the server are why a session came again or not at all cannot be told; ask again while nobody else writes`,
  };
}

const ends = defineCheck({
  id: 'pagination.ends',
  requirement: 'Following next_page_token MUST reach a last page.',
  level: 'must',
  evidence: 'documented',
  source: wireContract('pages-end'),
  rationale: 'Otherwise clients that load all pages never finish.',
  requires: ['http.success-status', 'http.schema'],
  requiredRoles: ['walked'],
  appliesTo: walk,
  run: (exchanges) => {
    const pages = byRole(exchanges, 'walked');
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
    const before = new Set(visitsOn(pages.slice(0, -1)).map(({ state }) => state));
    if (visitsOn([last]).some(({ state }) => !before.has(state)))
      return { unclear: `the list has more than ${pages.length} pages; the walk was given up` };
    const { written } = compareListings(exchanges);
    if (written.length > 0) return toUnclear(written);
    return [
      finding(last, {
        at: '$.items',
        expected: 'an end after the last session',
        actual: `page ${pages.length} of sessions that came before`,
      }),
    ];
  },
});

const once = defineCheck({
  id: 'pagination.visits-once',
  requirement: 'A walk over the pages MUST visit each session exactly once.',
  level: 'must',
  evidence: 'documented',
  source: wireContract('pages-visit-once'),
  rationale: 'A skipped session looks lost; a repeated one breaks lists that are keyed by id.',
  requires: ['pagination.ends'],
  requiredRoles: ['walked'],
  explainedBy: ['sessions.ids-unique', 'sessions.created-is-found', 'sessions.deleted-is-gone'],
  appliesTo: walk,
  run: (exchanges) => {
    const pages = byRole(exchanges, 'walked');
    const last = pages.at(-1);
    if (!last) return { unseen: 'no page was walked' };
    const visits = visitsOn(pages);
    const seen = new Set<string>();
    const twice = visits.filter(({ state }) => seen.size === seen.add(state).size);
    const own = ownIds(exchanges);
    const { still, written } = compareListings(exchanges);
    const visited = new Set(visits.map(({ id }) => id));
    const skipped = [...new Set([...own, ...still])].filter((id) => !visited.has(id));
    if (pages.length === 1 && skipped.length === 0 && twice.length === 0 && own.length === 0)
      return { unseen: 'all there is fits on one page' };
    const findings = [
      ...twice.map(({ page, id }) =>
        finding(page, { at: '$.items[*].session_id', expected: 'each session once', actual: `${show(id)} again` }),
      ),
      ...skipped.map((id) =>
        finding(last, { at: '$.items[*].session_id', expected: `session ${show(id)} on some page`, actual: 'on none' }),
      ),
    ];
    return findings.length > 0 && written.length > 0 ? toUnclear(written) : findings;
  },
});

const size = defineCheck({
  id: 'pagination.page-size',
  requirement: 'A page MUST NOT hold more sessions than page_size.',
  level: 'must',
  evidence: 'documented',
  source: wireContract('page-size'),
  rationale: 'Clients reserve room for the number of items they asked for.',
  requires: ['http.success-status', 'http.schema'],
  requiredRoles: ['walked'],
  appliesTo: plays('walked', 'page_of_one'),
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

const one = defineCheck({
  id: 'pagination.page-of-one',
  requirement: 'With page_size 1, a page MUST hold one session if there is any.',
  level: 'must',
  evidence: 'documented',
  source: wireContract('page-size'),
  rationale: 'Clients stop at a page without items, and would show an empty list.',
  requires: ['http.success-status', 'http.schema'],
  explainedBy: ['sessions.created-is-found'],
  appliesTo: plays('page_of_one', 'walker'),
  run: (exchanges) => {
    const pages = byRole(exchanges, 'page_of_one');
    if (pages.length === 0 || byRole(exchanges, 'walker').length === 0)
      return { unseen: 'no page of one was asked for' };
    return pages
      .filter((page) => itemsOf(page).length === 0)
      .map((page) => finding(page, { at: '$.items', expected: 'one session', actual: 'none' }));
  },
});

/** Checks of paging through the list. */
export const paginationChecks: readonly Check[] = [ends, once, size, one];
