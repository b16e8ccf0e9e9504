import packageJson from '../../../package.json' with { type: 'json' };
import { editions } from '../../api/editions.ts';
import type { Check, Flow, RunTrace } from '../../contract/index.ts';
import { defaultRunMs } from '../../contract/run/budget.ts';
import type { ReportFormat } from '../../reporters/index.ts';
import { ChatMockError, FileProblemsError } from '../../runtime/errors.ts';
import { escapeUnsafe } from '../../runtime/escape.ts';
import { defineCommand } from '../command.ts';
import type { Io } from '../io.ts';
import type { Values } from '../option.ts';
import { readText } from '../read-text.ts';
import { type Output, openOutputs, tellRun } from '../tell-run.ts';
import { quote } from '../text.ts';
import { anyText, apiKey, oneOf, path, report, seed, wholeNumber } from '../value-types.ts';
import { checkCertificates, keyOf, ledgerDirectory } from '../verify-environment.ts';
import { openText } from '../write-text.ts';
import { config } from './shared-options.ts';

const SILENCE_MS = 2000;
/** Where SARIF, which must name a file of the repository, puts a finding if the user has given none. */
const SYNTHETIC_FILE = 'chat-mock-contract.yaml';
/** As in `2, 10 or 60`. */
const runMinutes = Object.values(defaultRunMs)
  .map((ms) => ms / 60_000)
  .join(', ')
  .replace(/, (\d+)$/, ' or $1');

const options = {
  url: { kind: 'single', type: anyText('BASE-URL'), default: undefined, summary: 'Base URL of the server to check.' },
  apiKey: {
    kind: 'single',
    type: apiKey,
    default: undefined,
    summary: 'API key for that server; by default LLAMA_CLOUD_API_KEY.',
  },
  edition: {
    kind: 'single',
    type: oneOf([...editions, 'auto']),
    default: editions[0],
    summary: 'API edition to check against; auto detects it.',
  },
  profile: {
    kind: 'single',
    type: oneOf(['read-only', 'safe', 'full']),
    default: 'safe',
    summary: 'read-only creates nothing; safe creates and deletes a few sessions; full adds long and parallel turns.',
  },
  only: { kind: 'repeatable', type: anyText('GLOB'), summary: 'Run only these checks, for example stream.*' },
  skip: { kind: 'repeatable', type: anyText('GLOB'), summary: 'Skip these checks.' },
  report: { kind: 'repeatable', type: report, summary: 'Write a report to a file; - means stdout.' },
  waivers: {
    kind: 'single',
    type: path('FILE'),
    default: undefined,
    summary: 'File of known failures to accept until a date.',
  },
  learn: {
    kind: 'single',
    type: path('FILE'),
    default: undefined,
    summary: 'Write the observed behaviour as a choices file; serve --choices FILE then behaves like this server.',
  },
  fuzz: {
    kind: 'single',
    type: wholeNumber(0, 100_000, 'Give how many random bodies an operation shall get.'),
    default: 0,
    summary: 'Number of random bodies per operation, in profile full.',
  },
  against: {
    kind: 'single',
    type: anyText('URL'),
    default: undefined,
    summary: 'Second server; report where the two differ.',
  },
  seed: { kind: 'single', type: seed, default: 1, summary: 'Seed for generated data: text or a number.' },
  timeoutMs: {
    kind: 'single',
    type: wholeNumber(1, 3_600_000, 'Give milliseconds.'),
    default: 30_000,
    summary: 'Idle time after which a response counts as stalled.',
  },
  budgetRequests: {
    kind: 'single',
    type: wholeNumber(1, 1_000_000, 'Give how many requests may be sent.'),
    default: undefined,
    summary: 'Maximum number of requests; clean-up is not counted.',
  },
  maxRunMs: {
    kind: 'single',
    type: wholeNumber(1, 24 * 3_600_000, 'Give milliseconds.'),
    default: undefined,
    summary: `Stop the run and clean up after this long; by default ${runMinutes} minutes, by profile.`,
  },
  concurrency: {
    kind: 'single',
    type: wholeNumber(1, 64, 'Give how many flows may run at once.'),
    default: 4,
    summary: 'Number of flows to run in parallel.',
  },
  index: {
    kind: 'single',
    type: anyText('ID'),
    default: 'idx-abc123',
    summary: 'Id of an index that exists on the server.',
  },
  allowProduction: { kind: 'switch', summary: 'Allow a production server; this spends turns and creates sessions.' },
  bail: { kind: 'switch', summary: 'Stop at the first failed check.' },
  dryRun: { kind: 'switch', summary: 'Print the requests without sending them.' },
  list: { kind: 'switch', summary: 'List the checks and exit.' },
  explain: { kind: 'single', type: anyText('CHECK'), default: undefined, summary: 'Explain a check and exit.' },
  verbose: { kind: 'switch', summary: 'Show every place of every failure.' },
  json: { kind: 'switch', summary: 'Print the JSON report instead of text.' },
  config,
} as const;

type VerifyValues = Values<typeof options>;

/** Checks a server against the contract. */
export const verify = defineCommand({
  name: 'verify',
  summary: 'Check a server against the contract.',
  options,
  positional: 'url',
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
      io.stdout.write(`${contract.describeFlows(contract.builtInFlows, context).join('\n')}\n`);
      return 0;
    }
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
  const { checkOptions, toChoices, verify: run } = await io.load.contract();
  const leaver = new AbortController();
  void io.interrupted().then(() => leaver.abort(new Error('Interrupted.')));
  const settings = { ...(await toVerifyOptions(values, io)), signal: leaver.signal };
  // All that can be wrong is found before the first request, and before a file loses what it held.
  await checkOptions(settings);
  if (values.against !== undefined) await checkOptions({ ...settings, url: values.against });
  const isTaken = values.report.some(({ file }) => file === '-');
  const outputs = await openOutputs(toOutputs(values), io);
  const learned = values.learn === undefined ? null : await openText(values.learn, '--learn');
  const telling = {
    ...{ io, toolVersion: packageJson.version, isVerbose: values.verbose },
    anchorFile: values.waivers ?? values.config ?? SYNTHETIC_FILE,
  };
  const trace = await tellRun(run(settings), { ...telling, outputs });
  if (learned !== null) {
    const choices = toChoices(trace.report.observations);
    await learned.write(`${JSON.stringify(choices, null, 2)}\n`);
    await learned.close();
    io.stderr.write(`Wrote ${Object.keys(choices).length} choices to ${values.learn}\n`);
  }
  if (values.against === undefined || leaver.signal.aborted) return trace.report.exit_code;
  const other = await tellRun(run({ ...settings, url: values.against }), { ...telling, outputs: [] });
  // The comparison goes to stdout, or to stderr if stdout already carries a report.
  await tellDrifts({ here: trace, there: other, io, output: values.json || isTaken ? io.stderr : io.stdout });
  return trace.report.exit_code === 0 ? other.report.exit_code : trace.report.exit_code;
}

/** The reports to write. Throws `usage` where one would overwrite or interrupt another. */
function toOutputs({ report, json, learn }: VerifyValues): Output[] {
  const standard: ReportFormat = json ? 'json' : 'console';
  const isTaken = report.some(({ file }) => file === '-');
  if (isTaken && json)
    throw usage(
      'write the JSON report: stdout already carries another one. Leave out --json, or name a file with --report',
    );
  const files = [...report.map(({ file }) => file), ...(learn === undefined ? [] : [learn])];
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

async function toVerifyOptions(values: VerifyValues, io: Io) {
  const { url, budgetRequests, waivers, maxRunMs } = values;
  if (url === undefined)
    throw new ChatMockError(
      'usage',
      'Failed to run verify: there is no base URL. Name the server, as in chat-mock verify http://127.0.0.1:4010.',
    );
  const key = values.apiKey ?? keyOf(io.env);
  checkCertificates(io.env, [url, ...(values.against === undefined ? [] : [values.against])]);
  const { edition, profile, only, skip, fuzz, seed, timeoutMs, concurrency, index, bail, allowProduction } = values;
  return {
    ...{ url, edition, profile, only, skip, fuzz, seed, timeoutMs, concurrency, index, bail, allowProduction },
    ...(key !== undefined && { apiKey: key }),
    ...(budgetRequests !== undefined && { budget: { requests: budgetRequests } }),
    ...(waivers !== undefined && { waivers: await readWaivers(waivers, io) }),
    ...(maxRunMs !== undefined && { maxRunMs }),
    ledgerDirectory: ledgerDirectory(io.env),
    usesProxy: io.env,
  };
}

async function readWaivers(file: string, io: Io) {
  const { parseWaivers } = await io.load.contract();
  const reading = parseWaivers({
    file,
    text: readText(file, { thing: `the waivers ${file}`, advice: 'Check the path.' }),
  });
  if ('problems' in reading) throw new FileProblemsError('the waivers', reading.problems);
  return reading.value;
}

function list(checks: readonly Check[], io: Io): number {
  const width = Math.max(...checks.map(({ id }) => id.length));
  for (const { id, level, requirement } of checks)
    io.stdout.write(`${id.padEnd(width)}  ${level.padEnd(6)}  ${requirement}\n`);
  return 0;
}

function explain(checks: readonly Check[], io: Io, glob: string): number {
  const named = checks.filter(({ id }) => id === glob);
  for (const { id, requirement, level, evidence, source, rationale, requires = [], since, until } of named.length > 0
    ? named
    : checks) {
    const rows = [
      ['level', `${level}, ${evidence}`],
      ['source', source],
      ['rationale', rationale],
      ['requires', requires.join(', ')],
      ['editions', [since && `from ${since}`, until && `before ${until}`].filter(Boolean).join(', ')],
    ].filter(([, text]) => text !== '');
    io.stdout.write(`${io.paint('bold', id)}\n  ${requirement}\n`);
    for (const [label = '', text = ''] of rows) io.stdout.write(`  ${label.padEnd(9)} ${text}\n`);
  }
  return 0;
}
