import type { Random } from '../../runtime/random.ts';
import type { Step } from '../schema.ts';
import { type AnswerInput, valuesOf, writeAnswer } from './answer.ts';
import { fill } from './fill.ts';
import { type Finding, inventFindings, type Shelf } from './findings.ts';
import { frames } from './frames.ts';
import type { ResearchIndex } from './index-names.ts';
import { apologise, askBack, foundNothing } from './replies.ts';
import { callTools, type Plan, plans, type Research, type Role } from './research.ts';
import { type Subject, subjects } from './subjects.ts';
import { readTopic, type Topic } from './topic.ts';

export interface TurnStyle {
  readonly thinking: 'first' | 'each_tool' | 'none';
  readonly tools: 'before_text' | 'none';
  /** For searching, finding, grepping and reading. */
  readonly toolNames: readonly [search: string, find: string, grep: string, read: string];
}

export interface InventTurnInput {
  readonly prompt: string;
  /** Counts from 1. */
  readonly turn: number;
  /** The requested ones. */
  readonly indexes: readonly ResearchIndex[];
  /** Forked for the session and the turn. */
  readonly random: Random;
  readonly style: TurnStyle;
}

/** What a research agent might do with a prompt: think, look into the indexes, answer with citations. No `stop`. */
export function inventTurn({ prompt, turn, indexes, random, style }: InventTurnInput): { steps: Step[] } {
  const source = random.fork('prompt', prompt, turn);
  const topic = readTopic(prompt);
  const reachable = indexes.filter((index) => index.reachable);
  const [shelf, ...shelves] = reachable
    .filter(({ files }) => files.length > 0)
    .map((index) => ({ index, files: index.files }));
  const answerInput: AnswerInput = {
    topic: showTopic(topic, source.fork('topic')),
    turn,
    indexes: reachable,
    unreachable: indexes.filter((index) => !index.reachable),
    random: source.fork('answer'),
  };
  const [search, find, grep, read] = style.toolNames;
  const research: Research = {
    query: topic.words ?? 'overview',
    indexes: reachable,
    findings: [],
    toolNames: { search, find, grep, read },
    random: source.fork('research'),
  };
  const compose = (plan: Plan, findings: readonly Finding[], text: string): { steps: Step[] } => {
    const calls = style.tools === 'none' ? [] : callTools(plan, { ...research, findings });
    return {
      steps: [...withThoughts(calls, { plan, findings, answerInput, style, random: source.fork('think') }), { text }],
    };
  };
  if (reachable.length === 0)
    return compose({ calls: [] }, [], topic.isEmpty ? askBack(answerInput) : apologise(answerInput));
  if (topic.isEmpty) return compose({ calls: ['find'] }, [], askBack(answerInput));
  if (!shelf) return compose({ calls: ['search'] }, [], foundNothing(answerInput));
  const plan = source.fork('plan').pick(plans);
  const all = [shelf, ...shelves] as const;
  const subject = chooseSubject(prompt, { shelves: all, random: source.fork('subject') });
  const shelved = source.fork('shelves');
  const [first = shelf, ...rest] = shelved.sample(all, plan.isOneFile ? 1 : 3).map(({ index, files }) => {
    const fitting = files.filter((file) => matchCount(subject, file) > 0);
    const chosen = fitting.length > 0 ? fitting : files;
    return { index, files: plan.isOneFile ? [shelved.pick(chosen)] : chosen };
  });
  const findings = inventFindings(subject, { topic, shelves: [first, ...rest], random: source.fork('findings') });
  return compose(plan, findings, writeAnswer(findings, answerInput));
}

function showTopic({ words, isEmpty }: Topic, random: Random): string {
  if (words === null) return isEmpty ? 'these documents' : 'the point you raise';
  return /[^ -~]/.test(words) || random.chance(0.35) ? `"${words}"` : words;
}

/** The prompt decides, else one of the files, mostly. */
function chooseSubject(
  prompt: string,
  { shelves, random }: { readonly shelves: readonly Shelf[]; readonly random: Random },
): Subject {
  const file = random.pick(random.pick(shelves).files);
  const best = (text: string) => {
    const counts = subjects.map((subject) => matchCount(subject, text));
    const most = Math.max(...counts);
    return most > 0 ? subjects[counts.indexOf(most)] : undefined;
  };
  return best(prompt) ?? (random.chance(0.7) ? best(file) : undefined) ?? random.pick(subjects);
}

function matchCount({ about }: Subject, text: string): number {
  return text.match(about)?.length ?? 0;
}

interface Thoughts {
  readonly plan: Plan;
  readonly findings: readonly Finding[];
  readonly answerInput: AnswerInput;
  readonly style: TurnStyle;
  readonly random: Random;
}

function withThoughts(calls: readonly Step[], { plan, findings, answerInput, style, random }: Thoughts): Step[] {
  if (style.thinking === 'none') return [...calls];
  const values = valuesOf(findings, answerInput);
  const say = (choice: readonly string[]) => fill(random.pick(choice), values);
  const planning =
    answerInput.indexes.length === 0 ? frames.givingUp : answerInput.turn > 1 ? frames.planningAgain : frames.planning;
  const opening = say(planning);
  if (style.thinking === 'first' || calls.length === 0) return [{ think: opening }, ...calls];
  return calls.flatMap((call, position) => {
    const role = [plan.calls[position] ?? []].flat()[0];
    const next = role ? say(frames[thoughts[role]]) : '';
    return [{ think: position === 0 ? `${opening} ${next}` : next }, call];
  });
}

const thoughts = { search: 'searching', find: 'finding', grep: 'grepping', read: 'reading' } as const satisfies Record<
  Role,
  keyof typeof frames
>;
