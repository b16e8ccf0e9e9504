import { Event } from '../api/events.ts';
import type { TurnRule } from '../api/turn-rules.ts';
import { type Issue, parseValue } from '../runtime/parse-issue.ts';
import { shorten } from '../runtime/shorten.ts';
import { didYouMean, suggest } from '../runtime/suggest.ts';
import { unescapeBraces } from './braces.ts';
import { playDry } from './dry-turn.ts';
import { checkTurn } from './grammar.ts';
import { steps as kinds, type Step } from './schema.ts';
import { countEvents } from './steps-to-events.ts';
import { hasTemplates } from './template.ts';

/** How each step is written at its shortest. */
const examples = {
  think: 'think: Let me see.',
  text: 'text: Hello.',
  tool: 'tool: retrieve',
  together: 'together: [{ tool: retrieve }]',
  wait_ms: 'wait_ms: 500',
  hold: 'hold: look',
  event: 'event: { type: text, content: Hello. }',
  raw: 'raw: "data: {}\\n\\n"',
  huge: 'huge: 1000',
  stop: 'stop: {}',
  fail: 'fail: The service is busy.',
} satisfies Record<keyof typeof kinds, string>;

const verbs = Object.keys(kinds) as (keyof typeof kinds)[];

/** Finds steps without a verb, or with two, before the schema is applied. */
export function checkRawSteps(value: unknown): Issue[] {
  return [...findSteps(value, [])].flatMap(({ path, step, number }) =>
    checkStep(step, number).map((message) => ({ path, message })),
  );
}

interface Place {
  readonly path: readonly PropertyKey[];
  readonly step: unknown;
  readonly number: number;
}

function* findSteps(value: unknown, path: readonly PropertyKey[]): Generator<Place> {
  if (typeof value !== 'object' || value === null) return;
  for (const [name, inner] of Object.entries(value)) {
    if (name === 'steps' && Array.isArray(inner)) {
      for (const [index, step] of inner.entries()) yield { path: [...path, name, index], step, number: index + 1 };
    } else if (name === 'turns' && Array.isArray(inner)) {
      for (const [index, turn] of inner.entries()) yield* findSteps(turn, [...path, name, index]);
    }
  }
}

function checkStep(step: unknown, number: number): string[] {
  if (typeof step === 'string') {
    const verb = verbs.find((known) => known === step);
    const advice = verb ? `; write ${examples[verb]}` : didYouMean(step, verbs) || '.';
    return [
      `step ${number} is only the word "${shorten(step)}"${advice}${verb ? '' : ` Steps are: ${verbs.join(', ')}.`}`,
    ];
  }
  if (typeof step !== 'object' || step === null || Array.isArray(step))
    return [`step ${number} must be a map with one of: ${verbs.join(', ')}`];
  const keys = Object.keys(step);
  const named = keys.flatMap((key) => verbs.filter((verb) => verb === key));
  const [verb] = named;
  if (named.length > 1) return [`step ${number} is both "${named.join('" and "')}"; make it two steps`];
  if (verb && Object.entries(step).some(([key, value]) => key === verb && value === null))
    return [`step ${number} says nothing after "${verb}"; write ${examples[verb]}`];
  if (verb) return [];
  // The key that was probably meant as the verb: the one closest to a verb.
  const meant = keys.find((key) => suggest(key, verbs) !== null) ?? keys[0] ?? '';
  return [`step ${number} is "${shorten(meant)}"${didYouMean(meant, verbs) || '.'} Steps are: ${verbs.join(', ')}.`];
}

/**
 * Checks that the steps keep the rules of a turn, except those named by `violates`.
 */
export function checkSteps(
  steps: readonly Step[],
  { path, violates }: { readonly path: readonly PropertyKey[]; readonly violates?: readonly TurnRule[] },
): Issue[] {
  const misused = steps.flatMap((step, index) => checkDeltas(step, [...path, index]));
  const broken = findBroken(steps, violates);
  const meant = new Set<TurnRule>(violates);
  const unmeant = broken.filter(({ rule }) => !meant.has(rule));
  const idle = (violates ?? []).flatMap((rule, index) =>
    broken.some((one) => one.rule === rule) ? [] : [{ path: [...path.slice(0, -1), 'violates', index], rule }],
  );
  return [
    ...misused,
    // Deltas of an invalid event say nothing about their sum.
    ...(misused.length > 0 ? [] : unmeant).map(({ rule, at, message }) => ({
      path: [...path, ...at],
      message: violates ? `${message.replace(/\.$/, '')}. If that is meant, add violates: [${rule}].` : message,
    })),
    ...idle.map(({ path, rule }) => ({ path, message: `the turn does not break ${rule}; remove it, or break it` })),
  ];
}

/** The rules of a turn that the steps break. */
export function brokenRules(steps: readonly Step[]): TurnRule[] {
  return [...new Set(findBroken(steps, ['stream.event-schema']).map(({ rule }) => rule))];
}

/** An invalid event says nothing about the order of events, unless it is invalid on purpose. */
function findBroken(steps: readonly Step[], violates: readonly TurnRule[] = []): Broken[] {
  const invalid = checkEvents(steps);
  return invalid.length > 0 && !violates.includes('stream.event-schema') ? invalid : [...invalid, ...checkOrder(steps)];
}

function checkDeltas(step: Step, path: readonly PropertyKey[]): Issue[] {
  if (!('think' in step || 'text' in step) || step.deltas === undefined) return [];
  if (!hasTemplates('think' in step ? step.think : step.text)) return [];
  return [{ path, key: 'deltas', message: 'deltas cannot be given for a text with {{…}} templates' }];
}

interface Broken {
  readonly rule: TurnRule;
  /** The path below `steps`. */
  readonly at: readonly PropertyKey[];
  readonly message: string;
}

function checkEvents(steps: readonly Step[]): Broken[] {
  return steps.flatMap((step, index) => {
    if (!('event' in step)) return [];
    return parseValue(Event, step.event).issues.map(({ path, message }) => ({
      rule: 'stream.event-schema' as const,
      at: [index, 'event', ...path],
      message,
    }));
  });
}

function checkOrder(steps: readonly Step[]): Broken[] {
  const plain = steps.map(withOneDelta);
  const stepOfEvent = plain.flatMap((step, index) => Array<number>(countEvents(step)).fill(index));
  return checkTurn(playDry(plain)).map(({ rule, message, index }) => {
    const step = stepOfEvent[index];
    return { rule, at: step === undefined ? [] : [step], message };
  });
}

/** More of a text than a message quotes. */
const SHOWN_CHARACTERS = 1000;

/**
 * Deltas that are cut from a text always add up to it, so one says as much about the order as a thousand, and the
 * beginning of a text as much as all of it.
 */
function withOneDelta(step: Step): Step {
  if (!('think' in step || 'text' in step) || step.deltas) return step;
  const content = ('think' in step ? step.think : step.text).slice(0, SHOWN_CHARACTERS);
  const deltas = content === '' ? [] : [unescapeBraces(content)];
  return 'think' in step ? { ...step, think: content, deltas } : { ...step, text: content, deltas };
}
