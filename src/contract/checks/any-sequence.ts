import { operations } from '../../api/operations.ts';
import { type Exchange, isSuccess } from '../record/exchange.ts';
import { type Check, type CheckContext, defineCheck, type Finding, show } from '../verdict/check.ts';
import { eventsOf } from '../verdict/stream-verdict.ts';
import { compareRun } from './compare-run.ts';
import { compareHistory, streamPrerequisites } from './history.ts';
import { type Fields, fieldsOf, finding, idOf, isFields, itemsOf, listedIds, walksOf } from './select.ts';
import { wireContract } from './wire-contract.ts';

/** What a sequence of operations has made of a session so far. */
interface Model {
  readonly id: unknown;
  /** The create, and the delete once there was one. */
  readonly made: Exchange;
  deleted: Exchange | null;
  /** Its turns, one after the other. */
  readonly turns: Exchange[];
  /** The last operation that gave it a title. */
  titled: Exchange | null;
  /** A turn failed or broke, or an answer was none: what the session holds since is free. */
  isLoose: boolean;
}

/** Checks of one operation or two, which report the same cause. */
const ALONE: readonly string[] = [
  ...['sessions.ids-unique', 'sessions.created-is-found', 'sessions.deleted-is-gone', 'sessions.delete-only-that'],
  ...['sessions.views-agree', 'sessions.index-ids-kept', 'title.is-set', 'title.persists', 'history.equals-stream'],
  ...['history.prompt-as-sent', 'history.second-turn-appends', 'history.job-metadata', 'history.views-agree'],
  ...['stays.history', 'stays.title', 'stays.index-ids', 'stays.job-metadata', 'stays.views-agree'],
];

const anySequence = defineCheck({
  id: 'states.any-sequence',
  requirement: 'After any sequence of operations, every view of a session MUST show what they have made of it.',
  level: 'must',
  evidence: 'documented',
  source: wireContract('only-what-it-names'),
  rationale: 'Users do things in every order; some faults need three steps.',
  requires: ['http.success-status', ...streamPrerequisites],
  explainedBy: ALONE,
  isByFrame: true,
  appliesTo: ({ operation }) => operation !== null,
  run: (exchanges, context) => {
    const models = new Map<unknown, Model>();
    const sound = new Set(exchanges);
    const pages = lastPages(exchanges);
    const findings = context.recorded.flatMap((exchange) => {
      const model = models.get(exchange.sessionId);
      if (!sound.has(exchange)) {
        if (model) model.isLoose = true;
        return [];
      }
      if (exchange.operation === 'createSession') begin(models, exchange);
      const page = pages.get(exchange);
      if (page) return lookAtList(page, [...models.values()]);
      if (!model) return [];
      note(model, exchange);
      return isSuccess(exchange) ? lookAt(model, exchange, context) : [];
    });
    if (findings.length > 0 || context.endedEarly === null) return findings;
    return { unclear: `not every sequence was sent: ${context.endedEarly}` };
  },
});

function begin(models: Map<unknown, Model>, exchange: Exchange): void {
  if (!isSuccess(exchange)) return;
  const id = idOf(exchange);
  models.set(id, { id, made: exchange, deleted: null, turns: [], titled: null, isLoose: false });
}

function note(model: Model, exchange: Exchange): void {
  const { operation, response, ending } = exchange;
  // A refusal does nothing; what was not answered, or broke down, may have done anything.
  if (!isSuccess(exchange)) {
    if (!response || response.status >= 500) model.isLoose = true;
    return;
  }
  if (operation === 'deleteSession') model.deleted = exchange;
  if (operation === 'generateSessionTitle') model.titled = exchange;
  if (operation !== 'streamMessages') return;
  const stop = eventsOf(exchange).at(-1)?.value;
  const isComplete = ending === 'complete' && isFields(stop) && stop['type'] === 'stop' && stop['is_error'] !== true;
  if (isComplete) model.turns.push(exchange);
  else model.isLoose = true;
}

function lookAt(model: Model, exchange: Exchange, context: CheckContext): Finding[] {
  const { operation } = exchange;
  // What is still shown of a deleted one is told by the check of deletions.
  if (model.deleted || operation === null || operations[operation].success.kind !== 'json') return [];
  const view = fieldsOf(exchange);
  return [
    ...lookAtTitle(model, { exchange, view }),
    ...(model.isLoose || operation === 'generateSessionTitle' ? [] : lookAtTurns(model, exchange, context)),
  ];
}

function lookAtTitle({ titled }: Model, { exchange, view }: { exchange: Exchange; view: Fields }): Finding[] {
  const given = titled && fieldsOf(titled)['generated_title'];
  // One that its own operation did not tell may be made later.
  if (!titled || typeof given !== 'string' || (view['generated_title'] ?? null) !== null) return [];
  const expected = `a title, since exchange ${titled.number} gave it one`;
  return [finding(exchange, { at: '$.generated_title', expected, actual: show(view['generated_title']) })];
}

function lookAtTurns({ turns, id }: Model, exchange: Exchange, context: CheckContext): Finding[] {
  const last = turns.at(-1);
  const view = fieldsOf(exchange);
  if (exchange.operation === 'getSession') {
    const differing = compareHistory(exchange, turns, context);
    if (differing.length > 0) return differing;
  }
  if (last) return compareRun({ exchange, view, turn: last }, context);
  if (exchange.operation !== 'getSessionSummary' || (view['job_metadata'] ?? null) === null) return [];
  const expected = `null: session ${show(id)} had no turn`;
  return [finding(exchange, { at: '$.job_metadata', expected, actual: show(view['job_metadata']) })];
}

/** The walks over the list of one page, by that page: with more pages, what others do moves sessions between them. */
function lastPages(exchanges: readonly Exchange[]): ReadonlyMap<Exchange, Exchange> {
  const lists = exchanges.filter(({ operation }) => operation === 'listSessions').filter(isSuccess);
  return new Map(
    walksOf(lists).flatMap((walk) => {
      const [page] = walk;
      return walk.length === 1 && page ? [[page, page] as const] : [];
    }),
  );
}

function lookAtList(page: Exchange, models: readonly Model[]): Finding[] {
  const ids = listedIds([page]);
  return models.flatMap((model) => {
    const count = ids.filter((id) => id === model.id).length;
    if (model.deleted) return []; // As above.
    if (count === 1) {
      const view = itemsOf(page).find((item) => item['session_id'] === model.id) ?? {};
      return lookAtTitle(model, { exchange: page, view });
    }
    const expected = `${show(model.id)} once: it was created in exchange ${model.made.number} and not deleted`;
    return [
      finding(page, { at: '$.items[*].session_id', expected, actual: count === 0 ? 'not listed' : `${count} times` }),
    ];
  });
}

/** Checks of what any sequence of operations makes of a session. */
export const anySequenceChecks: readonly Check[] = [anySequence];
