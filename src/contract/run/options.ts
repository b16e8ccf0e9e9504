import { defaultEdition, type Edition } from '../../api/editions.ts';
import { ChatMockError } from '../../runtime/errors.ts';
import { shorten } from '../../runtime/shorten.ts';
import { type Timer, wallTimer } from '../../runtime/timer.ts';
import { checks as builtInChecks } from '../checks/index.ts';
import { readBaseUrl } from '../client/base-url.ts';
import { chooseProxy, type Environment, type ProxyServer } from '../client/proxy.ts';
import type { SocketOptions } from '../client/socket-client.ts';
import type { Caller } from '../flow/build-request.ts';
import type { Flow, Profile } from '../flow/flow.ts';
import { readFlows } from '../flow/parse-flows.ts';
import { builtInFlows } from '../generated/flows.ts';
import type { LedgerFiles } from '../ledger/files.ts';
import { type AnswerLimits, defaultAnswerLimits } from '../record/answer-limits.ts';
import type { Check } from '../verdict/check.ts';
import { checkWaivers, type Waiver } from '../verdict/waivers.ts';
import { defaultRunMs, type Limits, limitsFor } from './budget.ts';
import { checkValues } from './check-values.ts';
import { checkOwnChecks } from './own-checks.ts';
import type { RecordingSink } from './recorder.ts';

/** Options of `verify`; only `url` or `fetch` is required. */
export interface VerifyOptions {
  /** The server's base URL: `https://staging.example`. */
  readonly url?: string;
  /** Instead of a socket: answers requests in this process. */
  readonly fetch?: (request: Request) => Promise<Response>;
  readonly apiKey?: string;
  /** Headers of every request, by name, such as those of a gateway; the key has an option of its own. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The value of the Cookie header of every request that carries a good key. */
  readonly cookie?: string;
  /** `auto` asks the server. Default: `defaultEdition`, the oldest. */
  readonly edition?: Edition | 'auto';
  readonly profile?: Profile;
  /** Globs over check ids. */
  readonly only?: readonly string[];
  readonly skip?: readonly string[];
  readonly seed?: number | string;
  /** A response that is silent for this long has stalled. */
  readonly timeoutMs?: number;
  readonly budget?: Partial<Limits>;
  /** The run stops after so long, whatever it waits for, and cleans up. Default: 2, 10 or 60 minutes by profile. */
  readonly maxRunMs?: number;
  /** Flows at once. Default: 8. */
  readonly concurrency?: number;
  /** Stop at the first failure. */
  readonly bail?: boolean;
  readonly allowProduction?: boolean;
  /** An index that exists on the server. */
  readonly index?: string;
  /**
   * Number of random bodies per operation; needs the packages fast-check and @cfworker/json-schema, and profile full.
   */
  readonly fuzz?: number;
  /** Number of random sequences of operations; one that fails is shrunk to the shortest that does. Default: 0. */
  readonly stateful?: number;
  readonly waivers?: readonly Waiver[];
  /** Instead of the built-in flows; `[...builtInFlows, …]` adds. */
  readonly flows?: readonly Flow[];
  /** Which part of the flows to run, and of how many; all parts together are the whole run. */
  readonly shard?: { readonly number: number; readonly of: number };
  /** Minimum coverage in percent; a run below it is inconclusive. Default: 0. */
  readonly failUnderCoverage?: number;
  /** Do not delete the sessions of failed flows; the report says how to. */
  readonly keep?: boolean;
  /** Beside the built-in checks. */
  readonly checks?: readonly Check[];
  /** Directory of the ledger of created sessions; null keeps none on disk. */
  readonly ledgerDirectory?: string | null;
  /** How that directory is read and written. Default: the file system of this machine. */
  readonly ledgerFiles?: LedgerFiles;
  readonly tls?: SocketOptions['tls'];
  /** Speak HTTP/1.1 also to a server that offers HTTP/2 over TLS. Default: false. */
  readonly http1?: boolean;
  /** Go through the proxy that HTTP_PROXY, HTTPS_PROXY and NO_PROXY name: those of this process, or these variables. */
  readonly usesProxy?: boolean | Environment;
  /** What one answer may hold. */
  readonly answerLimits?: Partial<AnswerLimits>;
  /** Gets every exchange without its secrets, in the form that `replay` reads; each call holds whole lines. */
  readonly record?: RecordingSink;
  readonly signal?: AbortSignal;
  /**
   * Measures and waits for the run: pauses between requests, timeouts, the times of what arrives. Default: real time.
   */
  readonly timer?: Timer;
}

/** Every setting with its value, and what it means together. */
export interface Settings
  extends Required<Pick<VerifyOptions, 'profile' | 'only' | 'skip' | 'seed' | 'timeoutMs' | 'concurrency' | 'index'>> {
  readonly target: string;
  readonly caller: Caller;
  readonly edition: Edition | 'auto';
  readonly limits: Limits;
  readonly maxRunMs: number;
  readonly answerLimits: AnswerLimits;
  /** Null connects directly. */
  readonly proxy: ProxyServer | null;
  readonly flows: readonly Flow[];
  readonly checks: readonly Check[];
  readonly waivers: readonly Waiver[];
  readonly bail: boolean;
  readonly shard: { readonly number: number; readonly of: number };
  readonly failUnderCoverage: number;
  readonly keep: boolean;
  readonly fuzz: number;
  readonly stateful: number;
  readonly timer: Timer;
}

const HEADER_NAME = /^[\w!#$%&'*+.^`|~-]+$/;
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;
const ownHeaders = new Set(
  'accept connection content-length content-type cookie expect host keep-alive te trailer transfer-encoding upgrade'.split(
    ' ',
  ),
);
/** Of every region; a host name may end with the dot of the root. */
const PRODUCTION = /(^|\.)cloud(\.[a-z0-9-]+)?\.llamaindex\.ai\.*$/;
const DEFAULT_TIMEOUT_MS = 30_000;
/** Stands for the address of a server in this process. */
export const IN_PROCESS = 'http://in-process.test';

/** Checks the options and fills in the defaults. Throws ChatMockError `usage` or `production`. */
export function settle(options: VerifyOptions): Settings {
  checkValues(options);
  const { profile = 'safe', checks = [], waivers = [], stateful = 0 } = options;
  const allChecks = [...builtInChecks, ...checks];
  checkWaivers(
    waivers,
    allChecks.map(({ id }) => id),
  );
  const target = judgeTarget(options);
  const flows = options.flows === undefined ? builtInFlows : readFlows(options.flows, allChecks);
  checkOwnChecks(allChecks, flows);
  return {
    target,
    caller: toCaller(options),
    edition: options.edition ?? defaultEdition,
    profile,
    only: options.only ?? [],
    skip: options.skip ?? [],
    seed: options.seed ?? 1,
    timeoutMs: options.timeoutMs ?? DEFAULT_TIMEOUT_MS,
    limits: { ...limitsFor(profile, stateful), ...options.budget },
    maxRunMs: options.maxRunMs ?? defaultRunMs[profile],
    answerLimits: { ...defaultAnswerLimits, ...options.answerLimits },
    proxy: findProxy(options, target),
    concurrency: options.concurrency ?? 8,
    bail: options.bail ?? false,
    shard: options.shard ?? { number: 1, of: 1 },
    failUnderCoverage: options.failUnderCoverage ?? 0,
    keep: options.keep ?? false,
    fuzz: options.fuzz ?? 0,
    stateful,
    timer: options.timer ?? wallTimer,
    index: options.index ?? 'idx-abc123',
    flows,
    checks: allChecks,
    waivers,
  };
}

function judgeTarget({ url, fetch, allowProduction = false }: VerifyOptions): string {
  if (url === undefined) {
    if (fetch) return IN_PROCESS;
    throw new ChatMockError('usage', 'Failed to verify: there is no server. Give a base URL, or a fetch function.');
  }
  const { hostname, origin, pathname } = readBaseUrl(url, {
    command: 'verify',
    keyAdvice: 'Give the key with --api-key.',
  });
  if (PRODUCTION.test(hostname) && !allowProduction)
    throw new ChatMockError(
      'production',
      `Failed to verify ${hostname}: it is a production server. Add --allow-production if its sessions and cost may be touched; --dry-run shows what would be sent.`,
    );
  return origin + pathname.replace(/\/+$/, '');
}

/** Throws `usage` for a header that cannot be sent, or that the runner sends itself. */
function toCaller({ apiKey = 'chat-mock-verify', headers = {}, cookie = '' }: VerifyOptions): Caller {
  for (const [name, value] of [...Object.entries(headers), ['cookie', cookie]] as const) {
    const refuse = (reason: string) =>
      new ChatMockError('usage', `Failed to read the header "${shorten(name)}": ${reason}`);
    if (!HEADER_NAME.test(name)) throw refuse('its name has characters that no header may have.');
    if (!HEADER_VALUE.test(value)) throw refuse('its value has characters that no header may have.');
    if (name.toLowerCase() === 'authorization') throw refuse('give the key with --api-key (apiKey in a program).');
    if (name !== 'cookie' && ownHeaders.has(name.toLowerCase())) throw refuse('the runner sends this header itself.');
  }
  return { apiKey, headers: Object.entries(headers), cookie };
}

function findProxy({ url, usesProxy = false }: VerifyOptions, target: string): ProxyServer | null {
  if (url === undefined || usesProxy === false) return null;
  return chooseProxy(new URL(target), usesProxy === true ? process.env : usesProxy);
}
