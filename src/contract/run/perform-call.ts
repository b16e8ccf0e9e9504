import type { Edition } from '../../api/editions.ts';
import type { OperationId } from '../../api/operations.ts';
import type { OperationPlan } from '../../api/plan.ts';
import type { Timer } from '../../runtime/timer.ts';
import type { Client, ReadLimits } from '../client/client.ts';
import { buildRequest, type Caller, type Wish } from '../flow/build-request.ts';
import type { Call, Flow } from '../flow/flow.ts';
import { isEmpty, type Values, valueAt } from '../flow/values.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { AnswerLimits } from '../record/answer-limits.ts';
import {
  type Exchange,
  type Expectation,
  isBreakdown,
  isLoadRefusal,
  isSuccess,
  isTurn,
  jsonOf,
} from '../record/exchange.ts';
import type { IdLog } from '../record/id-log.ts';
import { toId } from '../record/readable-id.ts';
import { weightOf } from '../record/weight.ts';
import { type Stop, sayUnheard } from '../verdict/judge.ts';
import type { Budget } from './budget.ts';
import { send } from './sender.ts';

/** An answer that keeps coming may take this many times as long as a silence. */
const TOTAL_PER_IDLE = 4;
/** After one stream has stalled, the others get a part of the time: the report has the same finding for each. */
const IMPATIENCE = 10;
const LEAST_PATIENCE_MS = 1000;
/** Servers refuse longer request lines, most from 8 KiB on. */
const MAX_TARGET_CHARS = 16 * 1024;

/** What a flow needs to be performed. */
export interface Stage {
  readonly client: Client;
  readonly ledger: Ledger;
  readonly budget: Budget;
  readonly timer: Timer;
  readonly plans: Readonly<Record<OperationId, OperationPlan>>;
  readonly edition: Edition;
  readonly caller: Caller;
  /** Index ids to ask with; the first is always there. */
  readonly index: string;
  readonly idleMs: number;
  readonly answerLimits: AnswerLimits;
  /** What the flows have seen of the server together. */
  readonly seen: { stalls: number };
  readonly ids: IdLog;
  /** Requests that one flow may have under way, where they do not depend on each other. */
  readonly atOnce: number;
  /** Random bodies an operation, 0 for none. */
  readonly fuzz: { readonly runs: number; readonly seed: number };
  /** Random sequences of operations, 0 for none. */
  readonly sequences: { readonly count: number; readonly seed: number | string };
  readonly signal: AbortSignal;
  /** Receives each exchange as it is over; the flow goes on when the promise settles. */
  readonly onExchange: (exchange: Exchange) => Promise<void>;
}

/** A flow while it is performed. */
export interface FlowState {
  readonly flow: Flow;
  readonly values: Values;
  readonly stage: Stage;
  /** In the order in which they were over. */
  readonly exchanges: Exchange[];
  /** Numbers the exchanges in the order in which they are sent. */
  readonly counter: { count: number };
  /** Judges a part of the flow by itself; returns the ids of the checks that fail, but for those that judge by the clock. */
  readonly judgePart: (exchanges: readonly Exchange[], stop: Stop | null) => readonly string[];
}

/** What is asked before the flows and after them. */
export function outsideFlows(stage: Stage): FlowState {
  const flow: Flow = { flow: 'opening', summary: '', profile: 'read-only', alone: true, checks: [], steps: [] };
  return { flow, values: new Map(), stage, exchanges: [], counter: { count: 0 }, judgePart: () => [] };
}

/** A request to send, and the answer it expects. */
export interface Act {
  readonly step?: { readonly role?: string | undefined } & Partial<Pick<Call, 'expect' | 'read' | 'save'>>;
  readonly wish: Wish;
  /** What is expected where the step does not say. Default: anything. */
  readonly expectation?: Expectation;
}

/** Sends one request of a flow, records the exchange and says whether the flow can go on. */
export async function performCall(
  { step = {}, wish, expectation: given = { kind: 'any' } }: Act,
  flowState: FlowState,
): Promise<Stop | null> {
  const { stage, exchanges, values, flow } = flowState;
  if (stage.signal.aborted) return { cause: 'interrupted', exchange: null, why: reasonOf(stage.signal) };
  const targetChars = [wish.path, wish.sessionId, ...Object.values(wish.query)].join('').length;
  if (targetChars > MAX_TARGET_CHARS) {
    const why = `the server gave an id or a page token that no request line can carry: it would have ${targetChars} characters`;
    return { cause: 'unexpected', exchange: null, why };
  }
  const { operation } = wish;
  const request = buildRequest(wish, stage.caller);
  const indexIds = asTexts(valueAt(wish.body, '$.index_ids'));
  const reading = toReadLimits(step.read, { stage, operation });
  const expectation = toExpectation(step.expect, given);
  const startMs = stage.timer.now();
  flowState.counter.count += 1;
  const number = flowState.counter.count;
  const sent = await send({ operation, request, sessionId: wish.sessionId, indexIds, reading }, stage);
  if (sent.kind === 'no_budget') {
    const why = `the budget for ${sent.of} is spent`;
    return { cause: 'budget', exchange: null, why };
  }
  const exchange: Exchange = {
    number,
    flow: flow.flow,
    role: step.role ?? null,
    operation,
    expectation,
    request,
    sent: wish.body,
    sessionId: wish.sessionId,
    startMs,
    retries: sent.retries,
    isBroken: sent.isBroken,
    ...sent.received,
  };
  if (endsNowhere(exchange)) stage.seen.stalls += 1;
  stage.ids.note(exchange);
  await stage.onExchange(exchange);
  if (!stage.budget.hold(weightOf(exchange)))
    return { cause: 'budget', exchange: null, why: 'the answers of the flows at work do not fit into memory together' };
  exchanges.push(exchange);
  for (const [name, path] of Object.entries(step.save ?? {})) {
    const value = valueAt(jsonOf(exchange), path);
    // An id that is a number breaks the schema, which a check reports; the flow can go on with it.
    const id = path.endsWith('session_id') ? toId(value) : undefined;
    values.set(name, id ?? (isEmpty(value) ? undefined : value));
  }
  return stopAfter(exchange, { step, stage });
}

function toExpectation(expect: Call['expect'] | undefined, given: Expectation): Expectation {
  if (expect === 'refused_key') return { kind: 'refused_key', key: 'none' };
  return expect === undefined ? given : { kind: expect };
}

function toReadLimits(
  read: Call['read'],
  { stage, operation }: { readonly stage: Stage; readonly operation: OperationId | null },
): ReadLimits {
  const { signal, answerLimits, seen } = stage;
  const isStream = isTurn({ operation }) || (read !== undefined && 'events' in read);
  const isImpatient = isStream && seen.stalls > 0;
  const lessMs = Math.max(stage.idleMs / IMPATIENCE, LEAST_PATIENCE_MS);
  const idleMs = isImpatient ? Math.min(stage.idleMs, lessMs) : stage.idleMs;
  const totalMs = idleMs * TOTAL_PER_IDLE;
  const base: ReadLimits = { signal, idleMs, totalMs, answerLimits, leaveAfter: null, isStream, paceMs: 0 };
  if (read === undefined) return base;
  if ('until' in read) return { ...base, leaveAfter: 'headers' };
  if ('pace_ms' in read) return { ...base, paceMs: read.pace_ms };
  return { ...base, leaveAfter: { events: read.events } };
}

function stopAfter(
  exchange: Exchange,
  { step, stage }: { readonly step: NonNullable<Act['step']>; readonly stage: Stage },
): Stop | null {
  const { number, response, expectation } = exchange;
  if (stage.signal.aborted) return { cause: 'interrupted', exchange: number, why: reasonOf(stage.signal) };
  const stop = (cause: Stop['cause'], why: string): Stop => ({ cause, exchange: number, why });
  if (!response) return stop('network', sayUnheard(exchange));
  if (expectation.kind !== 'accepted') return null;
  if (isLoadRefusal(response.status)) return stop('load', sayUnheard(exchange));
  if (isBreakdown(response.status) && !exchange.isBroken) return stop('server_error', sayUnheard(exchange));
  if (!isSuccess(exchange)) return stop('unexpected', `exchange ${number} was refused with status ${response.status}`);
  if (endsNowhere(exchange)) return stop('unexpected', `the stream of exchange ${number} came to no end`);
  const lost = Object.values(step.save ?? {}).find((path) => !path.endsWith('?') && isMissing(exchange, path));
  return lost === undefined ? null : stop('unexpected', `the answer of exchange ${number} has no ${lost}`);
}

/** A stream that stalled or took too long: further requests of the flow would only wait as long again. */
export function endsNowhere(exchange: Exchange): boolean {
  const { ending, response } = exchange;
  return isTurn(exchange) && response !== null && (ending === 'idle' || ending === 'too_much');
}

function isMissing(exchange: Exchange, path: string): boolean {
  return valueAt(jsonOf(exchange), path) === undefined;
}

function asTexts(value: unknown): readonly string[] | null {
  return Array.isArray(value) && value.every((item) => typeof item === 'string') ? value : null;
}

/** Why a run was stopped, as a part of a sentence. */
function reasonOf(signal: AbortSignal): string {
  return signal.reason instanceof RunStop ? signal.reason.message : 'the run was interrupted';
}

/** What a run is aborted with where it stops itself; its message is a part of a sentence. */
export class RunStop extends Error {}
