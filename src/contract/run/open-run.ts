import { setMaxListeners } from 'node:events';
import { defaultEdition } from '../../api/editions.ts';
import { planOperations } from '../../api/plan-operations.ts';
import { createRandom } from '../../runtime/random.ts';
import { formatMicros, wallMicros } from '../../runtime/timestamp.ts';
import type { Client } from '../client/client.ts';
import type { Caller } from '../flow/build-request.ts';
import { valueAt } from '../flow/values.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { type LedgerPlace, openLedger, toLedgerPlace } from '../ledger/sweep.ts';
import { isTurn, jsonOf } from '../record/exchange.ts';
import { createIdLog } from '../record/id-log.ts';
import { createRedactor } from '../record/redact.ts';
import type { Check } from '../verdict/check.ts';
import type { Report, RunEvent } from '../verdict/report.ts';
import { withPrerequisites } from '../verdict/select-checks.ts';
import { toExchangeReport } from '../verdict/tell.ts';
import { type Budget, createBudget } from './budget.ts';
import { medianOf } from './median.ts';
import type { VerifyOptions } from './options.ts';
import { RunStop, type Stage } from './perform-call.ts';
import type { RunPlan } from './plan-run.ts';
import { createProgress, type Progress } from './progress.ts';
import { createRecorder, noRecorder, type Recorder } from './recorder.ts';

const SHORTEST_SECRET = 8;
/** Requests of one flow that are sent side by side: each may hold an answer of megabytes. */
const MOST_AT_ONCE = 20;

/** What a run has from its first request to its report. */
export interface Run extends RunPlan {
  /** The chosen checks and those they depend on, in the order in which they are judged. */
  readonly checks: readonly Check[];
  readonly place: LedgerPlace;
  readonly ledger: Ledger;
  readonly budget: Budget;
  readonly progress: Progress;
  readonly recorder: Recorder;
  /** For requests of any edition; once the edition is known, the flows get a stage of their own. */
  readonly stage: Stage;
  /** The median time of the answers so far that were not streams. */
  readonly plainMs: () => number;
  /** Aborts pending requests and prevents new ones; the first reason counts. */
  readonly stop: (reason: unknown) => void;
  /** The reason that `stop` was called with, if it was. */
  readonly stoppedBy: () => unknown;
  readonly startMs: number;
  /** The same as an ISO date. */
  readonly startedAt: string;
  readonly endTimeLimit: () => void;
  /** Sessions that are not to be deleted. */
  readonly kept: KeptSessions;
}

type KeptSessions = Report['kept'][number][];

/** What a run is opened with. */
export interface Opening {
  readonly plan: RunPlan;
  readonly options: VerifyOptions;
  readonly client: Client;
  readonly emit: (event: RunEvent) => Promise<void>;
  /** Aborts when the caller interrupts the run or stops listening. */
  readonly signal: AbortSignal;
}

/** Gathers what a run works with and starts its time limit; sends nothing. */
export function openRun({ plan, options, client, emit, signal }: Opening): Run {
  const { settings, chosen } = plan;
  const { timer, maxRunMs } = settings;
  const { caller } = settings;
  const startMs = timer.now();
  const secrets = [caller.apiKey, ...longSecrets(caller)];
  const redactor = createRedactor(secrets);
  const recorder = options.record
    ? createRecorder(options.record, { startMs, secrets, values: [caller.cookie] })
    : noRecorder;
  const progress = createProgress({ settings, emit: (event) => emit(redactor.value(event)), recorder });
  const place = toLedgerPlace(options, settings);
  const ledger = openLedger(place, { timer, isSecret: redactor.isSecret });
  const budget = createBudget(settings.limits);
  const stopper = new AbortController();
  const stop = (reason: unknown) => stopper.abort(reason);
  const stopped = AbortSignal.any([signal, stopper.signal]);
  // Each request at work listens, and there are as many as flows at once: no leak.
  setMaxListeners(0, stopped);
  const plainTimesMs: number[] = [];
  const stage: Stage = {
    ...{ client, ledger, budget, timer, plans: planOperations(), caller, index: settings.index },
    edition: defaultEdition,
    idleMs: settings.timeoutMs,
    answerLimits: settings.answerLimits,
    seen: { stalls: 0 },
    ids: createIdLog(),
    atOnce: settings.concurrency === 1 ? 1 : Math.max(MOST_AT_ONCE, settings.concurrency),
    sequences: { count: settings.stateful, seed: settings.seed },
    fuzz: { runs: settings.fuzz, seed: createRandom(settings.seed).fork('fuzz').integer(0, 0x7fff_ffff) },
    signal: stopped,
    onExchange: async (exchange) => {
      const { response, endMs } = exchange;
      redactor.learn(valueAt(jsonOf(exchange), '$.next_page_token'));
      if (response !== null && !isTurn(exchange)) plainTimesMs.push(endMs);
      await recorder.exchange(exchange);
      await progress.emit({
        type: 'exchange',
        exchange: toExchangeReport(exchange, { baseUrl: settings.target, startMs, redact: redactor.text }),
      });
      if (response?.decoded) await progress.note(response.decoded);
    },
  };
  return {
    ...{ settings, chosen, checks: withPrerequisites(chosen, settings.checks) },
    ...{ place, ledger, budget, progress, recorder, stage, stop },
    plainMs: () => medianOf(plainTimesMs),
    kept: [],
    stoppedBy: () => stopper.signal.reason,
    ...{ startMs, startedAt: formatMicros(wallMicros(), 'utc_milliseconds') },
    endTimeLimit: timer.after(maxRunMs, () => stop(new RunStop(`it took longer than ${maxRunMs} ms`))),
  };
}

/** The values of the caller's own headers; a short one stands in too many texts to be taken out of them. */
function longSecrets({ headers, cookie }: Caller): string[] {
  const values = [
    ...headers.map(([, value]) => value),
    cookie,
    ...cookie.split(/;\s*/).map((pair) => pair.replace(/^[^=]*=/, '')),
  ];
  return [...new Set(values)].filter((value) => value.length >= SHORTEST_SECRET);
}
