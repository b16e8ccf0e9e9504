import { changes, type Lifetime } from '../../api/editions.ts';
import { Event, JobMetadata } from '../../api/events.ts';
import { type OperationId, operations } from '../../api/operations.ts';
import type { SessionDetail } from '../../api/sessions.ts';
import { type Exchange, isSuccess } from '../record/exchange.ts';
import { type Check, type CheckContext, defineCheck, type Finding, show } from '../verdict/check.ts';
import { missingTurns, streamPrerequisites } from './history.ts';
import { type Fields, fieldsOf, fillRun, finding, idOf, isFields, itemsOf, sameJson } from './select.ts';
import { wireContract } from './wire-contract.ts';

type Field = Exclude<keyof SessionDetail, 'session_id'>;

/** What an operation names, and so may change of the session it is sent to. */
const named: Partial<Record<OperationId, readonly Field[]>> = {
  generateSessionTitle: ['generated_title', 'last_updated_at'],
  // A turn may bind an unbound session and give it a title: no documentation forbids it.
  streamMessages: ['events', 'job_metadata', 'last_updated_at', 'generated_title', 'index_ids'],
};

/** How two values of a field are compared, and what of a change is free although nothing named it. */
interface Rule extends Lifetime {
  readonly id: string;
  readonly field: Field;
  /** Checks that would report the same cause. */
  readonly explainedBy: readonly string[];
  /** Checks of what it is compared with, beside the answers themselves. */
  readonly requires?: readonly string[];
  /** Null keys equal missing ones; lists of ids have no order. */
  readonly isSame: (before: unknown, after: unknown) => boolean;
  /** Whether the later value fits, where an operation named the field in between. */
  readonly mayBecome: (before: unknown, after: unknown) => boolean;
  /** Whether the later value fits after a turn whose end was not seen, or that may still give a title. */
  readonly mayBecomeLate: (before: unknown, after: unknown) => boolean;
}

const isNothing = (value: unknown) => (value ?? null) === null;
const anything = () => true;
const nothing = () => false;

const rules: readonly Rule[] = [
  {
    id: 'stays.history',
    field: 'events',
    requires: streamPrerequisites,
    explainedBy: [
      'history.equals-stream',
      'history.prompt-as-sent',
      'history.second-turn-appends',
      'stream.call-ids-unique',
      ...streamPrerequisites,
    ],
    isSame: (before, after) => sameJson(toComplete(before), toComplete(after)),
    mayBecome: beginsWith,
    mayBecomeLate: nothing,
  },
  {
    id: 'stays.title',
    field: 'generated_title',
    explainedBy: ['title.persists', 'title.is-set', 'sessions.views-agree', 'history.views-agree'],
    isSame: (before, after) => sameJson(before ?? null, after ?? null),
    mayBecome: (before, after) => isNothing(before) || !isNothing(after),
    // It may be made in the background.
    mayBecomeLate: (before, after) => isNothing(before) || !isNothing(after),
  },
  {
    id: 'stays.index-ids',
    field: 'index_ids',
    explainedBy: ['sessions.index-ids-kept', 'sessions.views-agree', 'history.views-agree'],
    isSame: (before, after) => sameJson(sorted(before), sorted(after)),
    mayBecome: isNothing,
    mayBecomeLate: nothing,
  },
  {
    id: 'stays.shared-access',
    field: 'shared_access',
    ...changes.shared_access,
    explainedBy: ['editions.shared-access-kept', 'sessions.views-agree', 'history.views-agree'],
    isSame: (before, after) => sameJson(before ?? null, after ?? null),
    mayBecome: nothing,
    mayBecomeLate: nothing,
  },
  {
    id: 'stays.job-metadata',
    field: 'job_metadata',
    explainedBy: ['history.job-metadata', 'sessions.views-agree', 'history.views-agree'],
    isSame: (before, after) => sameJson(fillRun(before ?? null), fillRun(after ?? null)),
    mayBecome: anything,
    mayBecomeLate: nothing,
  },
];

/** A value of a field as an exchange showed it, and what has happened to the session since. */
interface Known {
  readonly value: unknown;
  readonly exchange: Exchange;
  /** Operations on this session that named the field since. */
  readonly named: boolean;
}

/** A session as far as its own flow knows it. */
interface Life {
  /** By the operation that shows it: what a session looked like there. */
  readonly known: Map<OperationId, Known>;
  hasTurn: boolean;
  /** A turn was left or broke: what comes of it, and when, is free. */
  isLoose: boolean;
}

function stays(rule: Rule): Check {
  const { id, field, explainedBy, requires = [], since, until } = rule as Rule & Lifetime;
  return defineCheck({
    id,
    requirement: `${field} MUST change with the operations that are meant to change it, and with no others.`,
    level: 'must',
    evidence: 'documented',
    source: wireContract('only-what-it-names'),
    rationale: 'Nobody notices when an operation overwrites something that it was not asked to change.',
    ...(since !== undefined && { since }),
    ...(until !== undefined && { until }),
    requires: ['http.success-status', 'http.schema', ...requires],
    explainedBy: ['sessions.ids-unique', 'sessions.created-is-found', ...explainedBy],
    appliesTo: ({ operation }) => operation !== null,
    run: (exchanges, context) =>
      compareOverTime({ context, recorded: context.recorded, sound: new Set(exchanges) }, rule),
  });
}

interface Story {
  readonly recorded: readonly Exchange[];
  /** Those whose answers can be believed. */
  readonly sound: ReadonlySet<Exchange>;
}

function compareOverTime(story: Story & { readonly context: CheckContext }, rule: Rule): Finding[] {
  const { recorded, sound, context } = story;
  const missing = (before: Exchange, after: Exchange) => {
    const turns = recorded
      .filter(
        ({ operation, sessionId, number }) =>
          operation === 'streamMessages' &&
          sessionId === after.sessionId &&
          number > before.number &&
          number < after.number,
      )
      .filter(isSuccess);
    return turns.every((turn) => sound.has(turn)) ? missingTurns({ before, after, turns }, context) : [];
  };
  const lives = new Map<unknown, Life>();
  return recorded.flatMap((exchange) => {
    const { operation, sessionId } = exchange;
    if (operation === null) return [];
    if (operation in named) {
      const life = lives.get(sessionId);
      if (!life) return [];
      noteOperation(life, exchange, rule);
      return isSuccess(exchange) && sound.has(exchange)
        ? lookAtAnswer({ life, view: fieldsOf(exchange), exchange, missing }, rule)
        : [];
    }
    // What is still shown of it afterwards is a matter of the deletion.
    if (operation === 'deleteSession') lives.delete(sessionId);
    if (!isSuccess(exchange) || !sound.has(exchange)) return [];
    if (operation === 'createSession') return begin(lives, exchange, rule);
    const views = operation === 'listSessions' ? itemsOf(exchange) : [fieldsOf(exchange)];
    return views.flatMap((view) => {
      const life = lives.get(view['session_id']);
      return life ? look({ life, view, exchange, missing }, rule) : [];
    });
  });
}

/** A fresh session: what create shows is where each view begins. */
function begin(lives: Map<unknown, Life>, exchange: Exchange, { field }: Rule): [] {
  const value = field === 'events' ? [] : fieldsOf(exchange)[field];
  const start: Known = { value, exchange, named: false };
  const known = new Map<OperationId, Known>([
    ['getSession', start],
    ['getSessionSummary', start],
    ['listSessions', start],
  ]);
  lives.set(idOf(exchange), { known, hasTurn: false, isLoose: false });
  return [];
}

function noteOperation(life: Life, exchange: Exchange, { field }: Rule): void {
  const { operation, response, ending } = exchange;
  // A refusal does nothing; what was not answered, or broke down, may have done anything.
  if (operation === null || (response && response.status < 500 && !isSuccess(exchange))) return;
  if (operation === 'streamMessages') {
    life.hasTurn = true;
    if (!isSuccess(exchange) || ending !== 'complete') life.isLoose = true;
  }
  if (!named[operation]?.includes(field)) return;
  for (const [view, known] of life.known) life.known.set(view, { ...known, named: true });
}

interface Seen {
  readonly life: Life;
  readonly view: Fields;
  readonly exchange: Exchange;
  /** What the turns between two looks at a history have not appended to it. */
  readonly missing: (before: Exchange, after: Exchange) => Finding[];
}

function look({ life, view, exchange, missing }: Seen, rule: Rule): Finding[] {
  const { field, isSame, mayBecome, mayBecomeLate } = rule;
  const { operation } = exchange;
  if (operation === null || (field === 'events' && operation !== 'getSession')) return [];
  const before = life.known.get(operation);
  const value = view[field];
  if (life.isLoose && (field === 'events' || field === 'job_metadata')) {
    // What was there before the turn that was left must still be there.
    if (!before || mayBecome(before.value, value)) return [];
  }
  life.known.set(operation, { value, exchange, named: false });
  if (!before || (isSame(before.value, value) && !(field === 'events' && before.named))) return [];
  if (before.named && mayBecome(before.value, value))
    return field === 'events' ? missing(before.exchange, exchange) : [];
  if (life.hasTurn && mayBecomeLate(before.value, value)) return [];
  return [
    finding(exchange, {
      at: operation === 'listSessions' ? `$.items[*].${field} of ${show(view['session_id'])}` : `$.${field}`,
      expected: `${show(before.value)} as in exchange ${before.exchange.number}`,
      actual: show(value),
    }),
  ];
}

/** An operation that answers with the session shows it as a summary would; what no summary showed yet, no turn told. */
function lookAtAnswer({ life, view, exchange, missing }: Seen, rule: Rule): Finding[] {
  if (exchange.operation === null || operations[exchange.operation].success.kind !== 'json') return [];
  const known = new Map(life.known);
  const summary = known.get('getSessionSummary');
  if (summary && agree(summary.value, view[rule.field])) return [];
  if (summary) known.set(exchange.operation, summary);
  // A copy: what the session looks like is told by its views.
  return look({ life: { ...life, known }, view, exchange, missing }, rule);
}

/** What a run may leave untold; null for its error says that there was none. */
const UNTOLD: readonly string[] = ['total_input_tokens', 'total_output_tokens', 'export_config_ids'];

/** Whether two runs say the same: an answer may tell more than a summary of what may be left untold, or less. */
function agree(one: unknown, other: unknown): boolean {
  const [told, known] = [fillRun(one), fillRun(other)];
  if (!isFields(told) || !isFields(known)) return false;
  return [...new Set([...Object.keys(told), ...Object.keys(known)])].every((key) => {
    const isUntold = UNTOLD.includes(key) && (isNothing(told[key]) || isNothing(known[key]));
    return isUntold || !(key in JobMetadata.shape) || sameJson(told[key] ?? null, known[key] ?? null);
  });
}

/** Deltas may be dropped at any time, and keys beyond the schema may do what they like. */
function toComplete(value: unknown): unknown[] {
  return (Array.isArray(value) ? value : [])
    .filter((event) => !(isFields(event) && String(event['type']).endsWith('_delta')))
    .map((event) => Event.safeParse(event).data ?? event);
}

function beginsWith(before: unknown, after: unknown): boolean {
  const [old, all] = [toComplete(before), toComplete(after)];
  return sameJson(old, all.slice(0, old.length));
}

function sorted(value: unknown): unknown {
  return Array.isArray(value) ? value.toSorted() : (value ?? null);
}

const moves = defineCheck({
  id: 'stays.last-updated-at',
  requirement: 'last_updated_at MUST NOT change while only other sessions are used.',
  level: 'must',
  evidence: 'documented',
  source: wireContract('only-what-it-names'),
  rationale: 'Lists are sorted by it: a session that nobody touched jumps to the top.',
  requires: ['http.success-status', 'http.schema'],
  explainedBy: ['sessions.ids-unique', 'sessions.created-is-found', 'history.views-agree'],
  appliesTo: ({ operation }) => operation !== null,
  run: (exchanges, { recorded }) => {
    const pairs = timePairs({ recorded, sound: new Set(exchanges) });
    // Reading may change it, and so may background work: then there is no verdict.
    const control = pairs.filter(({ others }) => !others);
    if (control.length === 0) return { unseen: 'no session was read twice while nothing happened' };
    if (control.some(({ before, after }) => before !== after)) return { unseen: 'it moves while nothing happens' };
    return pairs
      .filter(({ before, after, others }) => others && before !== after)
      .map(({ exchange, before, after, id }) =>
        finding(exchange, {
          at: `$.last_updated_at of ${show(id)}`,
          expected: `${show(before)} as before: only other sessions were written`,
          actual: show(after),
        }),
      );
  },
});

interface TimePair {
  readonly id: unknown;
  readonly exchange: Exchange;
  readonly before: unknown;
  readonly after: unknown;
  /** Whether other sessions were written in between. */
  readonly others: boolean;
}

/** Two looks at a session by the same operation, between which nothing was sent to that session that writes. */
function timePairs({ recorded, sound }: Story): TimePair[] {
  const last = new Map<string, { value: unknown; others: boolean }>();
  const known = new Set<unknown>();
  const pairs: TimePair[] = [];
  const write = (id: unknown) => {
    for (const [key, entry] of last) {
      if (key.startsWith(`${JSON.stringify(id)} `)) last.delete(key);
      else entry.others = true;
    }
  };
  for (const exchange of recorded) {
    const { operation, sessionId } = exchange;
    if (operation === 'createSession') {
      if (sound.has(exchange)) known.add(idOf(exchange));
      write(idOf(exchange));
    } else if (
      operation === 'generateSessionTitle' ||
      operation === 'streamMessages' ||
      operation === 'deleteSession'
    ) {
      // A turn that was left may go on unseen.
      if (operation === 'deleteSession' || exchange.ending !== 'complete') known.delete(sessionId);
      write(sessionId);
    } else if (isSuccess(exchange) && sound.has(exchange)) {
      const views = operation === 'listSessions' ? itemsOf(exchange) : [fieldsOf(exchange)];
      for (const view of views) {
        const id = view['session_id'];
        if (!known.has(id)) continue;
        const key = `${JSON.stringify(id)} ${operation}`;
        const value = view['last_updated_at'];
        const before = last.get(key);
        if (before) pairs.push({ id, exchange, before: before.value, after: value, others: before.others });
        last.set(key, { value, others: false });
      }
    }
  }
  return pairs;
}

/** Checks that an operation changes what it names and nothing else, field by field. */
export const stayingChecks: readonly Check[] = [...rules.map(stays), moves];
