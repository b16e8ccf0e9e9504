import { type Edition, editions } from '../../api/editions.ts';
import { createChannel } from '../../runtime/channel.ts';
import { ChatMockError } from '../../runtime/errors.ts';
import { checks as builtInChecks } from '../checks/index.ts';
import { type Flow, profiles } from '../flow/flow.ts';
import { readFlows } from '../flow/parse-flows.ts';
import { valueAt } from '../flow/values.ts';
import { builtInFlows } from '../generated/flows.ts';
import { createReplayRedactor } from '../record/conceal.ts';
import { type Exchange, isTurn, jsonOf } from '../record/exchange.ts';
import { createIdLog } from '../record/id-log.ts';
import { type RecordingSource, readRecording } from '../record/read-recording.ts';
import { fromRecorded, type RecordingHeader } from '../record/recording.ts';
import type { Check } from '../verdict/check.ts';
import type { RunEvent } from '../verdict/report.ts';
import { selectChecks, withPrerequisites } from '../verdict/select-checks.ts';
import { toExchangeReport } from '../verdict/tell.ts';
import { checkWaivers } from '../verdict/waivers.ts';
import { conclude, toRepeat } from './conclude.ts';
import { checksOf, judgeAgain, type Pass } from './flow-results.ts';
import { judgeTraffic } from './judge-traffic.ts';
import type { VerifyOptions } from './options.ts';
import { checkOwnChecks, sayIdle } from './own-checks.ts';
import { createProgress } from './progress.ts';
import type { RecordedFacts } from './recorder.ts';

/** Options of `replay`; only `recordings` is required. */
export interface ReplayOptions
  extends Pick<VerifyOptions, 'only' | 'skip' | 'waivers' | 'flows' | 'checks' | 'failUnderCoverage'> {
  readonly recordings: readonly RecordingSource[];
  /** What recordings of other traffic are judged by; those of `verify` say it. Default: the oldest. */
  readonly edition?: Edition;
  /** How a report names the files, for the command that repeats a check. */
  readonly command?: string;
}

/** Why nothing is said of a check. */
const NOT_OBSERVED = 'not observed: no exchange of the recording shows it';
/** All recordings of one call are in memory together. */
const MOST_EXCHANGES = 200_000;
const MOST_OPEN_TOLD = 20;

/**
 * Judges recordings by the contract without sending anything, and yields the same events as `verify`. A recording of
 * `verify` gets the verdicts of its run. Of other traffic each check judges the exchanges that it applies to; what no
 * exchange shows is skipped and never passed. Throws ChatMockError for files that are not recordings.
 *
 * @example
 * const recordings = [{ file: 'run.ndjson', bytes: createReadStream('run.ndjson') }];
 * for await (const event of replay({ recordings })) if (event.type === 'finished') console.log(event.report.verdict);
 */
export async function* replay(options: ReplayOptions): AsyncGenerator<RunEvent, void, undefined> {
  const loaded = await loadRecordings(options.recordings);
  const channel = createChannel<RunEvent>();
  const running = judgeRecordings(loaded, { options, emit: (event) => channel.push(event) }).then(
    () => channel.end(),
    (error: unknown) => channel.end(error),
  );
  yield* channel;
  await running;
}

interface Loaded {
  readonly file: string;
  readonly header: RecordingHeader;
  readonly exchanges: ReadonlyMap<number, Exchange>;
  readonly flows: readonly LoadedFlow[];
  readonly notes: readonly string[];
  /** Null: the recording was cut before its end. */
  readonly end: RecordedFacts | null;
}

interface LoadedFlow {
  readonly flow: string;
  readonly passes: readonly {
    readonly plain_ms: number;
    readonly stop: Pass['record']['stop'];
    readonly exchanges: readonly number[];
  }[];
}

async function loadRecordings(sources: readonly RecordingSource[]): Promise<readonly [Loaded, ...Loaded[]]> {
  const loaded: Loaded[] = [];
  let room = MOST_EXCHANGES;
  for (const source of sources) {
    const one = await loadRecording(source, room);
    room -= one.exchanges.size;
    loaded.push(one);
  }
  const [first, ...rest] = loaded;
  if (first) return [first, ...rest];
  throw new ChatMockError('usage', 'Failed to replay: there is no recording. Name at least one file.');
}

async function loadRecording(source: RecordingSource, room: number): Promise<Loaded> {
  const { file } = source;
  const exchanges = new Map<number, Exchange>();
  const flows: LoadedFlow[] = [];
  const notes: string[] = [];
  const open = new Map<number, { readonly method: string; readonly target: string }>();
  let header: RecordingHeader | null = null;
  let end: RecordedFacts | null = null;
  for await (const part of readRecording(source)) {
    if (part.kind === 'header') header = part.header;
    else if (part.kind === 'torn')
      notes.push(
        `The recording ${file} was cut: of line ${part.line} only ${part.sizeBytes} bytes are there, so its last exchange is missing.`,
      );
    else if ('open' in part.line) open.set(part.line.open.id, part.line.open);
    else if ('exchange' in part.line) {
      const { exchange } = part.line;
      open.delete(exchange.id);
      exchanges.set(exchange.id, fromRecorded(exchange));
      if (exchanges.size > room)
        throw new ChatMockError(
          'input',
          `Failed to replay ${file}: the recordings hold more than ${MOST_EXCHANGES} exchanges. Judge fewer files at once.`,
        );
    } else if ('flow' in part.line) flows.push(part.line.flow);
    else if ('note' in part.line) notes.push(part.line.note);
    else {
      const { is_interrupted: isInterrupted, ...facts } = part.line.end;
      end = { ...facts, isInterrupted };
    }
  }
  for (const { method, target } of [...open.values()].slice(0, MOST_OPEN_TOLD))
    notes.push(`${method} ${target} was under way when the recording ${file} was cut: what came of it is not known.`);
  // The reader throws for a file without a header.
  if (header === null) throw new ChatMockError('input', `Failed to replay ${file}: it is empty.`);
  return { file, header, exchanges, flows, notes, end };
}

interface Work {
  readonly options: ReplayOptions;
  readonly emit: (event: RunEvent) => Promise<void>;
}

async function judgeRecordings(loaded: readonly [Loaded, ...Loaded[]], { options, emit }: Work): Promise<void> {
  const [first] = loaded;
  const { checks: own = [], waivers = [], failUnderCoverage = 0 } = options;
  const allChecks = [...builtInChecks, ...own];
  const allFlows = options.flows === undefined ? builtInFlows : readFlows(options.flows, allChecks);
  checkOwnChecks(allChecks, allFlows);
  checkWaivers(
    waivers,
    allChecks.map(({ id }) => id),
  );
  const edition = editionOf(loaded, options.edition);
  const { run } = first.header;
  const isRun = loaded.length === 1 && run !== undefined;
  const only = options.only?.length ? options.only : isRun ? run.only : [];
  const skip = options.skip?.length ? options.skip : isRun ? run.skip : [];
  const chosen = selectChecks(allChecks, { only, skip });
  const ids = createIdLog();
  const judging = { checks: withPrerequisites(chosen, allChecks), edition, ids };
  const targets = [...new Set(loaded.map(({ header }) => header.target))];
  const settings = {
    ...{ target: targets.join(', '), profile: run?.profile ?? profiles[0], seed: run?.seed ?? 1, fuzz: run?.fuzz ?? 0 },
    stateful: run?.stateful ?? 0,
    ...{ only, skip, waivers, failUnderCoverage },
  };
  const evidence = run?.edition_evidence ?? [
    options.edition === undefined ? 'It is the default.' : 'It was asked for.',
  ];
  const startedAt = first.header.started_at;
  const redactor = createReplayRedactor();
  const progress = createProgress({ settings, emit: (event) => emit(redactor.value(event)) });
  await progress.emit({
    ...{ type: 'started', target: settings.target, edition, edition_evidence: evidence },
    ...{ profile: settings.profile, seed: settings.seed, started_at: startedAt, max_run_ms: run?.max_run_ms ?? 0 },
    flows: loaded.flatMap(({ header, file }) =>
      (header.run?.flows ?? [file]).map((name) => ({
        flow: name,
        checks: header.run
          ? idsOf(name, { allFlows, file, checks: judging.checks })
          : judging.checks.map(({ id }) => id),
      })),
    ),
  });
  for (const one of loaded) {
    for (const exchange of one.exchanges.values()) {
      ids.note(exchange);
      redactor.learn(valueAt(jsonOf(exchange), '$.next_page_token'));
      await progress.emit({
        type: 'exchange',
        exchange: toExchangeReport(exchange, { baseUrl: one.header.target, startMs: 0, redact: redactor.text }),
      });
    }
    for (const text of one.notes) await progress.note(text);
    if (one.header.run) {
      if (one.end === null) await progress.note(`The run that ${one.file} records did not come to its end.`);
      for (const recorded of one.flows) {
        const flow = flowNamed(recorded.flow, { allFlows, file: one.file });
        await progress.add(judgeAgain(toPasses(recorded, { flow, one }), judging));
      }
    } else await progress.add(await judgeTraffic([...one.exchanges.values()], { ...judging, flow: one.file }));
  }
  const facts = joinFacts(loaded);
  await conclude({
    ...{ settings, checks: judging.checks, progress, edition, evidence, startedAt, facts },
    idle: (check) => (isRun ? sayIdle(check, edition) : null),
    ...(!(isRun && first.end !== null) && { unasked: NOT_OBSERVED }),
    repeat: (id) => (isRun ? toRepeat(id, { ...settings, edition }) : toReplay(id, { options, edition })),
  });
}

function editionOf(loaded: readonly Loaded[], asked: Edition | undefined): Edition {
  const recorded = [...new Set(loaded.flatMap(({ header }) => header.run?.edition ?? []))];
  const [one] = recorded;
  if (recorded.length > 1)
    throw new ChatMockError(
      'usage',
      `Failed to replay: the recordings are of several editions, ${recorded.join(' and ')}. Judge those of one edition at a time.`,
    );
  if (asked !== undefined || one === undefined) return asked ?? editions[0];
  const known = editions.find((edition) => edition === one);
  if (known === undefined)
    throw new ChatMockError(
      'usage',
      `Failed to replay: the recording is of edition ${one}, which this version does not know. Use the version that recorded it, or name one of ${editions.join(', ')} with --edition.`,
    );
  return known;
}

interface Known {
  readonly allFlows: readonly Flow[];
  readonly file: string;
}

function idsOf(name: string, { checks, ...known }: Known & { readonly checks: readonly Check[] }): string[] {
  return checksOf(flowNamed(name, known), checks).map(({ id }) => id);
}

function flowNamed(name: string, { allFlows, file }: Known): Flow {
  const flow = allFlows.find((one) => one.flow === name);
  if (flow) return flow;
  throw new ChatMockError(
    'usage',
    `Failed to replay ${file}: there is no flow "${name}". Give the directory of the flows it was recorded with (--flows), or use the version that recorded it.`,
  );
}

function toPasses(
  { flow: name, passes }: LoadedFlow,
  { flow, one }: { readonly flow: Flow; readonly one: Loaded },
): readonly [Pass, Pass?] {
  const read = ({ plain_ms, stop, exchanges }: LoadedFlow['passes'][number]): Pass => ({
    plainMs: plain_ms,
    record: {
      flow,
      stop,
      exchanges: exchanges.map((id) => {
        const exchange = one.exchanges.get(id);
        if (exchange) return exchange;
        throw new ChatMockError(
          'input',
          `Failed to replay ${one.file}: the flow ${name} names exchange ${id}, which stands nowhere before it. Record again.`,
        );
      }),
    },
  });
  const [first, second] = passes;
  if (!first) throw new ChatMockError('input', `Failed to replay ${one.file}: the flow ${name} has no pass.`);
  return second ? [read(first), read(second)] : [read(first)];
}

/** What the runs spent and left together; of other traffic, what is in the file. */
function joinFacts(loaded: readonly Loaded[]): RecordedFacts {
  const all = loaded.map(({ end, exchanges }): RecordedFacts => end ?? countFacts([...exchanges.values()]));
  return {
    requests: all.reduce((sum, one) => sum + one.requests, 0),
    turns: all.reduce((sum, one) => sum + one.turns, 0),
    duration_ms: all.reduce((sum, one) => sum + one.duration_ms, 0),
    left: all.flatMap(({ left }) => left),
    kept: all.flatMap(({ kept }) => kept),
    isInterrupted: all.some(({ isInterrupted }) => isInterrupted),
  };
}

function countFacts(exchanges: readonly Exchange[]): RecordedFacts {
  return {
    requests: exchanges.reduce((sum, { retries }) => sum + 1 + retries, 0),
    turns: exchanges.filter((exchange) => isTurn(exchange) && exchange.response?.status === 200).length,
    duration_ms: Math.round(exchanges.reduce((latest, { startMs, endMs }) => Math.max(latest, startMs + endMs), 0)),
    ...{ left: [], kept: [], isInterrupted: false },
  };
}

function toReplay(
  id: string,
  {
    options: { command = 'chat-mock verify --replay FILE' },
    edition,
  }: { readonly options: ReplayOptions; readonly edition: Edition },
): string {
  return `${command} --only ${id}${edition === editions[0] ? '' : ` --edition ${edition}`}`;
}
