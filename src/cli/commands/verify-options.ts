import { editions } from '../../api/editions.ts';
import { MOST_ACTS } from '../../contract/flow/sequence.ts';
import { defaultRunMs } from '../../contract/run/budget.ts';
import type { Values } from '../option.ts';
import { anyText, apiKey, header, oneOf, path, report, seed, shard, wholeNumber } from '../value-types.ts';
import { config } from './shared-options.ts';

/** As in `2, 10 or 60`. */
const runMinutes = Object.values(defaultRunMs)
  .map((ms) => ms / 60_000)
  .join(', ')
  .replace(/, (\d+)$/, ' or $1');

/** The flags of `verify`. */
export const options = {
  url: { kind: 'single', type: anyText('BASE-URL'), default: undefined, summary: 'Base URL of the server to check.' },
  apiKey: {
    kind: 'single',
    type: apiKey,
    default: undefined,
    summary: 'API key for that server; by default LLAMA_CLOUD_API_KEY.',
  },
  header: { kind: 'repeatable', type: header, summary: 'Header to send with every request.' },
  cookie: {
    kind: 'single',
    type: { ...anyText('NAME=VALUE'), isSecret: true },
    default: undefined,
    summary: 'Cookie to send with every request that has a key.',
  },
  basePath: {
    kind: 'single',
    type: anyText('PATH'),
    default: undefined,
    summary: 'Path below which the server has the API, for example /gateway.',
  },
  clientCert: {
    kind: 'single',
    type: path('FILE'),
    default: undefined,
    summary: 'Certificate to show to the server, in PEM.',
  },
  http1: { kind: 'switch', summary: 'Speak HTTP/1.1 also to a server that offers HTTP/2.' },
  clientKey: { kind: 'single', type: path('FILE'), default: undefined, summary: 'Key of that certificate, in PEM.' },
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
  flows: {
    kind: 'single',
    type: path('DIR'),
    default: undefined,
    summary: 'Directory of flows to run beside the built-in ones.',
  },
  shard: { kind: 'single', type: shard, default: undefined, summary: 'Run only part K of N parts of the flows.' },
  failUnderCoverage: {
    kind: 'single',
    type: wholeNumber(0, 100, 'Give percent.'),
    default: 0,
    summary: 'Exit with 3 if the run covers less than N percent of the model.',
  },
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
  check: {
    kind: 'switch',
    summary: 'Compare with the file of --learn instead of writing it; exit with 1 if the server has changed.',
  },
  record: {
    kind: 'single',
    type: path('FILE'),
    default: undefined,
    summary: 'Write every exchange to a file, without secrets; --replay FILE judges it again.',
  },
  replay: {
    kind: 'repeatable',
    type: path('FILE'),
    summary: 'Judge this recording instead of a server; nothing is sent.',
  },
  fuzz: {
    kind: 'single',
    type: wholeNumber(0, 100_000, 'Give how many random bodies an operation shall get.'),
    default: 0,
    summary: 'Number of random bodies per operation, in profile full.',
  },
  stateful: {
    kind: 'single',
    type: wholeNumber(0, 1000, 'Give how many random sequences shall be sent.'),
    default: 0,
    summary: `Number of random sequences of at most ${MOST_ACTS} operations; one that fails is shrunk to the shortest.`,
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
  waitMs: {
    kind: 'single',
    type: wholeNumber(0, 3_600_000, 'Give milliseconds.'),
    default: undefined,
    summary: 'Wait until the server answers, this long at most.',
  },
  start: {
    kind: 'single',
    type: anyText('CMD'),
    default: undefined,
    summary: 'Start the server with this command line, wait for it (60 s, or --wait-ms), and stop it at the end.',
  },
  concurrency: {
    kind: 'single',
    type: wholeNumber(1, 64, 'Give how many flows may run at once.'),
    default: 8,
    summary: 'Number of flows to run in parallel.',
  },
  index: {
    kind: 'single',
    type: anyText('ID'),
    default: 'idx-abc123',
    summary: 'Id of an index that exists on the server.',
  },
  allowProduction: { kind: 'switch', summary: 'Allow a production server; this spends turns and creates sessions.' },
  keep: { kind: 'switch', summary: 'Keep the sessions of failed flows, and print how to delete them.' },
  bail: { kind: 'switch', summary: 'Stop at the first failed check.' },
  dryRun: { kind: 'switch', summary: 'Print the requests without sending them.' },
  list: { kind: 'switch', summary: 'List the checks and exit.' },
  explain: { kind: 'single', type: anyText('CHECK'), default: undefined, summary: 'Explain a check and exit.' },
  verbose: { kind: 'switch', summary: 'Show every place of every failure.' },
  json: { kind: 'switch', summary: 'Print the JSON report instead of text.' },
  config,
} as const;

/** Their values. */
export type VerifyValues = Values<typeof options>;
