import { type Edition, existsIn } from '../../api/editions.ts';
import { Event, type EventType } from '../../api/events.ts';
import { type Operation, type OperationId, operations } from '../../api/operations.ts';
import { valueAt } from '../flow/values.ts';
import { type Exchange, isSuccess, isTurn, jsonOf, statusOf } from '../record/exchange.ts';
import type { CheckReport } from './report.ts';
import { eventsOf } from './stream-verdict.ts';

/** States of a session in which an operation may be called. */
const sessionStates = [
  'unbound',
  'bound',
  'fresh',
  'after one turn',
  'after two turns',
  'after an aborted turn',
  'after a failed turn',
  'titled',
] as const;
type SessionState = (typeof sessionStates)[number];

/** Something of the model, with how often the run has met it. */
interface Met {
  readonly name: string;
  readonly count: number;
}

/** What a run has reached, against the model of its edition. */
export interface Coverage {
  readonly operations: readonly {
    readonly operation: OperationId;
    /** The documented answers; `401 or 403` are one. A 429 is not among them: a server gives it when it has reason to. */
    readonly statuses: readonly Met[];
    /** Statuses that came and are not documented for it. */
    readonly other_statuses: readonly Met[];
    /** The states of the session that it was asked about; empty for an operation without a session. */
    readonly states: readonly Met[];
  }[];
  readonly events: readonly Met[];
  readonly requirements: {
    readonly judged: number;
    readonly total: number;
    readonly not_judged: readonly { readonly check: string; readonly why: string }[];
  };
  /** How much of all of that was reached, from 0 to 100. */
  readonly percent: number;
}

/** Counts what the exchanges of a run reach. */
export interface CoverageCounter {
  /** The exchanges of one flow. */
  look(exchanges: readonly Exchange[]): void;
  result(edition: Edition, checks: readonly CheckReport[]): Coverage;
}

/** Creates a counter for one run. */
export function createCoverage(): CoverageCounter {
  const statuses = new Tally();
  const states = new Tally();
  const events = new Tally();
  return {
    look: (exchanges) => {
      const histories = new Map<string, SessionHistory>();
      for (const exchange of exchanges) {
        const { operation, sessionId } = exchange;
        if (operation === null) continue;
        const status = statusOf(exchange);
        if (status > 0) statuses.add(`${operation} ${status}`);
        const history = sessionId === null ? undefined : histories.get(sessionId);
        for (const state of history ? statesOf(history) : []) states.add(`${operation} ${state}`);
        for (const { value } of isTurn(exchange) ? eventsOf(exchange) : [])
          events.add(String(valueAt(value, '$.type')));
        follow(histories, exchange);
      }
    },
    result: (edition, checks) => toCoverage({ edition, checks, statuses, states, events }),
  };
}

class Tally {
  readonly #counts = new Map<string, number>();

  add(name: string): void {
    this.#counts.set(name, this.of(name) + 1);
  }

  of(name: string): number {
    return this.#counts.get(name) ?? 0;
  }

  /** What begins with this, without it. */
  below(prefix: string): Met[] {
    return [...this.#counts].flatMap(([name, count]) =>
      name.startsWith(prefix) ? [{ name: name.slice(prefix.length), count }] : [],
    );
  }
}

interface SessionHistory {
  readonly isBound: boolean;
  turns: number;
  last: 'whole' | 'aborted' | 'failed';
  isTitled: boolean;
}

function statesOf({ isBound, turns, last, isTitled }: SessionHistory): SessionState[] {
  return [
    isBound ? 'bound' : 'unbound',
    ...(turns === 0 && last === 'whole' ? (['fresh'] as const) : []),
    ...(last === 'aborted' ? (['after an aborted turn'] as const) : []),
    ...(last === 'failed' ? (['after a failed turn'] as const) : []),
    ...(last === 'whole' && turns === 1 ? (['after one turn'] as const) : []),
    ...(last === 'whole' && turns > 1 ? (['after two turns'] as const) : []),
    ...(isTitled ? (['titled'] as const) : []),
  ];
}

/** What an exchange does to the session that it names or creates. */
function follow(histories: Map<string, SessionHistory>, exchange: Exchange): void {
  const { operation, sessionId, sent } = exchange;
  if (!isSuccess(exchange)) return;
  if (operation === 'createSession') {
    const id = valueAt(jsonOf(exchange), '$.session_id');
    const isBound = [valueAt(sent, '$.index_ids') ?? []].flat().length > 0;
    if (typeof id === 'string') histories.set(id, { isBound, turns: 0, last: 'whole', isTitled: false });
  }
  const history = sessionId === null ? undefined : histories.get(sessionId);
  if (!history) return;
  if (operation === 'generateSessionTitle') history.isTitled = true;
  if (!isTurn(exchange)) return;
  const stop = eventsOf(exchange).findLast(({ value }) => valueAt(value, '$.type') === 'stop')?.value;
  history.turns += exchange.ending === 'we_left' ? 0 : 1;
  history.last = exchange.ending === 'we_left' ? 'aborted' : valueAt(stop, '$.is_error') === true ? 'failed' : 'whole';
}

interface Counted {
  readonly edition: Edition;
  readonly checks: readonly CheckReport[];
  readonly statuses: Tally;
  readonly states: Tally;
  readonly events: Tally;
}

function toCoverage({ edition, checks, statuses, states, events }: Counted): Coverage {
  const own = Object.entries<Operation>(operations).filter(
    ([, operation]) => operation.tag === 'Chat' && existsIn(operation, edition),
  );
  const rows = own.map(([id, operation]) => {
    const seen = statuses.below(`${id} `);
    const countOf = (name: string) =>
      name.split(' or ').reduce((sum, status) => sum + statuses.of(`${id} ${status}`), 0);
    const documented = documentedStatuses(operation);
    const known = new Set([...documented.flatMap((name) => name.split(' or ')), '429']);
    const asked = operation.path.includes('{session_id}') ? sessionStates : [];
    return {
      operation: id as OperationId, // A key of the table.
      statuses: documented.map((name) => ({ name, count: countOf(name) })),
      other_statuses: seen.filter(({ name }) => !known.has(name)),
      states: asked.map((name) => ({ name, count: states.of(`${id} ${name}`) })),
    };
  });
  const types = Event.options.map(({ shape }) => shape.type.value as EventType);
  const met = types.map((name) => ({ name, count: events.of(name) }));
  const notJudged = checks.filter(({ verdict }) => ['skipped', 'blocked', 'inconclusive'].includes(verdict));
  const items = [...rows.flatMap((row) => [...row.statuses, ...row.states]), ...met].map(({ count }) => count > 0);
  const judged = checks.length - notJudged.length;
  const reached = items.filter(Boolean).length + judged;
  return {
    operations: rows,
    events: met,
    requirements: {
      judged,
      total: checks.length,
      not_judged: notJudged.map(({ id, why }) => ({ check: id, why: why ?? '' })),
    },
    percent: Math.floor((100 * reached) / Math.max(1, items.length + checks.length)),
  };
}

function documentedStatuses({ success, errors, body, query }: Operation): string[] {
  const validates = body !== undefined || Object.keys(query.shape).length > 0;
  return [String(success.status), '401 or 403', ...(validates ? ['422'] : []), ...errors.map(String)];
}
