import { z } from 'zod';
import { operations } from '../../api/operations.ts';
import { ChatMockError, joinProblems, LISTED_PROBLEMS, messageOf } from '../../runtime/errors.ts';
import { measureJson } from '../../runtime/json-text.ts';
import { checkDepth, MAX_DEPTH, TOO_DEEP } from '../../runtime/nesting.ts';
import { type Issue, parseValue } from '../../runtime/parse-issue.ts';
import type { CompilePattern } from '../../runtime/pattern.ts';
import { shorten } from '../../runtime/shorten.ts';
import { wallTimer } from '../../runtime/timer.ts';
import { listChecks } from '../../scenario/check-answer.ts';
import { checkPattern } from '../../scenario/check-pattern.ts';
import { checkRawSteps } from '../../scenario/check-steps.ts';
import { InlineScenario } from '../../scenario/schema.ts';
import { type CreateFill, hasTemplates } from '../../scenario/template.ts';
import { performanceEnds } from '../../scenario/wire.ts';
import { type Expected, findPatterns, type RequestMatch } from '../../world/request-match.ts';
import type { Engine } from '../engine.ts';

const operationIds = Object.keys(operations) as [string, ...string[]]; // The keys of the table.
const Operation = z.enum(['*', ...operationIds]).meta({ id: 'Operation', description: 'An operation id; `*`: any.' });
const Value = (z.json() as z.ZodType<Expected>).meta({
  id: 'Expected',
  description:
    'A value, a regex `{ regex, flags }` of a text, number or boolean, or for maps a part of what must be there.',
});

const Match = z
  .strictObject({
    operation: Operation.optional(),
    method: Value.optional(),
    path: Value.optional(),
    session_id: Value.optional(),
    status: Value.optional(),
    scenario: Value.optional(),
    headers: z.record(z.string().toLowerCase(), Value).describe('By lower-case name.').optional(),
    body: Value.describe('The body as JSON.').optional(),
  })
  .meta({ id: 'Match', description: 'Conditions for the request; all must hold.' });
const StreamMatch = z
  .strictObject({
    session_id: Value.optional(),
    scenario: Value.optional(),
    why: Value.optional(),
    state: z.enum(['running', 'paused', 'held', 'hanging', 'over']).optional(),
    hold: Value.describe('The name that it waits for.').optional(),
    end: z.enum(performanceEnds).describe('How it ended.').optional(),
  })
  .meta({ id: 'StreamMatch', description: 'Conditions for the stream; all must hold.' });
const ChaosRule = z
  .strictObject({
    operation: Operation.optional(),
    match: Match.optional(),
    probability: z.number().min(0).max(1).describe('How likely it strikes; always unless told otherwise.').optional(),
    latency_ms: z
      .union([
        z.number().min(0).max(600_000),
        z
          .tuple([z.int().min(0), z.int().min(0).max(600_000)])
          .refine(([least, most]) => least <= most, 'must begin with the smaller number'),
      ])
      .describe('Waits before the answer; of two numbers, somewhere between them.')
      .optional(),
    rate_limit: z
      .strictObject({ requests: z.int().min(1), per_ms: z.int().min(1) })
      .describe('More requests than this get a 429 with the right headers.')
      .optional(),
    answer: InlineScenario.describe('What answers instead.').optional(),
  })
  .refine(
    ({ latency_ms, rate_limit, answer }) => latency_ms !== undefined || rate_limit || answer,
    'does nothing: give it latency_ms, rate_limit or answer',
  )
  .meta({ id: 'ChaosRule', description: 'What happens to some requests.' });
const count = z.int().min(0).max(100_000);

/** What the control API takes, by endpoint. */
export const bodies = {
  reset: z.strictObject({ all: z.boolean().describe('Reset every world, not only this one.').optional() }),
  next: z.strictObject({
    scenario: z.union([z.string(), InlineScenario]).describe('Name of a scenario, or an inline scenario.'),
    operation: Operation.describe('Operation to answer. Default: `streamMessages`.').optional(),
    match: Match.optional(),
    times: z.int().min(1).max(100_000).describe('Number of requests to answer. Default: 1.').optional(),
  }),
  verify: z.strictObject({
    match: Match.optional(),
    count: z
      .union([count, z.strictObject({ at_least: count.optional(), at_most: count.optional() })])
      .describe('Required number of matches. Default: at least 1.')
      .optional(),
  }),
  wait: z.strictObject({
    match: Match.optional(),
    count: count.describe('Required number of matches. Default: 1.').optional(),
    timeout_ms: z
      .int()
      .min(0)
      .max(600_000)
      .describe('Milliseconds to wait before the answer is 408. Default: 5000.')
      .optional(),
  }),
  waitForStream: z.strictObject({
    match: StreamMatch.optional(),
    count: count.describe('Required number of matches. Default: 1.').optional(),
    timeout_ms: z
      .int()
      .min(0)
      .max(600_000)
      .describe('Milliseconds to wait before the answer is 408. Default: 5000.')
      .optional(),
  }),
  clock: z.strictObject({
    mode: z
      .enum(['fixed', 'real', 'manual'])
      .describe('`fixed` and `real` are of time in data; `manual`: streams wait until the clock is advanced.'),
    speed: z
      .union([z.number().positive(), z.literal('instant')])
      .describe('How many times as fast as real streams come; left out, as before. Means nothing to a manual clock.')
      .optional(),
  }),
  advance: z.strictObject({ ms: z.number().min(0).max(86_400_000).describe('How far the clock moves.') }),
  step: z.strictObject({
    events: z.int().min(1).max(1_000_000).describe('Number of events. Default: 1.').optional(),
  }),
  chaos: z.strictObject({ rules: z.array(ChaosRule).describe('The rules, in their order; none ends the chaos.') }),
} as const;

/** The name of a request body of the control API. */
export type BodyName = keyof typeof bodies;

const JournalQuery = z.strictObject({
  operation: Operation.optional(),
  session_id: z.string().optional(),
  status: z
    .string()
    .regex(/^[1-5]\d\d$/, 'must be a status, like 200')
    .transform(Number)
    .optional(),
});

/** Reads the filters of the journal; throws ChatMockError `bad_query` with all that is wrong. */
export function parseJournalQuery(query: URLSearchParams): RequestMatch {
  const { data, issues } = parseValue(JournalQuery, Object.fromEntries(query));
  if (data) return data;
  throw new ChatMockError(
    'bad_query',
    `Failed to read the query: ${joinProblems(issues.map(({ message }) => message))}`,
  );
}

/**
 * How many values a body of the control API may hold, maps and lists included: 2,500 steps of text, say. Checking them
 * takes less than 50 ms.
 */
const MAX_CONTROL_VALUES = 5000;

/** Reads the body of a control endpoint; throws ChatMockError `bad_body` with all that is wrong. Nothing is `{}`. */
export async function parseBody<Of extends BodyName>(
  name: Of,
  text: string,
  { fill, compilePattern }: Pick<Engine, 'fill' | 'compilePattern'>,
): Promise<z.infer<(typeof bodies)[Of]>> {
  const { values, depth } = measureJson(text);
  if (depth > MAX_DEPTH) throw badBody(`it ${TOO_DEEP}`);
  if (values > MAX_CONTROL_VALUES)
    throw badBody(`it holds more than ${MAX_CONTROL_VALUES} values. Put a long scenario into a file`);
  const value = readJson(text);
  const { data, issues } = parseBodyValue(name, value);
  if (data === undefined) throw badBody(describeIssues(issues));
  const createFill = hasTemplates(scenariosIn(value)) ? await fill() : undefined;
  const found: Issue[] = [];
  for (const check of listChecksOf(value, { createFill, compilePattern })) {
    // Other requests come in between the checks of a long scenario.
    if (values > MAX_CONTROL_VALUES / 10) await wallTimer.sleep(0);
    found.push(...check());
  }
  if (found.length > 0) throw badBody(describeIssues(found));
  return data as z.infer<(typeof bodies)[Of]>; // The name says which.
}

/** All that is wrong with what a program gives in place of a body. Templates are not tried. */
export function checkBody(
  name: BodyName,
  { value, compilePattern }: { readonly value: unknown; readonly compilePattern: CompilePattern },
): Issue[] {
  const tooDeep = checkDepth(value);
  if (tooDeep.length > 0) return tooDeep;
  const { data, issues } = parseBodyValue(name, value);
  return data === undefined ? issues : listChecksOf(value, { compilePattern }).flatMap((check) => check());
}

/** By its schema; steps without a verb are reported before any schema is asked. */
function parseBodyValue(name: BodyName, value: unknown): { readonly data: unknown; readonly issues: Issue[] } {
  const early = scenariosIn(value).flatMap(({ path, scenario }) => below(path, checkRawSteps(scenario)));
  return early.length > 0
    ? { data: undefined, issues: early }
    : parseValue<unknown>(bodies[name], value, { worded: LISTED_PROBLEMS });
}

/** What the schema cannot say of scenarios written in place, and of patterns. */
function listChecksOf(
  value: unknown,
  {
    createFill,
    compilePattern,
  }: { readonly createFill?: CreateFill | undefined; readonly compilePattern: CompilePattern },
): (() => Issue[])[] {
  const scenarioChecks = scenariosIn(value).flatMap(({ path, scenario }) =>
    listChecks(scenario as InlineScenario, createFill).map((check) => () => below(path, check())),
  );
  const checkPatterns = () =>
    matchesIn(value)
      .flatMap(({ path, match }) => findPatterns(match, path))
      .flatMap(({ path, pattern }) => checkPattern(pattern, { path, compilePattern }));
  return [...scenarioChecks, checkPatterns];
}

function readJson(text: string): unknown {
  if (text.trim() === '') return {};
  try {
    return JSON.parse(text);
  } catch (error) {
    throw badBody(`it is not JSON (${messageOf(error)})`);
  }
}

function badBody(reason: string): ChatMockError {
  return new ChatMockError('bad_body', `Failed to read the body: ${reason}`);
}

/** Scenarios that are written in place. */
function scenariosIn(value: unknown): { readonly path: readonly PropertyKey[]; readonly scenario: object }[] {
  return objectsIn(value, { own: 'scenario', ofRules: 'answer' }).map(({ path, found }) => ({ path, scenario: found }));
}

function matchesIn(value: unknown): { readonly path: readonly PropertyKey[]; readonly match: object }[] {
  return objectsIn(value, { own: 'match', ofRules: 'match' }).map(({ path, found }) => ({ path, match: found }));
}

/** The objects that a body holds by this name, and its rules by that one. */
function objectsIn(
  value: unknown,
  { own, ofRules }: { readonly own: string; readonly ofRules: string },
): { readonly path: readonly PropertyKey[]; readonly found: object }[] {
  const rules = memberOf(value, 'rules');
  const inRules = Array.isArray(rules)
    ? rules.map((rule, index) => ({ path: ['rules', index, ofRules], found: memberOf(rule, ofRules) }))
    : [];
  return [{ path: [own], found: memberOf(value, own) }, ...inRules].flatMap(({ path, found }) =>
    typeof found === 'object' && found !== null ? [{ path, found }] : [],
  );
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? Reflect.get(value, name)
    : undefined;
}

function below(path: readonly PropertyKey[], issues: readonly Issue[]): Issue[] {
  return issues.map((issue) => ({ ...issue, path: [...path, ...issue.path] }));
}

/** Issues in one sentence, each with its place; of many the first. */
export function describeIssues(issues: readonly Issue[]): string {
  return joinProblems(issues.map((issue) => `${placeOf(issue)}: ${issue.message}`));
}

/** The place of an issue, as `$.scenario.steps[0]`. */
function placeOf({ path, key }: Issue): string {
  const steps = key === undefined ? path : [...path, key];
  return steps.reduce<string>(
    (text, step) => text + (typeof step === 'number' ? `[${step}]` : `.${shorten(String(step))}`),
    '$',
  );
}
