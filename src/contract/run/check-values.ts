import { editions } from '../../api/editions.ts';
import { ChatMockError } from '../../runtime/errors.ts';
import { didYouMean } from '../../runtime/suggest.ts';
import { profiles } from '../flow/flow.ts';
import type { VerifyOptions } from './options.ts';

/** Every option; one that is missing here does not compile. */
const names: Readonly<Record<keyof VerifyOptions, true>> = {
  ...{
    url: true,
    fetch: true,
    apiKey: true,
    headers: true,
    cookie: true,
    shard: true,
    keep: true,
    failUnderCoverage: true,
    edition: true,
    profile: true,
    only: true,
    skip: true,
    seed: true,
  },
  ...{ timeoutMs: true, budget: true, maxRunMs: true, concurrency: true, bail: true, allowProduction: true },
  ...{
    index: true,
    fuzz: true,
    stateful: true,
    waivers: true,
    flows: true,
    checks: true,
    ledgerDirectory: true,
    ledgerFiles: true,
  },
  ...{ tls: true, http1: true, usesProxy: true, answerLimits: true, record: true, signal: true, timer: true },
};

/**
 * Throws `usage` for an option that does not exist or cannot have its value. A program without types could misspell
 * one, or ask for no flows at once, and would get a run that does less than it asked for.
 */
export function checkValues(options: VerifyOptions): void {
  const known = Object.keys(names);
  for (const name of Object.keys(options))
    if (!known.includes(name))
      throw usage(name, `there is no such option${didYouMean(name, known) || '.'} Options are: ${known.join(', ')}.`);
  checkWord('edition', options.edition, [...editions, 'auto']);
  checkWord('profile', options.profile, profiles);
  checkWhole('timeoutMs', options.timeoutMs, 1);
  checkWhole('maxRunMs', options.maxRunMs, 1);
  checkWhole('concurrency', options.concurrency, 1);
  checkWhole('fuzz', options.fuzz, 0);
  checkWhole('stateful', options.stateful, 0);
  checkWhole('failUnderCoverage', options.failUnderCoverage, 0);
  checkWhole('shard.number', options.shard?.number, 1);
  checkWhole('shard.of', options.shard?.of, options.shard?.number ?? 1);
  checkWhole('budget.requests', options.budget?.requests, 1);
  checkWhole('budget.turns', options.budget?.turns, 0);
  checkWhole('budget.keptBytes', options.budget?.keptBytes, 1);
  checkWhole('budget.fruitlessMs', options.budget?.fruitlessMs, 0);
  for (const [name, value] of Object.entries(options.answerLimits ?? {})) checkWhole(`answerLimits.${name}`, value, 1);
  if (options.url !== undefined && options.fetch)
    throw usage('fetch', 'there is a url, too, and only one of them can be asked. Leave out one.');
}

function checkWord(name: string, value: string | undefined, words: readonly string[]): void {
  if (value === undefined || words.includes(value)) return;
  throw usage(name, `it is ${JSON.stringify(value)}. Give one of: ${words.join(', ')}.`);
}

function checkWhole(name: string, value: number | undefined, least: number): void {
  if (value === undefined || (Number.isInteger(value) && value >= least)) return;
  throw usage(name, `it is ${value}. Give a whole number of at least ${least}.`);
}

function usage(name: string, reasonAndAdvice: string): ChatMockError {
  return new ChatMockError('usage', `Failed to read the option ${name}: ${reasonAndAdvice}`);
}
