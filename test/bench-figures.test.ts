import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Results } from '../bench/harness/report.ts';
import { showFigures, shownFiles } from '../bench/harness/shown.ts';

const committed = 'bench/results.json';
const figure = (what: string, samples: Record<string, number[]>) => ({ what, unit: '', samples });
const all = (value: number) => ({ mock: [value], node: [value / 2], hono: [value / 4] });
/** A run that has all that is shown. */
const results = {
  rows: [
    { name: 'capacity', figures: [figure('text steps; 10000 are the most that are tried', all(8000))] },
    {
      name: 'paced-5000',
      figures: [figure('text: processor time of an event', all(8)), figure('text: memory of a stream', all(16))],
    },
    ...['instant-text', 'instant-events', 'instant-agent'].map((name) => ({
      name,
      figures: [figure('events of the same size', all(900_000))],
    })),
    { name: 'list', figures: ['20', '100,000'].map((count) => figure(`list of 20: ${count} sessions`, all(12_345))) },
    { name: 'create', figures: [figure('POST create while somebody lists: 100,000 sessions', all(9876))] },
    { name: 'abort', figures: [figure('99 of 100 within', all(1.234))] },
    { name: 'start-up', figures: [figure('time', all(210))] },
  ],
} as unknown as Results;

describe('the figures in the documents', () => {
  test.each(shownFiles)('%s has a place for them, which a run fills and nothing else changes', (file) => {
    const text = readFileSync(file, 'utf8');
    const filled = showFigures(file, { text, results });
    expect(filled).not.toContain('Not measured');
    expect(filled).not.toContain('NaN');
    const [before] = text.split('<!-- measured');
    const [, after] = text.split('<!-- /measured -->');
    expect([filled.startsWith(before ?? '?'), filled.endsWith(after ?? '?')]).toEqual([true, true]);
    expect(showFigures(file, { text: filled, results })).toBe(filled);
  });

  test('are left alone by a run that lacks some', () => {
    const text = readFileSync('README.md', 'utf8');
    expect(showFigures('README.md', { text, results: { ...results, rows: results.rows.slice(1) } })).toBe(text);
  });

  test.runIf(existsSync(committed)).each(shownFiles)('%s shows those of the run that is committed', (file) => {
    const text = readFileSync(file, 'utf8');
    const results = JSON.parse(readFileSync(committed, 'utf8')) as Results; // The bench wrote it.
    expect(showFigures(file, { text, results })).toBe(text);
  });
});
