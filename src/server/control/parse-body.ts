import type { z } from 'zod';
import { ChatMockError, joinProblems, LISTED_PROBLEMS, messageOf } from '../../runtime/errors.ts';
import { measureJson } from '../../runtime/json-text.ts';
import { checkDepth, MAX_DEPTH, TOO_DEEP } from '../../runtime/nesting.ts';
import { type Issue, parseValue } from '../../runtime/parse-issue.ts';
import type { CompilePattern } from '../../runtime/pattern.ts';
import { createPauses } from '../../runtime/pauses.ts';
import { shorten } from '../../runtime/shorten.ts';
import { listChecks } from '../../scenario/check-answer.ts';
import { checkPattern } from '../../scenario/check-pattern.ts';
import { checkRawSteps } from '../../scenario/check-steps.ts';
import { type InlineScenario, Step } from '../../scenario/schema.ts';
import { type CreateFill, hasTemplates } from '../../scenario/template.ts';
import { findPatterns } from '../../world/request-match.ts';
import type { Engine } from '../engine.ts';
import { type BodyName, bodies, ChaosRule } from './bodies.ts';

/** How many values a body of the control API may hold, maps and lists included: 2,500 steps of text, say. */
export const MAX_CONTROL_VALUES = 5000;

/** How many patterns a body may hold: each takes up to a millisecond to compile, and again to match a long text. */
export const MAX_BODY_PATTERNS = 50;

/** As many as a scenario without templates has; more take long in all, if each is of a pattern. */
const FEW_CHECKS = 5;

type ParsedBody<Of extends BodyName> = z.infer<(typeof bodies)[Of]>;
type Pause = () => Promise<void>;

/**
 * Reads the body of a control endpoint; throws ChatMockError `bad_body` with all that is wrong. Nothing is `{}`. A long
 * body is read in parts, between which other requests come in.
 */
export async function parseBody<Of extends BodyName>(
  name: Of,
  text: string,
  { fill, compilePattern }: Pick<Engine, 'fill' | 'compilePattern'>,
): Promise<ParsedBody<Of>> {
  const { values, depth } = measureJson(text);
  if (depth > MAX_DEPTH) throw badBody(`it ${TOO_DEEP}`);
  if (values > MAX_CONTROL_VALUES)
    throw badBody(`it holds more than ${MAX_CONTROL_VALUES} values. Put a long scenario into a file`);
  const value = readJson(text);
  const isLong = values > MAX_CONTROL_VALUES / 10;
  const { data, issues } = isLong ? await parseInParts(name, value, createPauses()) : parseBodyValue(name, value);
  if (data === undefined) throw badBody(describeIssues(issues));
  const createFill = hasTemplates(scenariosIn(value)) ? await fill() : undefined;
  const found: Issue[] = [];
  const checks = listChecksOf(value, { createFill, compilePattern });
  const pause = isLong || checks.length > FEW_CHECKS ? createPauses() : async () => {};
  for (const check of checks) {
    await pause();
    found.push(...check());
  }
  if (found.length > 0) throw badBody(describeIssues(found));
  return data as ParsedBody<Of>; // The name says which.
}

/** Returns every issue of a value that a program passes in place of a body. Does not try templates. */
export function checkBody(
  name: BodyName,
  { value, compilePattern }: { readonly value: unknown; readonly compilePattern: CompilePattern },
): readonly Issue[] {
  const tooDeep = checkDepth(value);
  if (tooDeep.length > 0) return tooDeep;
  const { data, issues } = parseBodyValue(name, value);
  return data === undefined ? issues : listChecksOf(value, { compilePattern }).flatMap((check) => check());
}

interface Parsed {
  readonly data: unknown;
  readonly issues: readonly Issue[];
}

/** By its schema; steps without a verb are reported before any schema is asked. */
function parseBodyValue(name: BodyName, value: unknown): Parsed {
  const early = findVerbless(value);
  return early.length > 0
    ? { data: undefined, issues: early }
    : parseValue<unknown>(bodies[name], value, { worded: LISTED_PROBLEMS });
}

/** The same for a long body: steps and rules one by one. */
async function parseInParts(name: BodyName, value: unknown, pause: Pause): Promise<Parsed> {
  const early = findVerbless(value);
  if (early.length > 0) return { data: undefined, issues: early };
  const rules = name === 'chaos' && memberOf(value, 'rules');
  if (!Array.isArray(rules))
    return parseHolder(bodies[name], value, { key: 'scenario', pause, worded: LISTED_PROBLEMS });
  const whole = parseValue<unknown>(bodies[name], { ...(value as object), rules: [] }, { worded: LISTED_PROBLEMS });
  const { items, issues } = await parseItems(rules, (rule, worded) =>
    parseHolder(ChaosRule, rule, { key: 'answer', pause, worded }),
  );
  const all = [...whole.issues, ...issues.map((issue) => ({ ...issue, path: ['rules', ...issue.path] }))];
  return all.length > 0
    ? { data: undefined, issues: all }
    : { data: { ...(whole.data as object), rules: items }, issues };
}

/** A map with a scenario below `key`: its steps one by one, but for the first, which stays for the schema of the list. */
async function parseHolder(
  schema: z.ZodType,
  holder: unknown,
  { key, pause, worded }: { readonly key: string; readonly pause: Pause; readonly worded: number },
): Promise<Parsed> {
  const scenario = memberOf(holder, key);
  const steps = memberOf(scenario, 'steps');
  await pause();
  if (!Array.isArray(steps)) return parseValue<unknown>(schema, holder, { worded });
  const [first, ...others] = steps as readonly unknown[];
  const head = { ...(holder as object), [key]: { ...(scenario as object), steps: first === undefined ? [] : [first] } };
  const { data, issues } = parseValue<unknown>(schema, head, { worded });
  const tail = await parseItems(others, async (step, left) => {
    await pause();
    return parseValue<unknown>(Step, step, { worded: Math.min(worded, left) });
  });
  const inTail = tail.issues.map(({ path: [index = 0, ...rest], ...issue }) => ({
    ...issue,
    path: [key, 'steps', Number(index) + 1, ...rest],
  }));
  const all = [...issues, ...inTail];
  if (all.length > 0) return { data: undefined, issues: all };
  const parsed = memberOf(data, key) as InlineScenario; // The schema has accepted it with its first step.
  return {
    data: { ...(data as object), [key]: { ...parsed, steps: [...(parsed.steps ?? []), ...tail.items] } },
    issues,
  };
}

/** Each item by itself; the paths of issues begin with its number. */
async function parseItems(
  items: readonly unknown[],
  parse: (item: unknown, worded: number) => Promise<Parsed>,
): Promise<{ readonly items: readonly unknown[]; readonly issues: readonly Issue[] }> {
  const parsed: unknown[] = [];
  const issues: Issue[] = [];
  for (const [index, item] of items.entries()) {
    const one = await parse(item, Math.max(0, LISTED_PROBLEMS - issues.length));
    parsed.push(one.data);
    for (const issue of one.issues) issues.push({ ...issue, path: [index, ...issue.path] });
  }
  return { items: parsed, issues };
}

function findVerbless(value: unknown): Issue[] {
  return scenariosIn(value).flatMap(({ path, scenario }) => below(path, checkRawSteps(scenario)));
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
  const patterns = matchesIn(value).flatMap(({ path, match }) => findPatterns(match, path));
  const tooMany = patterns[MAX_BODY_PATTERNS];
  if (tooMany) {
    const message = `is one regex too many; a body may hold ${MAX_BODY_PATTERNS}`;
    return [...scenarioChecks, () => [{ path: tooMany.path, message }]];
  }
  const patternChecks = patterns.map(
    ({ path, pattern }) =>
      () =>
        checkPattern(pattern, { path, compilePattern }),
  );
  return [...scenarioChecks, ...patternChecks];
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
  const sequence = memberOf(value, 'sequence');
  const given = [
    { path: ['within', 'after'], found: memberOf(memberOf(value, 'within'), 'after') },
    ...(Array.isArray(sequence) ? sequence.map((found, index) => ({ path: ['sequence', index], found })) : []),
  ];
  return [...objectsIn(value, { own: 'match', ofRules: 'match' }), ...given].flatMap(({ path, found }) =>
    typeof found === 'object' && found !== null ? [{ path, match: found }] : [],
  );
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
