import type { OperationId } from '../../api/operations.ts';
import { type Exchange, isSuccess } from '../record/exchange.ts';
import { type Check, defineCheck, type Finding, show } from '../verdict/check.ts';
import { type Fields, finding, sameJson, toSummary, viewsOf } from './select.ts';
import { stayingChecks } from './stays.ts';
import { wireContract } from './wire-contract.ts';

const VIEWS: readonly OperationId[] = ['getSession', 'getSessionSummary', 'listSessions'];

/** What each view shows of a session at one look at it, by operation. */
type Shown = ReadonlyMap<OperationId, { readonly exchange: Exchange; readonly view: Fields }>;

const viewsAgree = defineCheck({
  id: 'stays.views-agree',
  requirement: 'In every state of a session, retrieve, summary and list MUST show the same values.',
  level: 'must',
  evidence: 'documented',
  source: wireContract('views-agree'),
  rationale: 'A list that disagrees with the opened session looks like lost work.',
  requires: ['http.success-status', 'http.schema'],
  explainedBy: [
    'sessions.ids-unique',
    'sessions.created-is-found',
    'sessions.views-agree',
    'sessions.index-ids-kept',
    'history.views-agree',
    'history.job-metadata',
    'title.persists',
    ...stayingChecks.map(({ id }) => id),
  ] as readonly string[],
  appliesTo: ({ operation }) => operation !== null && VIEWS.includes(operation),
  run: (exchanges) => {
    const ids = [...new Set(exchanges.flatMap((one) => (one.operation === 'getSession' ? [one.sessionId] : [])))];
    return ids.flatMap((id) => {
      const looks = looksAt(id, exchanges);
      return looks.flatMap((look, index) => {
        const before = looks[index - 1];
        return before ? disagreements(look, before) : [];
      });
    });
  },
});

/** Each look at a session: a look begins where a view comes again. */
function looksAt(id: string | null, exchanges: readonly Exchange[]): Shown[] {
  const looks: Map<OperationId, { exchange: Exchange; view: Fields }>[] = [];
  for (const exchange of exchanges) {
    const { operation } = exchange;
    if (operation === null || !isSuccess(exchange)) continue;
    const [view] = operation === 'listSessions' || exchange.sessionId === id ? viewsOf(exchange, id) : [];
    if (!view) continue;
    if (looks.length === 0 || looks.at(-1)?.has(operation)) looks.push(new Map());
    looks.at(-1)?.set(operation, { exchange, view: toSummary(view) });
  }
  return looks;
}

/** Where a view shows another value than retrieve, and the same other one as before: what was on its way has come. */
function disagreements(look: Shown, before: Shown): Finding[] {
  const [detail, detailBefore] = [look.get('getSession'), before.get('getSession')];
  if (!detail || !detailBefore) return [];
  return [...look].flatMap(([operation, { exchange, view }]) => {
    const viewBefore = before.get(operation)?.view;
    if (!viewBefore) return [];
    const differs = (key: string, one: Fields, other: Fields) => !sameJson(one[key] ?? null, other[key] ?? null);
    return Object.keys({ ...detail.view, ...view })
      .filter((key) => key !== 'last_updated_at' && differs(key, view, detail.view))
      .filter((key) => !differs(key, view, viewBefore) && !differs(key, detail.view, detailBefore.view))
      .map((key) =>
        finding(exchange, {
          at: `$.${key}`,
          expected: `${show(detail.view[key])} as retrieved`,
          actual: show(view[key]),
        }),
      );
  });
}

/** Checks that the views of a session agree, whatever has happened to it. */
export const alikeChecks: readonly Check[] = [viewsAgree];
