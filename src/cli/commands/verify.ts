import packageJson from '../../../package.json' with { type: 'json' };
import { editions } from '../../api/editions.ts';
import type { Check, Flow, RunTrace } from '../../contract/index.ts';
import type { ReportFormat } from '../../reporters/index.ts';
import { ChatMockError } from '../../runtime/errors.ts';
import { escapeUnsafe } from '../../runtime/escape.ts';
import type { Started } from '../child-process.ts';
import { defineCommand } from '../command.ts';
import type { Io } from '../io.ts';
import { openLearning } from '../learning.ts';
import { startServer, untilReachable } from '../server-under-test.ts';
import { type Output, openOutputs, tellRun } from '../tell-run.ts';
import { quote } from '../text.ts';
import { allFlows, toReplayOptions, toVerifyOptions } from '../verify-settings.ts';
import { openText } from '../write-text.ts';
import { options, type VerifyValues } from './verify-options.ts';

const SILENCE_MS = 2000;
/** How long a server that --start starts has until it answers. */
const START_MS = 60_000;
/** Where SARIF, which must name a file of the repository, puts a finding if the user has given none. */
const SYNTHETIC_FILE = 'chat-mock-contract.yaml';
/** Checks a server against the contract. */
export const verify = defineCommand({
  name: 'verify',
  summary: 'Check a server against the contract.',
  examples: [
    'chat-mock verify http://127.0.0.1:4010',
    "chat-mock verify http://127.0.0.1:8000 --start 'npm start' --bail",
  ],
  options,
  groups: {
    Server: [
      'apiKey',
      'header',
      'cookie',
      'basePath',
      'clientCert',
      'clientKey',
      'http1',
      'edition',
      'index',
      'against',
      'start',
      'waitMs',
      'allowProduction',
    ],
    Checks: [
      'profile',
      'only',
      'skip',
      'flows',
      'shard',
      'fuzz',
      'stateful',
      'seed',
      'waivers',
      'list',
      'explain',
      'dryRun',
    ],
    Limits: ['timeoutMs', 'budgetRequests', 'maxRunMs', 'concurrency', 'bail', 'keep', 'failUnderCoverage'],
    Recording: ['record', 'replay'],
    Output: ['report', 'learn', 'check', 'verbose', 'json'],
  },
  positional: 'url',
  exitCodes: {
    0: 'The server conforms.',
    1: 'A check failed, or with --check the server has changed.',
    3: 'The server cannot be reached or is not a Chat API, or the run is inconclusive.',
    4: 'The server conforms, but sessions were left behind.',
    130: 'Interrupted, after clean-up.',
  },
  async run(values, io) {
    const contract = await io.load.contract();
    const chosen = () => contract.selectChecks(contract.checks, values);
    if (values.list) return list(chosen(), io);
    if (values.explain !== undefined)
      return explain(contract.selectChecks(contract.checks, { only: [values.explain], skip: [] }), io, values.explain);
    const { edition, profile } = values;
    if (values.dryRun) {
      const checks = chosen();
      const context = {
        ...{ profile, edition: edition === 'auto' ? editions[0] : edition, index: values.index },
        runs: (flow: Flow) => contract.checksOf(flow, checks).length > 0,
      };
      io.stdout.write(`${contract.describeFlows(await allFlows(values, io), context).join('\n')}\n`);
      return 0;
    }
    if (values.replay.length > 0) return replayAndTell(values, io);
    try {
      return await verifyAndTell(values, io);
    } catch (error) {
      // A file system that does not answer would keep the process.
      if (error instanceof ChatMockError && error.code === 'ledger') io.exitAfter(SILENCE_MS, 2);
      throw error;
    }
  },
});

async function verifyAndTell(values: VerifyValues, io: Io): Promise<number> {
  const { checkOptions } = await io.load.contract();
  const leaver = new AbortController();
  void io.interrupted().then(() => leaver.abort(new Error('Interrupted.')));
  const settings = { ...(await toVerifyOptions(values, io)), signal: leaver.signal };
  // Validates everything before the first request, and before a file is overwritten.
  await checkOptions(settings);
  if (values.against !== undefined) await checkOptions({ ...settings, url: values.against });
  const started = await reachServer(values, { url: settings.url, io, signal: leaver.signal });
  try {
    return await runAndTell(settings, { values, io });
  } finally {
    await started?.stop();
  }
}

/** Starts the server, or waits for it, if that was asked for. */
async function reachServer(
  { start, waitMs }: VerifyValues,
  server: { readonly url: string; readonly io: Io; readonly signal: AbortSignal },
): Promise<Started | null> {
  if (start !== undefined) return startServer(start, { ...server, waitMs: waitMs ?? START_MS });
  if (waitMs !== undefined) await untilReachable(server.url, { ...server, waitMs });
  return null;
}

/** Judges recordings. A flag that would send something is an error: nothing is sent. */
async function replayAndTell(values: VerifyValues, io: Io): Promise<number> {
  const { replay } = await io.load.contract();
  const options = await toReplayOptions(values, io);
  const telling = { io, toolVersion: packageJson.version, isVerbose: values.verbose, anchorFile: anchorOf(values) };
  const outputs = await openOutputs(toOutputs(values), io);
  const learning = await openLearning(values, io);
  try {
    return await learning.tell(await tellRun(replay(options), { ...telling, outputs }));
  } finally {
    await learning.close();
  }
}

function anchorOf({ waivers, config }: VerifyValues): string {
  return waivers ?? config ?? SYNTHETIC_FILE;
}

async function runAndTell(
  settings: Awaited<ReturnType<typeof toVerifyOptions>> & { readonly signal: AbortSignal },
  { values, io }: { readonly values: VerifyValues; readonly io: Io },
): Promise<number> {
  const { verify: run } = await io.load.contract();

  const isTaken = values.report.some(({ file }) => file === '-');
  const outputs = await openOutputs(toOutputs(values), io);
  const learning = await openLearning(values, io);
  const telling = {
    ...{ io, toolVersion: packageJson.version, isVerbose: values.verbose },
    anchorFile: anchorOf(values),
  };
  const record =
    values.record === undefined
      ? null
      : await openText(values.record, '--record', { isPrivate: true, isUnbuffered: true });
  const running = async () => {
    const trace = await tellRun(run({ ...settings, ...(record && { record }) }), { ...telling, outputs });
    return { trace, exitCode: await learning.tell(trace) };
  };
  const { trace, exitCode } = await running().finally(async () => {
    await record?.close();
    await learning.close();
  });
  if (values.against === undefined || settings.signal.aborted) return exitCode;
  const other = await tellRun(run({ ...settings, url: values.against }), { ...telling, outputs: [] });
  // The comparison goes to stdout, or to stderr if stdout already carries a report.
  await tellDrifts({ here: trace, there: other, io, output: values.json || isTaken ? io.stderr : io.stdout });
  return exitCode === 0 ? other.report.exit_code : exitCode;
}

/** The reports to write. Throws `usage` where one would overwrite or interrupt another. */
function toOutputs({ report, json, learn, record }: VerifyValues): Output[] {
  const standard: ReportFormat = json ? 'json' : 'console';
  const isTaken = report.some(({ file }) => file === '-');
  if (isTaken && json)
    throw usage(
      'write the JSON report: stdout already carries another one. Leave out --json, or name a file with --report',
    );
  const files = [...report.map(({ file }) => file), ...[learn, record].filter((file) => file !== undefined)];
  const twice = files.find((file, index) => files.indexOf(file) !== index);
  if (twice !== undefined)
    throw usage(
      `write the reports: two of them go to ${twice === '-' ? 'stdout' : quote(twice)}. Name a file for each`,
    );
  return [...(isTaken ? [] : [{ format: standard, file: '-' }]), ...report];
}

function usage(text: string): ChatMockError {
  return new ChatMockError('usage', `Failed to ${text}.`);
}

interface Differing {
  readonly here: RunTrace;
  readonly there: RunTrace;
  readonly io: Io;
  readonly output: Io['stdout'];
}

async function tellDrifts({ here, there, io, output }: Differing): Promise<void> {
  const { compareRuns } = await io.load.contract();
  const { drifts, patch } = compareRuns(here, there);
  const count = (kind: string) => drifts.filter((drift) => drift.kind === kind).length;
  const numbers = (['contract', 'choice', 'shape'] as const).map((kind) => `${count(kind)} ${kind}`).join(', ');
  output.write(`\n${there.report.target}: ${there.report.verdict}; differs in ${numbers}\n`);
  for (const { kind, what, here: one, there: other } of drifts)
    output.write(escapeUnsafe(`  ${kind.padEnd(9)} ${what}: ${one} here, ${other} there`).concat('\n'));
  if (Object.keys(patch).length > 0)
    output.write(`Choices that make a mock of the first behave as the second:\n${JSON.stringify(patch, null, 2)}\n`);
}

function list(checks: readonly Check[], io: Io): number {
  const width = Math.max(...checks.map(({ id }) => id.length));
  for (const { id, level, requirement } of checks)
    io.stdout.write(`${id.padEnd(width)}  ${level.padEnd(6)}  ${requirement}\n`);
  return 0;
}

async function explain(checks: readonly Check[], io: Io, glob: string): Promise<number> {
  const { factOf } = await import('../../contract/checks/fact-of.ts');
  const { toAbsoluteSource } = await import('../../contract/checks/wire-contract.ts');
  const named = checks.filter(({ id }) => id === glob);
  for (const { id, requirement, level, evidence, source, rationale, requires = [], since, until } of named.length > 0
    ? named
    : checks) {
    const rows = [
      ['level', `${level}, ${evidence}`],
      ['source', toAbsoluteSource(source)],
      ['fact', factOf(source) ?? ''],
      ['rationale', rationale],
      ['requires', requires.join(', ')],
      ['editions', [since && `from ${since}`, until && `before ${until}`].filter(Boolean).join(', ')],
    ].filter(([, text]) => text !== '');
    io.stdout.write(`${io.paint('bold', id)}\n  ${requirement}\n`);
    for (const [label = '', text = ''] of rows) io.stdout.write(`  ${label.padEnd(9)} ${text}\n`);
  }
  return 0;
}
