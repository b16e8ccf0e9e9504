import { setMaxListeners } from 'node:events';
import { existsIn } from '../../api/editions.ts';
import { planOperations } from '../../api/plan-operations.ts';
import { type Channel, createChannel } from '../../runtime/channel.ts';
import { ChatMockError } from '../../runtime/errors.ts';
import { createRandom } from '../../runtime/random.ts';
import { formatMicros, wallMicros } from '../../runtime/timestamp.ts';
import type { Client } from '../client/client.ts';
import { createFetchClient } from '../client/fetch-client.ts';
import { createSocketClient } from '../client/socket-client.ts';
import { type Flow, profiles } from '../flow/flow.ts';
import { type Values, valueAt } from '../flow/values.ts';
import { deleteSessions } from '../ledger/clean-up.ts';
import { openLedger, sweepLeftovers, toLedgerPlace } from '../ledger/sweep.ts';
import { observe } from '../observations/index.ts';
import { type Exchange, jsonOf } from '../record/exchange.ts';
import { createRedactor } from '../record/redact.ts';
import type { Check } from '../verdict/check.ts';
import { type CaseReport, REPORT_VERSION, type Report, type RunEvent } from '../verdict/report.ts';
import { selectChecks, withPrerequisites } from '../verdict/select-checks.ts';
import { conclude, countVerdicts, toCheckReports } from '../verdict/summarize.ts';
import { toCurl, toExchangeReport, toStreamReport, toTimeline } from '../verdict/tell.ts';
import { applyWaivers } from '../verdict/waivers.ts';
import { createBudget } from './budget.ts';
import { detectEdition } from './detect-edition.ts';
import { checksOf, type FlowOutcome, runAndJudge } from './flow-results.ts';
import { type Settings, settle, type VerifyOptions } from './options.ts';
import { outsideFlows, type Stage } from './perform-call.ts';
import { preflight } from './preflight.ts';
import { settleAll } from './settle-all.ts';

const MAX_BYTES = 8 * 1024 * 1024;
/** Of one check in one flow: a stream that is wrong throughout is wrong once. */
const MOST_FINDINGS = 50;

/**
 * Asks a server whether it honours the contract; tells what happens while it does. Throws ChatMockError where it cannot
 * begin (`usage`, `production`, `unreachable`, `key_refused`). Whatever is created is deleted again, also when the
 * signal aborts or the caller stops listening.
 */
export async function* verify(options: VerifyOptions): AsyncGenerator<RunEvent, void, undefined> {
  const settings = settle(options);
  const chosen = selectChecks(settings.checks, settings);
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

function createClient(options: VerifyOptions, { target: baseUrl, timer }: Settings): Promise<Client> | Client {
  const { fetch, tls, usesProxy = false } = options;
  if (fetch) return createFetchClient({ fetch, baseUrl, timer });
  return createSocketClient({ baseUrl, timer, usesProxy, ...(tls && { tls }) });
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
  const { timer } = settings;
  const startMs = timer.now();
  const redactor = createRedactor([settings.apiKey]);
  const notes: string[] = [];
  const emit = (event: RunEvent) => channel.push(redactor.value(event));
  const note = (text: string) => {
    notes.push(text);
    emit({ type: 'note', text });
  };
  const place = toLedgerPlace(options, settings.target);
  const ledger = openLedger(place, timer);
  const budget = createBudget(settings.limits);
  const bail = new AbortController();
  const exchanges: Exchange[] = [];
  const stopped = AbortSignal.any([signal, bail.signal]);
  // Each request at work listens, and there are as many as flows at once: no leak.
  setMaxListeners(0, stopped);
  const base: Omit<Stage, 'edition'> = {
    ...{ client, ledger, budget, timer, plans: planOperations(), apiKey: settings.apiKey, index: settings.index },
    idleMs: settings.timeoutMs,
    maxBytes: MAX_BYTES,
    fuzz: { runs: settings.fuzz, seed: createRandom(settings.seed).fork('fuzz').integer(0, 0x7fff_ffff) },
    signal: stopped,
    onExchange: (exchange) => {
      redactor.learn(valueAt(jsonOf(exchange), '$.next_page_token'));
      exchanges.push(exchange);
      emit({ type: 'exchange', exchange: toExchangeReport(exchange, settings.target) });
    },
  };
  const opening = outsideFlows({ ...base, edition: '2026-05' });
  const before = await preflight(opening, settings);
  ledger.noteBefore(before.map(({ id }) => id));
  const unknownId = `ses-${createRandom(settings.seed).fork('unknown').text(20)}`;
  const detected = settings.edition === 'auto' ? await detectEdition(opening, unknownId) : null;
  const edition = settings.edition === 'auto' ? (detected?.edition ?? '2026-05') : settings.edition;
  const evidence = detected?.evidence ?? ['It was asked for.'];
  const stage: Stage = { ...base, edition };
  const outcomes: FlowOutcome[] = [];
  const cases = new Map<string, CaseReport[]>();
  const perform = async (flow: Flow) => {
    const values = (): Values => newValues(flow, settings, { unknownId, present: before.length });
    const plainMs = () => plainMsOf(exchanges);
    const outcome = await runAndJudge({ flow, checks, stage, newValues: values, plainMs }).catch((error: unknown) => {
      bail.abort(error); // The others end soon, and what they have created is deleted.
      throw error;
    });
    outcomes.push(outcome);
    for (const { check, ...result } of outcome.results) {
      const told = tellCase(outcome, result, settings.target);
      cases.set(check, [...(cases.get(check) ?? []), told]);
      emit({ type: 'case', check, result: told });
    }
    emit({ type: 'flow', flow: flow.flow, stop: outcome.record.stop, exchanges: outcome.record.exchanges.length });
    if (settings.bail && outcome.results.some(({ verdict }) => verdict === 'failed')) bail.abort(new Error('--bail'));
  };
  try {
    for (const text of await sweepLeftovers(place, { stage, present: before })) note(text);
    const flows = chooseFlows(settings, { chosen, edition });
    emit({
      ...{ type: 'started', target: settings.target, edition, edition_evidence: evidence, profile: settings.profile },
      seed: settings.seed,
      flows: flows.map((flow) => ({ flow: flow.flow, checks: checksOf(flow, checks).map(({ id }) => id) })),
    });
    if (settings.edition === 'auto' && detected?.edition === null)
      note(`The edition could not be told, so ${edition} is assumed: ${evidence.join(' ')}`);
    await inParallel(
      flows.filter(({ alone }) => !alone),
      { count: settings.concurrency, perform },
    );
    // Only now: a server that deletes more than it is told to would spoil the flows that still run.
    // And before each that runs alone, so that what it deletes too much is its own and missed.
    for (const flow of flows.filter(({ alone }) => alone)) {
      await deleteSessions(ledger.open(), stage);
      await perform(flow);
    }
  } finally {
    await deleteSessions(ledger.open(), stage);
    ledger.close();
  }
  const unsure = ledger.unsure();
  if (unsure > 0)
    note(
      `${unsure} creates were not answered with the id of a session, and may have made some that cannot be deleted by their ids.${place.directory === null ? '' : ' The next run looks for them.'}`,
    );
  for (const one of exchanges)
    if (one.response?.decoded) notes.includes(one.response.decoded) || note(one.response.decoded);

  const repeat = (id: string) => toRepeat(id, settings, edition);
  const judged = toCheckReports(checks, cases, repeat);
  const waived = applyWaivers(judged, {
    waivers: settings.waivers,
    today: formatMicros(wallMicros(), 'utc_milliseconds').slice(0, 10),
  });
  const counts = countVerdicts(waived.checks);
  const left = ledger.open();
  const { verdict, exitCode } = conclude({
    counts,
    isInterrupted: signal.aborted,
    waiverProblems: waived.problems.length,
    left: left.length,
  });
  const report: Report = {
    schema_version: REPORT_VERSION,
    ...{ target: settings.target, edition, edition_evidence: evidence, profile: settings.profile, seed: settings.seed },
    ...{ verdict, exit_code: exitCode, duration_ms: Math.round(timer.now() - startMs) },
    ...{ requests: budget.spent.requests, turns: budget.spent.turns, counts, checks: waived.checks },
    observations: observe(outcomes.map(({ record }) => record)),
    streams: tellStreams(outcomes),
    ...{ left, waivers: waived.problems, notes },
  };
  emit({ type: 'finished', report });
}

function chooseFlows(
  settings: Settings,
  { chosen, edition }: { readonly chosen: readonly Check[]; readonly edition: Stage['edition'] },
): Flow[] {
  const allowed = profiles.slice(0, profiles.indexOf(settings.profile) + 1);
  const flows = settings.flows.filter(
    (flow) => allowed.includes(flow.profile) && existsIn(flow, edition) && checksOf(flow, chosen).length > 0,
  );
  if (flows.length > 0) return flows;
  throw new ChatMockError(
    'usage',
    `Failed to verify: no flow of profile ${settings.profile} in edition ${edition} runs any of the chosen checks. Choose another --profile, or other checks.`,
  );
}

/** Pages of at least two; of more where a walk over all that is there would take too many. */
const toPageSize = (present: number) => Math.max(2, Math.ceil(present / 40));

function newValues(
  flow: Flow,
  { seed, index }: Settings,
  { unknownId, present }: { readonly unknownId: string; readonly present: number },
): Values {
  const random = createRandom(seed).fork('flow', flow.flow);
  const hex = (length: number) => Array.from({ length }, () => random.integer(0, 15).toString(16)).join('');
  return new Map<string, unknown>([
    ['index', index],
    ['index_2', `${index}-2`],
    ['unknown_id', unknownId],
    ['uuid', `${hex(8)}-${hex(4)}-4${hex(3)}-8${hex(3)}-${hex(12)}`],
    ['nonce', random.fork('nonce').text(8)],
    ['nonce_2', random.fork('nonce_2').text(8)],
    ['page_size', toPageSize(present)],
  ]);
}

/** The median of what is no stream. */
function plainMsOf(exchanges: readonly Exchange[]): number {
  const times = exchanges
    .filter(({ operation, response }) => response !== null && operation !== 'streamMessages')
    .map(({ endMs }) => endMs)
    .sort((a, b) => a - b);
  return times[times.length >> 1] ?? 0;
}

function tellCase(
  { record }: FlowOutcome,
  { verdict, why, flow, findings }: Omit<FlowOutcome['results'][number], 'check'>,
  target: string,
): CaseReport {
  const told = findings.slice(0, MOST_FINDINGS).map((finding) => {
    const exchange = record.exchanges.find(({ number }) => number === finding.exchange);
    return {
      ...finding,
      curl: exchange ? toCurl(exchange, target) : '',
      timeline: exchange ? toTimeline(exchange, finding.frame) : [],
    };
  });
  const rest = findings.length - told.length;
  return { flow, verdict, why: rest > 0 ? `${rest} findings more than are told here` : why, findings: told };
}

function tellStreams(outcomes: readonly FlowOutcome[]): Report['streams'] {
  return outcomes.flatMap(({ record, results }) =>
    record.exchanges
      .filter(({ operation, expectation }) => operation === 'streamMessages' && expectation.kind === 'accepted')
      .map((exchange) => {
        const isFaulty = results.some(({ findings }) => findings.some((one) => one.exchange === exchange.number));
        return toStreamReport(exchange, isFaulty);
      }),
  );
}

/** The command that repeats a check; what is not the default is said. */
function toRepeat(id: string, { target, seed, profile, fuzz }: Settings, edition: Stage['edition']): string {
  const flags = [
    ...(edition === '2026-05' ? [] : [`--edition ${edition}`]),
    ...(profile === 'safe' ? [] : [`--profile ${profile}`]),
    ...(fuzz === 0 ? [] : [`--fuzz ${fuzz}`]),
  ];
  return ['chat-mock verify', target, '--only', id, '--seed', seed, ...flags].join(' ');
}

async function inParallel<Item>(
  items: readonly Item[],
  { count, perform }: { readonly count: number; readonly perform: (item: Item) => Promise<void> },
): Promise<void> {
  const queue = items.values();
  const work = async () => {
    for (const item of queue) await perform(item);
  };
  await settleAll(Array.from({ length: count }, work));
}
