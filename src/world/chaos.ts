import type { Random } from '../runtime/random.ts';
import type { InlineScenario } from '../scenario/schema.ts';
import { mismatches, type RequestFacts, type RequestMatch } from './request-match.ts';

/** What happens to some requests, by chance that depends on the seed alone. */
export interface ChaosRule {
  /** `*` (the default): any. */
  readonly operation?: string | undefined;
  readonly match?: RequestMatch | undefined;
  /** 0 to 1; default 1. */
  readonly probability?: number | undefined;
  /** Waits so long before the answer: a number, or a range. */
  readonly latency_ms?: number | readonly [number, number] | undefined;
  /** Refuses requests beyond the rate with 429 and `retry-after`. */
  readonly rate_limit?: { readonly requests: number; readonly per_ms: number } | undefined;
  /** The answer that replaces the operation's. */
  readonly answer?: InlineScenario | undefined;
}

/** A rule with how often it was asked and how often it struck. */
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
}

/** The chaos rules of one world, with how often each was asked and struck. */
export class Chaos {
  #rules: readonly (CountedRule & { readonly grantedAtMs: number[] })[] = [];
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  get rules(): readonly CountedRule[] {
    return this.#rules;
  }

  /** Replaces all rules; counts begin anew. */
  set(rules: readonly ChaosRule[]): void {
    this.#rules = rules.map((rule) => ({ rule, seen: 0, fired: 0, grantedAtMs: [] }));
  }

  /** Every delay counts; the first rule that answers is the last that is asked. `nowMs`: the time of clients. */
  strike(facts: RequestFacts, nowMs: number): Strike {
    let delayMs = 0;
    for (const [index, counted] of this.#rules.entries()) {
      const { rule, grantedAtMs } = counted;
      const { operation = '*', match = {}, probability = 1, latency_ms, rate_limit } = rule;
      if (operation !== '*' && operation !== facts.operation) continue;
      if (mismatches(match, facts).length > 0) continue;
      counted.seen += 1;
      const random = this.#random.fork('chaos', index, counted.seen);
      if (!random.chance(probability)) continue;
      const refusal = rate_limit ? limit(rate_limit, grantedAtMs, nowMs) : null;
      if (rate_limit && !refusal) continue;
      counted.fired += 1;
      if (latency_ms !== undefined) delayMs += draw(latency_ms, random);
      const answer = refusal ?? rule.answer;
      if (answer) return { delayMs, answer, ruleNumber: index + 1 };
    }
    return { delayMs, answer: null, ruleNumber: null };
  }
}

function draw(latencyMs: NonNullable<ChaosRule['latency_ms']>, random: Random): number {
  return typeof latencyMs === 'number' ? latencyMs : random.integer(...latencyMs);
}

/** Returns null if the request is granted. Only granted requests count within the window. */
function limit(
  { requests, per_ms }: NonNullable<ChaosRule['rate_limit']>,
  grantedAtMs: number[],
  nowMs: number,
): InlineScenario | null {
  while (grantedAtMs[0] !== undefined && grantedAtMs[0] <= nowMs - per_ms) grantedAtMs.shift();
  const [oldest] = grantedAtMs;
  if (oldest === undefined || grantedAtMs.length < requests) {
    grantedAtMs.push(nowMs);
    return null;
  }
  const waitMs = Math.max(1, Math.ceil(oldest + per_ms - nowMs));
  return {
    status: 429,
    headers: { 'retry-after': String(Math.ceil(waitMs / 1000)), 'retry-after-ms': String(waitMs) },
    body: { detail: 'Rate limit exceeded' },
  };
}
