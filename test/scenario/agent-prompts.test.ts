import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRandom } from '../../src/runtime/random.ts';
import { inventIndex, type ResearchIndex } from '../../src/scenario/agent/index-names.ts';
import { inventTurn } from '../../src/scenario/agent/invent-turn.ts';
import { subjects } from '../../src/scenario/agent/subjects.ts';
import { readTopic } from '../../src/scenario/agent/topic.ts';
import type { Step, ToolStep } from '../../src/scenario/schema.ts';
import { runs } from '../support/runs.ts';

const indexes = ['idx-abc123', 'idx-def456'].map((id) => inventIndex(id, createRandom(1)));
const unreachable = indexes.map((index) => ({ ...index, reachable: false }));
const prompts = Array.from({ length: 40 }, (_, nth) => `What about churn in project ${nth}?`);

interface Given {
  readonly prompt?: string;
  readonly turn?: number;
  readonly indexes?: readonly ResearchIndex[];
}

function stepsOf(given: Given): Step[] {
  const toolNames = ['retrieve', 'find_files', 'grep_file', 'read_file'] as const;
  const style = { thinking: 'first', tools: 'before_text', toolNames } as const;
  return inventTurn({ prompt: 'What is in Q3?', turn: 1, indexes, style, random: createRandom(1), ...given }).steps;
}

function answerOf(steps: readonly Step[]): string {
  const last = steps.at(-1);
  return last && 'text' in last ? last.text : '';
}

function callsOf(steps: readonly Step[]): ToolStep[] {
  return steps.flatMap((step) => ('tool' in step ? [step] : 'together' in step ? step.together : []));
}

function occurrences(text: string, part: string): number[] {
  return Array.from({ length: text.length }, (_, start) => start).filter(
    (start) => part !== '' && text.startsWith(part, start),
  );
}

describe('an invented turn', () => {
  test('takes up the words of the prompt', () => {
    const topics = [
      ['What were the main findings in Q3?', 'findings in Q3'],
      ['How do we reset a password?', '"reset a password"'],
      ['What is the difference between the pro plan and the team plan?', '"difference between the pro plan …"'],
      ['Please summarize the termination clauses!', 'termination clauses'],
      ['राजस्व के बारे में बताइए', '"राजस्व के बारे में बताइए"'],
      ['第三季度的主要发现是什么？', '"第三季度的主要发现是什么"'],
      ['{{company.name}} **bold** <b>?', 'company.name bold b'],
    ] as const;
    for (const [prompt, topic] of topics) expect(answerOf(stepsOf({ prompt }))).toContain(topic);
    expect(JSON.stringify(stepsOf({ prompt: topics[0][0] }))).toContain('Q3 20');
  });

  test.each(['hi', 'Hello!', 'ok', 'tell me more', 'Thanks!', 'test', '???', '👍'])(
    'does not take "%s" for a question, but shows what there is',
    (prompt) => {
      const steps = stepsOf({ prompt });
      expect(answerOf(steps)).toMatch(/^(?:You did not name|There is a good deal|From \*\*)/);
      expect(callsOf(steps).length).toBeGreaterThan(0);
      expect(answerOf(stepsOf({ prompt, turn: 2 }))).toMatch(
        /^(?:Thanks for the follow-up|Picking up|This builds on|To go on)/,
      );
    },
  );

  test('speaks of what the index is about where the prompt does not say', () => {
    for (const { indexNames, figures } of subjects) {
      const named = new RegExp(figures.map((figure) => figure.split('|', 1)[0]).join('|'), 'i');
      for (const name of indexNames) {
        const index = { ...inventIndex('idx', createRandom(1)), name, files: ['notes.md'] };
        expect([name, JSON.stringify(stepsOf({ prompt: 'tell me more', indexes: [index] }))]).toEqual([
          name,
          expect.stringMatching(named),
        ]);
      }
    }
  });

  test('goes on from the conversation in later turns', () => {
    for (const turn of [2, 3, 9]) {
      expect(answerOf(stepsOf({ turn }))).toMatch(/^(?:Thanks for the follow-up|Picking up|This builds on|To go on)/);
    }
  });

  test('asks back when the prompt is empty', () => {
    for (const prompt of ['', '  \n']) {
      const steps = stepsOf({ prompt });
      expect(answerOf(steps)).toContain('What would you like to know?');
      expect(callsOf(steps).map(({ tool }) => tool)).toEqual(['find_files']);
    }
  });

  test('never searches an unreachable index and says that it could not', () => {
    for (const prompt of prompts) {
      const steps = stepsOf({ prompt, indexes: [...indexes.slice(0, 1), ...unreachable.slice(1)] });
      expect(callsOf(steps).length).toBeGreaterThan(0);
      expect(JSON.stringify(callsOf(steps))).not.toContain('idx-def456');
      expect(answerOf(steps)).toMatch(/`idx-def456`\) could not be queried/);
    }
  });

  test('apologises without tools when no index can be reached', () => {
    for (const prompt of prompts) {
      const steps = stepsOf({ prompt, indexes: unreachable });
      expect(callsOf(steps)).toEqual([]);
      expect(answerOf(steps)).toMatch(/I am sorry.*could not be queried/);
      expect(answerOf(steps)).toMatch(/^- /m);
      expect(answerOf(steps).split(/\s+/).length).toBeGreaterThanOrEqual(120);
    }
  });

  test('finds nothing in indexes without files', () => {
    const steps = stepsOf({ indexes: indexes.map((index) => ({ ...index, files: [] })) });
    expect(callsOf(steps).map(({ result }) => result)).toEqual([[]]);
    expect(answerOf(steps)).toContain('no passages');
  });

  test('holds for any prompt, and takes its words up without cutting a grapheme', () => {
    const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });
    const boundaries = (text: string) =>
      new Set(Array.from(segmenter.segment(text), ({ index }) => index).concat(text.length));
    const fragments = fc.constantFrom(
      ...[
        'a',
        ' ',
        'e\u0301',
        '\u0301',
        '\u200d',
        '👩',
        '🏽',
        '🇩',
        '🇪',
        'क',
        '्',
        'ष',
        'ก',
        'ำ',
        '\u1100',
        '\u1161',
        '\u0600',
        '1',
        '\ufe0f\u20e3',
        '\ud83d',
        '-',
      ],
    );
    const mixed = fc.array(fragments, { maxLength: 200 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(
        fc.oneof(mixed, fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme', maxLength: 300 })),
        (prompt) => {
          const steps = stepsOf({ prompt });
          expect(answerOf(steps)).toMatch(/^- /m);
          expect(JSON.stringify(steps)).not.toContain('{{');
          const ends = boundaries(prompt);
          for (const word of readTopic(prompt).words?.split(' ') ?? []) {
            const isWhole = (start: number) => ends.has(start) && ends.has(start + word.length);
            expect([word, occurrences(prompt, word).some(isWhole)]).toEqual([word, true]);
          }
        },
      ),
      { numRuns: runs(200) },
    );
  });
});

describe('an invented index', () => {
  test('has a name and three to six files, the same for the same id', () => {
    for (let nth = 0; nth < 50; nth++) {
      const index = inventIndex(`idx-${nth}`, createRandom(1));
      expect(index).toEqual(inventIndex(`idx-${nth}`, createRandom(1)));
      expect(index).toMatchObject({ id: `idx-${nth}`, reachable: true, name: expect.stringMatching(/^[A-Z][\w ]+$/) });
      expect(new Set(index.files).size).toBe(index.files.length);
      expect(index.files.length).toBeGreaterThanOrEqual(3);
      expect(index.files.length).toBeLessThanOrEqual(6);
      for (const file of index.files) expect(file).toMatch(/^[a-z0-9-]+\.(?:pdf|docx|xlsx|pptx|md)$/);
    }
  });
});
