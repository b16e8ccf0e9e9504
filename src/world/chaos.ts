import type { Random } from '../runtime/random.ts';
import type { InlineScenario } from '../scenario/schema.ts';
import { RateWindow } from './rate-window.ts';
import { mismatches, type RequestFacts, type RequestMatch } from './request-match.ts';

/** A fault for a random part of the requests; the seed decides which. */
export interface ChaosRule {
  /** `*` (the default): any. */
  readonly operation?: string | undefined;
  readonly match?: RequestMatch | undefined;
  /** 0 to 1; default 1. */
  readonly probability?: number | undefined;
  /** Milliseconds to wait before the answer: a number, or a range. */
  readonly latency_ms?: number | readonly [number, number] | undefined;
  /**
   * Refuses requests beyond the rate with 429 and `retry-after`, by their number or by the tokens that turns have used;
   * every answer says in `x-ratelimit-*` what is left.
   */
  readonly rate_limit?:
    | { readonly requests?: number | undefined; readonly tokens?: number | undefined; readonly per_ms: number }
    | undefined;
  /** The answer that replaces the operation's. */
  readonly answer?: InlineScenario | undefined;
}

/** A rule, how many requests it has seen and how often it has fired. */
export interface CountedRule {
  readonly rule: ChaosRule;
  seen: number;
  fired: number;
}

/** The effect of the rules on one request. */
export interface Strike {
  readonly delayMs: number;
  readonly answer: InlineScenario | null;
  /** Number of the rule that answers, from 1. */
  readonly ruleNumber: number | null;
  /** What rate limits add to any answer. */
  readonly headers: Readonly<Record<string, string>> | null;
  /** Counts the tokens that the turn of this request has used; null if no rate limit does. */
  readonly spend: ((tokens: number, nowMs: number) => void) | null;
}

/** The windows of a rate limit, by what they count. */
interface RateWindows {
  readonly requests?: RateWindow;
  readonly tokens?: RateWindow;
}

/** The chaos rules of one world, with how often each was asked and struck. */
export class Chaos {
  #rules: readonly (CountedRule & { readonly windows: RateWindows })[] = [];
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  get rules(): readonly CountedRule[] {
    return this.#rules;
  }

  /** Replaces all rules; counts begin anew. */
  set(rules: readonly ChaosRule[]): void {
    this.#rules = rules.map((rule) => ({ rule, seen: 0, fired: 0, windows: openWindows(rule.rate_limit) }));
  }

  /** Every delay counts; the first rule that answers is the last that is asked. `nowMs`: the time of clients. */
  strike(facts: RequestFacts, nowMs: number): Strike {
    let delayMs = 0;
    let headers: Strike['headers'] = null;
    const spent: RateWindow[] = [];
    const spend = (tokens: number, atMs: number) => {
      for (const window of spent) window.add(tokens, atMs);
    };
    const strike = (answer: InlineScenario | null, ruleNumber: number | null): Strike => ({
      ...{ delayMs, answer, ruleNumber, headers },
      spend: spent.length > 0 ? spend : null,
    });
    for (const [index, counted] of this.#rules.entries()) {
      const { rule, windows } = counted;
      const { operation = '*', match = {}, probability = 1, latency_ms, rate_limit } = rule;
      if (operation !== '*' && operation !== facts.operation) continue;
      if (mismatches(match, facts).length > 0) continue;
      counted.seen += 1;
      const random = this.#random.fork('chaos', index, counted.seen);
      if (!random.chance(probability)) continue;
      const refusal = rate_limit ? limit(windows, nowMs) : null;
      if (rate_limit) headers = { ...(headers ?? {}), ...rateHeaders(windows, nowMs) };
      if (windows.tokens && !refusal) spent.push(windows.tokens);
      if (rate_limit && !refusal) continue;
      counted.fired += 1;
      if (latency_ms !== undefined) delayMs += draw(latency_ms, random);
      const answer = refusal ?? rule.answer;
      if (answer) return strike(answer, index + 1);
    }
    return strike(null, null);
  }
}

function draw(latencyMs: NonNullable<ChaosRule['latency_ms']>, random: Random): number {
  return typeof latencyMs === 'number' ? latencyMs : random.integer(...latencyMs);
}

function openWindows(limit: ChaosRule['rate_limit']): RateWindows {
  if (!limit) return {};
  const { requests, tokens, per_ms: perMs } = limit;
  return {
    ...(requests !== undefined && { requests: new RateWindow({ limit: requests, perMs }) }),
    ...(tokens !== undefined && { tokens: new RateWindow({ limit: tokens, perMs }) }),
  };
}

/** Returns null if the request is granted. Only granted requests count within the window. */
function limit({ requests, tokens }: RateWindows, nowMs: number): InlineScenario | null {
  const longestMs = Math.max(requests?.waitMs(nowMs) ?? 0, tokens?.waitMs(nowMs) ?? 0);
  if (longestMs === 0) {
    requests?.add(1, nowMs);
    return null;
  }
  const waitMs = Math.max(1, Math.ceil(longestMs));
  return {
    status: 429,
    headers: { 'retry-after': String(Math.ceil(waitMs / 1000)), 'retry-after-ms': String(waitMs) },
    body: { detail: 'Rate limit exceeded' },
  };
}

/** What is left, in the headers that clients of language models know; the time until all of it is, in seconds: `1.5s`. */
function rateHeaders(windows: RateWindows, nowMs: number): Record<string, string> {
  const headers = Object.entries(windows).flatMap(([of, window]: [string, RateWindow]) => [
    [`x-ratelimit-limit-${of}`, String(window.limit)],
    [`x-ratelimit-remaining-${of}`, String(window.remaining(nowMs))],
    [`x-ratelimit-reset-${of}`, `${Math.ceil(window.resetMs(nowMs)) / 1000}s`],
  ]);
  return Object.fromEntries(headers);
}
