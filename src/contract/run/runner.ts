import { setMaxListeners } from 'node:events';
import { defaultEdition, type Edition } from '../../api/editions.ts';
import { planOperations } from '../../api/plan-operations.ts';
import { type Channel, createChannel } from '../../runtime/channel.ts';
import { createRandom } from '../../runtime/random.ts';
import { formatMicros, wallMicros } from '../../runtime/timestamp.ts';
import type { Client } from '../client/client.ts';
import { createFetchClient } from '../client/fetch-client.ts';
import { createSocketClient } from '../client/socket-client.ts';
import type { Flow } from '../flow/flow.ts';
import { type Values, valueAt } from '../flow/values.ts';
import { deleteSessions } from '../ledger/clean-up.ts';
import { openLedger, sweepLeftovers, toLedgerPlace } from '../ledger/sweep.ts';
import { createObserving } from '../observations/index.ts';
import { jsonOf } from '../record/exchange.ts';
import { createRedactor } from '../record/redact.ts';
import type { Check } from '../verdict/check.ts';
import { type CaseReport, REPORT_VERSION, type Report, type RunEvent, type StreamReport } from '../verdict/report.ts';
import { fits, withPrerequisites } from '../verdict/select-checks.ts';
import { conclude, countVerdicts, sayInVain, toCheckReports } from '../verdict/summarize.ts';
import { toExchangeReport } from '../verdict/tell.ts';
import { applyWaivers } from '../verdict/waivers.ts';
import { createBudget } from './budget.ts';
import { chooseFlows, newValues } from './choose-flows.ts';
import { detectEdition } from './detect-edition.ts';
import { checksOf, type FlowOutcome, releaseRecord, runAndJudge } from './flow-results.ts';
import { inParallel } from './in-parallel.ts';
import type { Settings, VerifyOptions } from './options.ts';
import { sayIdle } from './own-checks.ts';
import { outsideFlows, RunStop, reasonOf, type Stage } from './perform-call.ts';
import { planRun } from './plan-run.ts';
import { preflight } from './preflight.ts';
import { tellCase, tellStreams } from './tell-outcome.ts';

/**
 * Asks a server whether it honours the contract; tells what happens while it does. Throws ChatMockError where it cannot
 * begin (`usage`, `production`, `unreachable`, `key_refused`). Whatever is created is deleted again, also when the
 * signal aborts or the caller stops listening.
 */
export async function* verify(options: VerifyOptions): AsyncGenerator<RunEvent, void, undefined> {
  const { settings, chosen } = await planRun(options);
  const channel = createChannel<RunEvent>();
  const leaver = new AbortController();
  const onAbort = () => leaver.abort(options.signal?.reason);
  options.signal?.addEventListener('abort', onAbort, { once: true });
  if (options.signal?.aborted) onAbort();
  const client = await createClient(options, settings);
  const running = run({ options, settings, chosen, client, channel, signal: leaver.signal }).then(
    () => channel.end(),
    (error: unknown) => channel.end(error),
  );
  try {
    yield* channel;
  } finally {
    leaver.abort(new Error('Nobody listens any more.'));
    await running;
    options.signal?.removeEventListener('abort', onAbort);
    await client.close();
  }
}

function createClient({ fetch, tls }: VerifyOptions, { target, timer, proxy }: Settings): Promise<Client> | Client {
  if (fetch) return createFetchClient({ fetch, baseUrl: target, timer });
  return createSocketClient({ baseUrl: target, timer, proxy, ...(tls && { tls }) });
}

interface Run {
  readonly options: VerifyOptions;
  readonly settings: Settings;
  /** Those that are asked for. */
  readonly chosen: readonly Check[];
  readonly client: Client;
  readonly channel: Channel<RunEvent>;
  readonly signal: AbortSignal;
}

async function run({ options, settings, chosen, client, channel, signal }: Run): Promise<void> {
  const checks = withPrerequisites(chosen, settings.checks);
  const { target, timer, maxRunMs } = settings;
  const startMs = timer.now();
  const redactor = createRedactor([settings.apiKey]);
  const notes = new Set<string>();
  const emit = (event: RunEvent) => channel.push(redactor.value(event));
  const note = async (text: string) => {
    if (notes.has(text)) return;
    notes.add(text);
    await emit({ type: 'note', text });
  };
  const place = toLedgerPlace(options, settings);
  const ledger = openLedger(place, { timer, isSecret: redactor.isSecret });
  const budget = createBudget(settings.limits);
  const bail = new AbortController();
  const stopTimer = timer.after(maxRunMs, () => bail.abort(new RunStop(`it took longer than ${maxRunMs} ms`)));
  const stopped = AbortSignal.any([signal, bail.signal]);
  // Each request at work listens, and there are as many as flows at once: no leak.
  setMaxListeners(0, stopped);
  const plainTimesMs: number[] = [];
  const base: Omit<Stage, 'edition'> = {
    ...{ client, ledger, budget, timer, plans: planOperations(), apiKey: settings.apiKey, index: settings.index },
    idleMs: settings.timeoutMs,
    bounds: settings.bounds,
    fuzz: { runs: settings.fuzz, seed: createRandom(settings.seed).fork('fuzz').integer(0, 0x7fff_ffff) },
    signal: stopped,
    onExchange: async (exchange) => {
      const { operation, response, endMs } = exchange;
      redactor.learn(valueAt(jsonOf(exchange), '$.next_page_token'));
      if (response !== null && operation !== 'streamMessages') plainTimesMs.push(endMs);
      await emit({
        type: 'exchange',
        exchange: toExchangeReport(exchange, { baseUrl: target, redact: redactor.text }),
      });
      if (response?.decoded) await note(response.decoded);
    },
  };
  const cases = new Map<string, CaseReport[]>();
  const streams: StreamReport[] = [];
  const observing = createObserving();
  const tell = async (outcome: FlowOutcome) => {
    const { record, results } = outcome;
    const isAsked = ({ check }: { readonly check: string }) => !settings.skip.some((glob) => fits(glob, check));
    for (const { check, ...result } of results.filter(isAsked)) {
      const told = tellCase(outcome, result, target);
      cases.set(check, [...(cases.get(check) ?? []), told]);
      await emit({ type: 'case', check, result: told });
    }
    observing.look(record);
    streams.push(...tellStreams(outcome));
    await emit({ type: 'flow', flow: record.flow.flow, stop: record.stop, exchanges: record.exchanges.length });
  };
  const opening = outsideFlows({ ...base, edition: defaultEdition });
  const unknownId = `ses-${createRandom(settings.seed).fork('unknown').text(20)}`;
  let chosenEdition: Edition;
  let evidence: readonly string[];
  try {
    if (settings.profile !== 'read-only') await ledger.prepare();
    const present = await preflight(opening, settings);
    ledger.noteBefore(present.map(({ id }) => id));
    const detected = settings.edition === 'auto' ? await detectEdition(opening, unknownId) : null;
    const edition = settings.edition === 'auto' ? (detected?.edition ?? defaultEdition) : settings.edition;
    chosenEdition = edition;
    evidence = detected?.evidence ?? ['It was asked for.'];
    const stage: Stage = { ...base, edition };
    const perform = async (flow: Flow) => {
      const values = (): Values => newValues(flow, settings, { unknownId, present: present.length });
      const plainMs = () => medianOf(plainTimesMs);
      const outcome = await runAndJudge({ flow, checks, stage, newValues: values, plainMs }).catch((error: unknown) => {
        bail.abort(error); // The others end soon, and what they have created is deleted.
        throw error;
      });
      await tell(outcome);
      releaseRecord(outcome.record, budget);
      if (settings.bail && [...cases.values()].flat().some(({ verdict }) => verdict === 'failed'))
        bail.abort(new RunStop('a check failed, and --bail ends the run there'));
    };
    for (const text of await sweepLeftovers(place, { stage, present })) await note(text);
    const flows = chooseFlows(settings, { chosen, edition });
    await emit({
      ...{ type: 'started', target, edition, edition_evidence: evidence, profile: settings.profile },
      ...{ seed: settings.seed, max_run_ms: maxRunMs },
      flows: flows.map((flow) => ({ flow: flow.flow, checks: checksOf(flow, checks).map(({ id }) => id) })),
    });
    if (settings.edition === 'auto' && detected?.edition === null)
      await note(`The edition could not be told, so ${edition} is assumed: ${evidence.join(' ')}`);
    await inParallel(
      flows.filter(({ alone }) => !alone),
      { count: settings.concurrency, perform },
    );
    // Only now: a server that deletes more than it is told to would spoil the flows that still run.
    // And before each that runs alone, so that what it deletes too much is its own and missed.
    for (const flow of flows.filter(({ alone }) => alone)) {
      if (!stopped.aborted) await deleteSessions(ledger.open(), stage);
      await perform(flow);
    }
  } finally {
    stopTimer();
    await deleteSessions(ledger.open(), { ...base, edition: defaultEdition });
    await ledger.close();
  }
  if (bail.signal.reason instanceof RunStop) await note(`The run was stopped: ${reasonOf(bail.signal)}.`);
  const unsure = ledger.unsure();
  if (unsure > 0)
    await note(
      `${unsure} creates were not answered with the id of a session, and may have made some that cannot be deleted by their ids.${place.directory === null ? '' : ' The next run looks for them.'}`,
    );
  const judged = toCheckReports(checks, {
    ...{ cases, skip: settings.skip, repeat: (id) => toRepeat(id, settings, chosenEdition) },
    idle: (check) => sayIdle(check, chosenEdition),
  });
  const waived = applyWaivers(judged, {
    waivers: settings.waivers,
    today: formatMicros(wallMicros(), 'utc_milliseconds').slice(0, 10),
  });
  const counts = countVerdicts(waived.checks);
  const inVain = sayInVain(settings.only, waived.checks);
  for (const text of inVain) await note(text);
  const left = ledger.open();
  const { verdict, exitCode } = conclude({
    counts,
    isInterrupted: signal.aborted,
    waiverProblems: waived.problems.length,
    left: left.length,
    inVain: inVain.length,
  });
  const report: Report = {
    schema_version: REPORT_VERSION,
    ...{ target, edition: chosenEdition, edition_evidence: evidence, profile: settings.profile, seed: settings.seed },
    ...{ verdict, exit_code: exitCode, duration_ms: Math.round(timer.now() - startMs) },
    ...{ requests: budget.spent.requests, turns: budget.spent.turns, counts, checks: waived.checks },
    ...{ observations: observing.seen(), streams },
    ...{ left, waivers: waived.problems, notes: [...notes] },
  };
  await emit({ type: 'finished', report });
}

function medianOf(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[times.length >> 1] ?? 0;
}

/** The command that repeats a check; what is not the default is said. */
function toRepeat(id: string, { target, seed, profile, fuzz }: Settings, edition: Stage['edition']): string {
  const flags = [
    ...(edition === defaultEdition ? [] : [`--edition ${edition}`]),
    ...(profile === 'safe' ? [] : [`--profile ${profile}`]),
    ...(fuzz === 0 ? [] : [`--fuzz ${fuzz}`]),
  ];
  return ['chat-mock verify', target, '--only', id, '--seed', seed, ...flags].join(' ');
}
