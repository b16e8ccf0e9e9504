import { existsIn } from '../../api/editions.ts';
import { stackOf } from '../../runtime/errors.ts';
import type { Flow } from '../flow/flow.ts';
import { type Exchange, isBreakdown, isLoadRefusal } from '../record/exchange.ts';
import type { Check, CheckContext, Finding, Unclear, Unseen } from './check.ts';

/** Why a flow ended before its last step. */
export interface Stop {
  readonly cause: 'unexpected' | 'network' | 'load' | 'server_error' | 'budget' | 'interrupted';
  readonly exchange: number | null;
  readonly why: string;
}

/** A flow with all its exchanges, and why it ended early if it did. */
export interface FlowRecord {
  readonly flow: Flow;
  readonly exchanges: readonly Exchange[];
  readonly stop: Stop | null;
}

/** The outcome of one check in one flow. */
export type Verdict = 'passed' | 'failed' | 'skipped' | 'blocked' | 'inconclusive' | 'flaky' | 'bug';

/** What came of one check in one flow. */
export interface Result {
  readonly check: string;
  readonly flow: string;
  readonly verdict: Verdict;
  /** Where it says what was skipped, blocked by which failure, or why nothing can be said. */
  readonly why: string | null;
  readonly findings: readonly Finding[];
}

/** Which checks to run, and what they may know. */
export interface JudgeOptions {
  /** Those the flow declares, prerequisites before what depends on them. */
  readonly checks: readonly Check[];
  readonly context: Omit<CheckContext, 'recorded' | 'spoiltFrames' | 'endedEarly'>;
}

/** Judges a recorded flow by every check it declares: a check that could not run says so and is never absent. */
export function judge(record: FlowRecord, { checks, context }: JudgeOptions): Result[] {
  const state: State = {
    record,
    context,
    failed: new Map(),
    results: [],
    checks: new Map(checks.map((one) => [one.id, one])),
  };
  for (const check of checks)
    state.results.push({ check: check.id, flow: record.flow.flow, ...judgeOne(check, state) });
  return state.results;
}

/** The faulty frames of an exchange, or `whole`. */
type Places = Set<number> | 'whole';

interface State {
  readonly record: FlowRecord;
  readonly context: JudgeOptions['context'];
  /** By check: the exchanges in which it has findings, or on which it was blocked, and the frames if it is not all. */
  readonly failed: Map<string, Map<number, Places>>;
  readonly results: Result[];
  readonly checks: ReadonlyMap<string, Check>;
}

type Judged = Omit<Result, 'check' | 'flow'>;

function judgeOne(check: Check, state: State): Judged {
  const { record, context, failed } = state;
  if (!existsIn(check, context.edition)) return toJudged('skipped', `not in edition ${context.edition}`);
  const applying = record.exchanges.filter((exchange) => appliesTo(check, exchange));
  const seen = applying.filter(isJudgeable);
  const before = prerequisitesOf(check, state);
  const spoilt = new Map<number, string>();
  for (const { number } of seen) {
    const by = before.find((id) => {
      const places = failed.get(id)?.get(number);
      return places === 'whole' || (places !== undefined && !check.isByFrame);
    });
    if (by !== undefined) spoilt.set(number, by);
  }
  const spoiltFrames = ({ number }: Exchange) =>
    new Set(before.flatMap((id) => [...framesIn(failed.get(id)?.get(number))]));
  const inFrames = before.find((id) => seen.some(({ number }) => framesIn(failed.get(id)?.get(number)).size > 0));
  const good = seen.filter(({ number }) => !spoilt.has(number));
  const missing = (check.requiredRoles ?? []).find((role) => !good.some((exchange) => exchange.role === role));
  // A comparison of several exchanges means nothing when one of them is not as it should be.
  if (good.length === 0 || missing !== undefined || (check.requiredRoles && spoilt.size > 0)) {
    const verdict = explainAbsence({ check, applying, spoilt, missing }, state);
    if (verdict.verdict === 'blocked') spoil(failed, check.id, seen);
    return verdict;
  }
  const outcome = attempt(check, good, {
    ...context,
    recorded: record.exchanges,
    spoiltFrames,
    endedEarly: record.stop?.why ?? null,
  });
  if ('bug' in outcome) return toJudged('bug', outcome.bug);
  if ('unseen' in outcome) {
    if (inFrames === undefined) return toJudged('skipped', outcome.unseen);
    spoil(failed, check.id, seen);
    return toJudged('blocked', `by ${inFrames}`);
  }
  if ('unclear' in outcome) return toJudged('inconclusive', outcome.unclear);
  if (outcome.findings.length > 0) {
    spoilPlaces(failed, { check, good, findings: outcome.findings });
    const isFailure = check.level === 'must' && check.evidence !== 'assumed';
    return { verdict: isFailure ? 'failed' : 'passed', why: null, findings: outcome.findings };
  }
  const [blocker] = spoilt.values();
  if (blocker === undefined) return toJudged('passed', null);
  spoil(
    failed,
    check.id,
    seen.filter(({ number }) => spoilt.has(number)),
  );
  return toJudged('blocked', `by ${blocker}`);
}

/** Whether a check applies; one whose own code fails here is run, and fails there where it is reported. */
export function appliesTo(check: Check, exchange: Exchange): boolean {
  try {
    return check.appliesTo(exchange);
  } catch {
    return true;
  }
}

/** Those a check names, and all that they name. */
function prerequisitesOf({ requires = [] }: Check, state: State): string[] {
  return requires.flatMap((id) => {
    const check = state.checks.get(id);
    return [id, ...(check ? prerequisitesOf(check, state) : [])];
  });
}

/** Whether an exchange shows the server at all: not a lost connection, a refusal for load, or a single breakdown. */
function isJudgeable({ response, isBroken }: Exchange): boolean {
  if (!response || isLoadRefusal(response.status)) return false;
  return isBroken || !isBreakdown(response.status);
}

interface Absence {
  readonly check: Check;
  readonly applying: readonly Exchange[];
  readonly spoilt: ReadonlyMap<number, string>;
  readonly missing: string | undefined;
}

function explainAbsence({ check, applying, spoilt, missing }: Absence, state: State): Judged {
  const { record, results, failed } = state;
  const [blocker] = spoilt.values();
  if (blocker !== undefined) return toJudged('blocked', `by ${blocker}`);
  const { stop } = record;
  if (stop?.cause === 'unexpected') {
    const by = results.find(
      ({ verdict, findings }) => verdict === 'failed' && findings.some(({ exchange }) => exchange === stop.exchange),
    );
    return by ? toJudged('blocked', `by ${by.check}`) : toJudged('inconclusive', stop.why);
  }
  if (stop) return toJudged('inconclusive', stop.why);
  const unheard = applying.find((exchange) => !isJudgeable(exchange));
  if (unheard) return toJudged('inconclusive', sayUnheard(unheard));
  // Such as streams with another status: to the check they are none.
  const cause = applying.length === 0 && prerequisitesOf(check, state).find((id) => failed.has(id));
  if (cause) return toJudged('blocked', `by ${cause}`);
  const what = missing === undefined ? 'nothing' : `no ${missing}`;
  return toJudged('inconclusive', `the flow recorded ${what} for ${check.id} to look at`);
}

/** Explains why an exchange cannot be judged. */
export function sayUnheard({ number, response, ending, reason }: Exchange): string {
  if (response) return `exchange ${number} was answered with status ${response.status}`;
  return `exchange ${number} got no answer: ${reason ?? ending}`;
}

function attempt(
  check: Check,
  exchanges: readonly Exchange[],
  context: CheckContext,
): { readonly findings: readonly Finding[] } | Unseen | Unclear | { readonly bug: string } {
  try {
    const outcome = check.run(
      exchanges.filter((exchange) => check.appliesTo(exchange)),
      context,
    );
    return 'unseen' in outcome || 'unclear' in outcome ? outcome : { findings: outcome };
  } catch (error) {
    return { bug: stackOf(error) };
  }
}

function framesIn(places: Places | undefined): ReadonlySet<number> {
  return places === undefined || places === 'whole' ? new Set() : places;
}

function spoil(failed: State['failed'], id: string, exchanges: readonly Exchange[]): void {
  const places = failed.get(id) ?? new Map<number, Places>();
  for (const { number } of exchanges) places.set(number, 'whole');
  failed.set(id, places);
}

interface Fault {
  readonly check: Check;
  readonly good: readonly Exchange[];
  readonly findings: readonly Finding[];
}

/** A finding with a frame marks that frame, another finding its exchange; a check that compares exchanges marks them all. */
function spoilPlaces(failed: State['failed'], { check, good, findings }: Fault): void {
  if (check.requiredRoles) {
    spoil(failed, check.id, good);
    return;
  }
  const places = failed.get(check.id) ?? new Map<number, Places>();
  for (const { exchange, frame, spoilsAll } of findings) {
    const known = places.get(exchange);
    if (known === 'whole') continue;
    if (frame === undefined || spoilsAll) places.set(exchange, 'whole');
    else if (known)
      known.add(frame); // A stream can have a finding in each of 100,000 frames.
    else places.set(exchange, new Set([frame]));
  }
  failed.set(check.id, places);
}

function toJudged(verdict: Verdict, why: string | null): Judged {
  return { verdict, why, findings: [] };
}
