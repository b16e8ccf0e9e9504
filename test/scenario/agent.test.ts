import { describe, expect, test } from 'vitest';
import { createRandom } from '../../src/runtime/random.ts';
import { inventIndex, type ResearchIndex } from '../../src/scenario/agent/index-names.ts';
import { inventTurn, type TurnStyle } from '../../src/scenario/agent/invent-turn.ts';
import { Scenario, type Step, type ToolStep } from '../../src/scenario/schema.ts';

const style: TurnStyle = {
  thinking: 'first',
  tools: 'before_text',
  toolNames: ['retrieve', 'find_files', 'grep_file', 'read_file'],
};
const indexes = ['idx-abc123', 'idx-def456'].map((id) => inventIndex(id, createRandom(1)));
const prompts = [
  'What were the main findings in Q3?',
  'Summarize the termination clauses of the Acme contract',
  'Why did churn increase among small customers in 2024?',
  'List open risks',
  'How many days of parental leave do we grant?',
  'p95 latency of the search API?',
  'Adverse events in the low-dose arm',
  'ok',
  'राजस्व के बारे में बताइए',
  '第三季度的主要发现是什么？',
];
const samples = Array.from({ length: 200 }, (_, nth) => ({
  prompt: `${prompts[nth % prompts.length]}${nth < 100 ? '' : ` (${nth})`}`,
  turn: 1 + (nth % 3),
  indexes: indexes.slice(nth % 2),
  style: { ...style, thinking: (['first', 'each_tool', 'none'] as const)[nth % 3] ?? 'none' },
}));

interface Given {
  readonly prompt?: string;
  readonly turn?: number;
  readonly indexes?: readonly ResearchIndex[];
  readonly style?: TurnStyle;
  readonly seed?: number;
}

function stepsOf({ seed = 1, ...given }: Given): Step[] {
  const random = createRandom(seed).fork('session', 'ses-1');
  return inventTurn({ prompt: 'What is in Q3?', turn: 1, indexes, style, random, ...given }).steps;
}

function answerOf(steps: readonly Step[]): string {
  const last = steps.at(-1);
  return last && 'text' in last ? last.text : '';
}

function callsOf(steps: readonly Step[]): ToolStep[] {
  return steps.flatMap((step) => ('tool' in step ? [step] : 'together' in step ? step.together : []));
}

function wordCount(text: string): number {
  return text.split(/\s+/).length;
}

describe('an invented turn', () => {
  test('is the same for the same path', () => {
    for (const sample of samples.slice(0, 20)) expect(stepsOf(sample)).toEqual(stepsOf(sample));
  });

  test('differs by seed, prompt and turn', () => {
    expect(stepsOf({ seed: 2 })).not.toEqual(stepsOf({ seed: 1 }));
    expect(stepsOf({ turn: 2 })).not.toEqual(stepsOf({ turn: 1 }));
    expect(stepsOf({ prompt: 'What is in Q4?' })).not.toEqual(stepsOf({}));
    const answers = new Set(samples.map((sample, seed) => answerOf(stepsOf({ ...sample, seed }))));
    expect(answers.size).toBeGreaterThanOrEqual(190);
    const byPromptOnly = Array.from({ length: 200 }, (_, nth) => answerOf(stepsOf({ prompt: `Topic ${nth}` })));
    expect(new Set(byPromptOnly.map((answer) => answer.replace(/Topic \d+/g, ''))).size).toBeGreaterThanOrEqual(190);
  });

  test('is steps that a scenario file could hold, without a stop or a template', () => {
    for (const sample of samples) {
      const steps = stepsOf(sample);
      expect(Scenario.parse({ scenario: 'invented', steps }).steps).toEqual(steps);
      expect(steps.some((step) => 'stop' in step)).toBe(false);
      expect(JSON.stringify(steps)).not.toContain('{{');
    }
  });

  test('calls one to three tools, each with the time it takes', () => {
    const used = new Set<string>();
    let together = 0;
    let images = 0;
    for (const sample of samples) {
      const steps = stepsOf(sample);
      const rounds = steps.filter((step) => 'tool' in step || 'together' in step);
      const calls = callsOf(steps);
      expect(calls.length).toBeGreaterThanOrEqual(1);
      expect(calls.length).toBeLessThanOrEqual(3);
      together += calls.length > rounds.length ? 1 : 0;
      for (const { tool, takes_ms, image } of calls) {
        used.add(tool);
        images += image ? 1 : 0;
        expect(takes_ms).toBeGreaterThanOrEqual(200);
        expect(takes_ms).toBeLessThanOrEqual(1500);
      }
    }
    expect([...used].sort()).toEqual([...style.toolNames].sort());
    expect(together).toBeGreaterThan(20);
    expect(images).toBeGreaterThan(50);
  });

  test('mentions only the files and indexes given, in calls and answer', () => {
    const files = new Set(indexes.flatMap((index) => index.files));
    for (const sample of samples) {
      const steps = stepsOf(sample);
      const ids = new Set(sample.indexes.map(({ id }) => id));
      const json = JSON.stringify(steps).replaceAll('\\n', ' ');
      for (const [, file = ''] of json.matchAll(/([\w-]+\.(?:pdf|docx|xlsx|pptx|md))\b/g))
        expect(files).toContain(file);
      for (const [id] of json.matchAll(/idx-\w+/g)) expect(ids).toContain(id);
      for (const id of ids) if (ids.size === 1) expect(JSON.stringify(callsOf(steps))).toContain(id);
    }
  });

  test('cites pages and numbers that the tools have returned', () => {
    for (const sample of samples) {
      const steps = stepsOf(sample);
      const answer = answerOf(steps);
      const results = JSON.stringify(callsOf(steps).map(({ result }) => result));
      const citations = [...answer.matchAll(/([\w-]+\.\w+)[`*]?, (?:p\.|page) (\d+)/g)];
      expect(citations.length).toBeGreaterThan(1);
      for (const [, file, page] of citations) {
        const inOrder = new RegExp(`"file_name":"${file}"(?:(?!file_name).)*"page":${page}\\b`);
        expect(results).toMatch(inOrder);
      }
      const names = sample.indexes.flatMap(({ id, name, files }) => [id, name, ...files]);
      const known = `${results} ${sample.prompt} ${names.join(' ')}`;
      const numbers = answer.replace(/^\d\. /gm, '').match(/\d[\d.,]*(?<=\d)/g) ?? [];
      for (const number of numbers) expect(known).toContain(number);
    }
  });

  test('answers in Markdown of 120 to 350 words with a list; tables and code occur', () => {
    const answers = samples.map((sample) => answerOf(stepsOf(sample)));
    for (const answer of answers) {
      expect(answer).toMatch(/^- /m);
      expect(wordCount(answer)).toBeGreaterThanOrEqual(120);
      expect(wordCount(answer)).toBeLessThanOrEqual(350);
      expect(answer).not.toMatch(/\{\w*\}|undefined|\bnull\b|NaN| {2}\S.*\.$/);
    }
    expect(answers.filter((answer) => answer.includes('| --- |')).length).toBeGreaterThan(30);
    expect(answers.filter((answer) => answer.includes('```')).length).toBeGreaterThan(30);
    expect(answers.filter((answer) => answer.trimEnd().endsWith('?')).length).toBeGreaterThan(30);
  });

  test('thinks first, before each tool, or not at all', () => {
    const kinds = (thinking: TurnStyle['thinking']) =>
      stepsOf({ style: { ...style, thinking }, seed: 3 }).map((step) =>
        'think' in step ? 'think' : 'text' in step ? 'text' : 'tool',
      );
    const bare = kinds('none');
    expect(bare).toEqual([...bare.slice(0, -1).map(() => 'tool'), 'text']);
    expect(kinds('first')).toEqual(['think', ...bare]);
    expect(kinds('each_tool')).toEqual([...bare.slice(0, -1).flatMap(() => ['think', 'tool']), 'text']);
  });

  test('uses no tools where the style says so, and other names where it gives them', () => {
    expect(callsOf(stepsOf({ style: { ...style, tools: 'none' } }))).toEqual([]);
    const toolNames = ['a', 'b', 'c', 'd'] as const;
    for (const sample of samples.slice(0, 20)) {
      for (const { tool } of callsOf(stepsOf({ ...sample, style: { ...style, toolNames } })))
        expect(toolNames).toContain(tool);
    }
  });
});
