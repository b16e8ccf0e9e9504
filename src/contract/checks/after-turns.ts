import type { Exchange } from '../record/exchange.ts';
import { type Check, defineCheck, show } from '../verdict/check.ts';
import { compareRun } from './compare-run.ts';
import { streamPrerequisites, turnsOf } from './history.ts';
import { byRole, fieldsOf, finding, idOf, isWholeStream, plays, sameJson, toSummary, viewsOf } from './select.ts';
import { wireContract } from './wire-contract.ts';

const viewsAgree = defineCheck({
  id: 'history.views-agree',
  requirement: 'After turns, retrieve, summary and list MUST show the same values for a session.',
  level: 'must',
  evidence: 'documented',
  source: wireContract('views-agree'),
  rationale: 'Lists show the state, title and cost of a run from these values.',
  requires: ['http.schema', 'history.job-metadata', 'history.updated-moves'],
  requiredRoles: ['detail_2', 'summary_2', 'page_2', 'detail_again'],
  explainedBy: ['sessions.ids-unique', 'sessions.views-agree', 'title.persists'],
  appliesTo: plays('opened', 'turn', 'detail', 'turn_2', 'detail_2', 'summary_2', 'page_2', 'detail_again'),
  run: (exchanges) => {
    const [detail] = byRole(exchanges, 'detail_2');
    const [again] = byRole(exchanges, 'detail_again');
    if (!detail || !again) return { unseen: 'the session was not read twice' };
    const [told, toldAgain] = [toSummary(fieldsOf(detail)), toSummary(fieldsOf(again))];
    // What moves by itself, such as a title that is made later, cannot be compared.
    const keys = Object.keys({ ...told, ...toldAgain }).filter((key) =>
      sameJson(told[key] ?? null, toldAgain[key] ?? null),
    );
    const views = exchanges
      .filter(plays('summary_2', 'page_2'))
      .flatMap((exchange) => viewsOf(exchange, detail.sessionId).map((view) => ({ exchange, view: toSummary(view) })));
    return views.flatMap(({ exchange, view }) =>
      keys
        .filter((key) => !sameJson(told[key] ?? null, view[key] ?? null))
        .map((key) =>
          finding(exchange, { at: `$.${key}`, expected: `${show(told[key])} as retrieved`, actual: show(view[key]) }),
        ),
    );
  },
});

/** The roles of turns, and of what was read after each. */
const TURNS = [
  ['turn', 'detail'],
  ['turn_2', 'detail_2'],
  ['failing', 'failing_detail'],
] as const;

const metadata = defineCheck({
  id: 'history.job-metadata',
  requirement: 'job_metadata MUST equal the usage and error of the last stop event.',
  level: 'must',
  evidence: 'documented',
  source: wireContract('job-metadata'),
  rationale: 'Clients read the cost and the failure of a run from it.',
  requires: ['history.equals-stream', ...streamPrerequisites],
  requiredRoles: ['turn', 'detail'],
  explainedBy: ['sessions.ids-unique'],
  isByFrame: true,
  appliesTo: plays(...TURNS.flat()),
  run: (exchanges, context) =>
    TURNS.flatMap(([turnRole, detailRole]) => {
      return byRole(exchanges, detailRole).flatMap((detail) => {
        const [turn] = turnsOf(detail, byRole(exchanges, turnRole));
        // It may have been refused, or have left nothing.
        const isLoose = turnRole === 'failing' && (!turn || !isWholeStream(turn) || !fieldsOf(detail)['job_metadata']);
        if (isLoose) return [];
        return compareRun({ exchange: detail, view: fieldsOf(detail), turn }, context);
      });
    }),
});

const moves = defineCheck({
  id: 'history.updated-moves',
  requirement: 'last_updated_at MUST change with a turn.',
  level: 'must',
  evidence: 'documented',
  source: wireContract('last-updated-at'),
  rationale: 'Clients sort lists by it and use it to decide when to reload.',
  requires: ['http.schema', 'history.equals-stream'],
  requiredRoles: ['opened', 'turn', 'detail'],
  appliesTo: plays('opened', 'turn', 'detail', 'turn_2', 'detail_2'),
  run: (exchanges) => {
    const views = exchanges.filter(plays('opened', 'detail', 'detail_2'));
    const resolutionMs = Math.max(...views.map((view) => 1000 / 10 ** digitsOf(updatedAt(view))));
    const turns = exchanges.filter(plays('turn', 'turn_2'));
    const sessionOf = (view: Exchange) => view.sessionId ?? idOf(view);
    const pairs = views.flatMap((before, index) =>
      views
        .slice(index + 1)
        .filter((later) => sessionOf(later) === sessionOf(before))
        .map((later) => ({ before, later })),
    );
    // Only where a turn began so much later that the clock must have moved.
    const judged = pairs.filter(({ before, later }) =>
      turns.some(
        ({ number, startMs, sessionId }) =>
          sessionId === later.sessionId &&
          number > before.number &&
          number < later.number &&
          startMs - (before.startMs + before.endMs) >= resolutionMs,
      ),
    );
    if (judged.length === 0) return { unseen: `turns were over within ${resolutionMs} ms, which times do not tell` };
    return judged
      .filter(({ before, later }) => updatedAt(before) === updatedAt(later))
      .map(({ before, later }) =>
        finding(later, {
          at: '$.last_updated_at',
          expected: `later than ${show(updatedAt(before))}`,
          actual: 'the same',
        }),
      );
  },
});

const updatedAt = (exchange: Exchange) => String(fieldsOf(exchange)['last_updated_at']);
/** Returns the number of decimals of a time's seconds. */
const digitsOf = (time: string) => /\.(\d+)/.exec(time)?.[1]?.length ?? 0;

/** Checks of what a session's views show after turns: job metadata, dates, and that they agree. */
export const afterTurnsChecks: readonly Check[] = [metadata, moves, viewsAgree];
