import { editions } from '../api/editions.ts';
import type { Flow, ReplayOptions } from '../contract/index.ts';
import { ChatMockError, FileProblemsError } from '../runtime/errors.ts';
import { quoteForShell } from '../runtime/escape.ts';
import type { VerifyValues } from './commands/verify-options.ts';
import type { Io } from './io.ts';
import { toFlag } from './option.ts';
import { readFlows } from './read-flows.ts';
import { readPieces, readText } from './read-text.ts';
import { quote } from './text.ts';
import { checkCertificates, keyOf, ledgerDirectory } from './verify-environment.ts';

/** The built-in flows, and those of the user. */
export async function allFlows({ flows }: VerifyValues, io: Io): Promise<readonly Flow[]> {
  const { builtInFlows, checks } = await io.load.contract();
  return flows === undefined ? builtInFlows : [...builtInFlows, ...(await readFlows(flows, { checks, io }))];
}

/** Returns the base URL with the path appended. Throws `usage` if it is not a path. */
function withBasePath(url: string, basePath: string | undefined): string {
  if (basePath === undefined) return url;
  if (!/^\/[^?#\s]*$/.test(basePath))
    throw usage(
      `Failed to read --base-path ${quote(basePath)}: it is not a path. Write it with a slash before it, as in /gateway.`,
    );
  return url.replace(/\/+$/, '') + basePath;
}

/** The client's certificate with its key; one without the other is `usage`. */
function readIdentity({
  clientCert,
  clientKey,
}: VerifyValues): { readonly cert: string; readonly key: string } | undefined {
  if (clientCert === undefined && clientKey === undefined) return undefined;
  if (clientCert === undefined || clientKey === undefined)
    throw usage('Failed to read the client certificate: give both --client-cert and --client-key.');
  const read = (file: string, what: string) =>
    readText(file, { thing: `the ${what} ${file}`, advice: 'Check the path.' });
  return { cert: read(clientCert, 'client certificate'), key: read(clientKey, 'key of the client certificate') };
}

/** What the flags and the environment ask `verify` for. Throws ChatMockError `usage` for what cannot be. */
export async function toVerifyOptions(values: VerifyValues, io: Io) {
  const { url, budgetRequests, waivers, maxRunMs } = values;
  if (url === undefined)
    throw new ChatMockError(
      'usage',
      'Failed to run verify: there is no base URL. Name the server, as in chat-mock verify http://127.0.0.1:4010.',
    );
  const key = values.apiKey ?? keyOf(io.env);
  checkCertificates(io.env, [url, ...(values.against === undefined ? [] : [values.against])]);
  const tls = readIdentity(values);
  const { keep, failUnderCoverage, shard, cookie, header: headers } = values;
  const { edition, profile, only, skip, fuzz, stateful, seed, timeoutMs, concurrency, index, bail, allowProduction } =
    values;
  return {
    ...{ url: withBasePath(url, values.basePath), keep, failUnderCoverage, headers: Object.fromEntries(headers) },
    ...(cookie !== undefined && { cookie }),
    ...(shard !== undefined && { shard }),
    ...(values.flows !== undefined && { flows: await allFlows(values, io) }),
    ...(tls && { tls }),
    http1: values.http1,
    ...{ edition, profile, only, skip, fuzz, stateful, seed, timeoutMs, concurrency, index, bail, allowProduction },
    ...(key !== undefined && { apiKey: key }),
    ...(budgetRequests !== undefined && { budget: { requests: budgetRequests } }),
    ...(waivers !== undefined && { waivers: await readWaivers(waivers, io) }),
    ...(maxRunMs !== undefined && { maxRunMs }),
    ledgerDirectory: ledgerDirectory(io.env),
    usesProxy: io.env,
  };
}

/** Flags that only mean something to a server that is asked. */
const asking = [
  ...['url', 'start', 'waitMs', 'against', 'record', 'budgetRequests', 'maxRunMs', 'shard', 'basePath'],
  ...['clientCert', 'clientKey'],
] as const;

/** What the flags ask `verify --replay` for. Throws ChatMockError `usage` for what would need a server. */
export async function toReplayOptions(values: VerifyValues, io: Io): Promise<ReplayOptions> {
  const given = asking.find((name) => values[name as keyof VerifyValues] !== undefined);
  if (given !== undefined)
    throw usage(
      `Failed to replay: ${given === 'url' ? 'there is a base URL, too' : `${toFlag(given)} needs a server`}, and --replay sends nothing. Leave out one of them.`,
    );
  const { only, skip, waivers, flows, failUnderCoverage, replay, edition } = values;
  return {
    ...{ only, skip, failUnderCoverage },
    ...(waivers !== undefined && { waivers: await readWaivers(waivers, io) }),
    ...(flows !== undefined && { flows: await allFlows(values, io) }),
    // The default is no wish: a recording of `verify` says its own.
    ...(edition !== 'auto' && edition !== editions[0] && { edition }),
    command: ['chat-mock verify', ...replay.map((file) => `--replay ${quoteForShell(file)}`)].join(' '),
    recordings: replay.map((file) => ({ file, bytes: readPieces(file, '--replay') })),
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

function usage(message: string): ChatMockError {
  return new ChatMockError('usage', message);
}
