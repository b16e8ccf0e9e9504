import type { Random } from '../../runtime/random.ts';
import type { Step } from '../schema.ts';
import { type AnswerInput, valuesOf, writeAnswer } from './answer.ts';
import { fill } from './fill.ts';
import { type Finding, inventFindings, type Shelf } from './findings.ts';
import type { ResearchIndex } from './index-names.ts';
import { phrases } from './phrases.ts';
import { apologise, askBack } from './replies.ts';
import { callTools, type Plan, plans } from './research.ts';
import { type Subject, subjects } from './subjects.ts';
import { readTopic, type Topic } from './topic.ts';

/** Which parts a generated turn has, and the names of its tools. */
export interface TurnStyle {
  readonly thinking: 'first' | 'each_tool' | 'none';
  readonly tools: 'before_text' | 'none';
  readonly toolNames: readonly [search: string, find: string, grep: string, read: string];
}

interface InventTurnInput {
  readonly prompt: string;
  /** Counts from 1. */
  readonly turn: number;
  /** The requested indexes. */
  readonly indexes: readonly ResearchIndex[];
  /** A source of random values for this session and turn. */
  readonly random: Random;
  readonly style: TurnStyle;
}

/**
 * Generates what a research agent might do: think, query the indexes, answer with citations. Without the `stop` step.
 */
export function inventTurn({ prompt, turn, indexes, random, style }: InventTurnInput): { steps: Step[] } {
  const source = random.fork('prompt', prompt, turn);
  const topic = readTopic(prompt);
  const reachable = indexes.filter((index) => index.reachable);
  const input: AnswerInput = {
    topic: showTopic(topic),
    isAsked: topic.words !== null,
    turn,
    indexes: reachable,
    unreachable: indexes.filter((index) => !index.reachable),
    random: source.fork('answer'),
  };
  const { plan, findings, text } = research(topic, { input, random: source });
  const [search, find, grep, read] = style.toolNames;
  const toolNames = { search, find, grep, read };
  const query = topic.words ?? findings[0]?.figure?.['name'] ?? 'overview';
  const tooled = { query, indexes: reachable, findings, toolNames, random: source.fork('tools') };
  const calls = style.tools === 'none' ? [] : callTools(plan, tooled);
  return { steps: [...withThoughts(calls, { plan, findings, input, style, random: source.fork('think') }), { text }] };
}

interface Outcome {
  readonly plan: Plan;
  readonly findings: readonly Finding[];
  readonly text: string;
}

function research(topic: Topic, { input, random }: { readonly input: AnswerInput; readonly random: Random }): Outcome {
  const isReachable = input.indexes.length > 0;
  if (topic.isEmpty) return { plan: { calls: isReachable ? ['find'] : [] }, findings: [], text: askBack(input) };
  const filled = input.indexes.filter(({ files }) => files.length > 0);
  if (filled.length === 0)
    return { plan: { calls: isReachable ? ['search'] : [] }, findings: [], text: apologise(input) };
  const draw = random.fork('plan');
  const plan = draw.pick(plans);
  const chosen = draw.sample(filled, plan.isOneFile ? 1 : 3);
  const subject = chooseSubject(topic, draw.pick(chosen), draw);
  const shelves = chosen.map((index): Shelf => {
    const fitting = index.files.filter((file) => matchCount(subject, file) > 0);
    const files = fitting.length > 0 ? fitting : index.files;
    return { index, files: plan.isOneFile ? [draw.pick(files)] : files };
  });
  const findings = inventFindings(subject, { topic, shelves, random: random.fork('findings') });
  return { plan, findings, text: writeAnswer(findings, input) };
}

/** Quoted, because the words of a prompt rarely fit into another sentence. */
function showTopic({ words, isCut, isEmpty }: Topic): string {
  if (words === null) return isEmpty ? 'these documents' : 'this';
  return `"${words}${isCut ? ' …' : ''}"`;
}

/** Chosen by the prompt, else by the index's name, else by its content. */
function chooseSubject({ words }: Topic, { name, files }: ResearchIndex, random: Random): Subject {
  for (const text of [words ?? '', name, files.join(' ')]) {
    const counts = subjects.map((subject) => matchCount(subject, text));
    const best = subjects[counts.indexOf(Math.max(...counts, 1))];
    if (best) return best;
  }
  return random.pick(subjects);
}

function matchCount({ about }: Subject, text: string): number {
  return text.match(about)?.length ?? 0;
}

interface Thoughts extends Omit<Outcome, 'text'> {
  readonly input: AnswerInput;
  readonly style: TurnStyle;
  readonly random: Random;
}

function withThoughts(calls: readonly Step[], { plan, findings, input, style, random }: Thoughts): readonly Step[] {
  if (style.thinking === 'none') return calls;
  const values = valuesOf(findings, input);
  const say = (choice: readonly string[]) => fill(random.pick(choice), values);
  const planning = input.turn > 1 ? phrases.planningAgain : phrases.planning;
  const planned = input.isAsked ? planning : phrases.planningUnasked;
  const opening = say(input.indexes.length > 0 ? planned : phrases.givingUp);
  if (style.thinking === 'first' || calls.length === 0) return [{ think: opening }, ...calls];
  return calls.flatMap((call, nth) => {
    const next = [plan.calls[nth] ?? []]
      .flat()
      .slice(0, 1)
      .map((role) => say(phrases[role]));
    return [{ think: [...(nth === 0 ? [opening] : []), ...next].join(' ') }, call];
  });
}
