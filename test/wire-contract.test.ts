import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { choiceRows } from '../src/api/choices.ts';
import { checks } from '../src/contract/index.ts';

const path = 'docs/wire-contract.md';
const text = readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');
/** Each fact by its anchor, with how it is known. */
const facts = [...text.matchAll(/^- <a id="([\w-]+)"><\/a>\*\*(\w+)\*\* · ./gm)].map(([, anchor = '', known = '']) => ({
  anchor,
  known,
}));

test('every fact has an anchor of its own and says how it is known', () => {
  const anchors = [...text.matchAll(/<a id="([^"]+)">/g)].map(([, anchor = '']) => anchor);
  expect(new Set(anchors).size).toBe(anchors.length);
  expect(facts.map(({ anchor }) => anchor)).toEqual(anchors.filter((anchor) => anchor !== 'assumed'));
  expect(facts.filter(({ known }) => !['documented', 'measured', 'assumed'].includes(known))).toEqual([]);
});

test.each(checks.map(({ id, source, evidence }) => ({ id, source, evidence })))(
  '$id cites a fact, known as it says',
  ({ source, evidence }) => {
    const cited = facts.map(({ anchor, known }) => ({ source: `${path}#${anchor}`, known }));
    expect(cited).toContainEqual({ source, known: evidence });
  },
);

test('what is assumed is a setting, and every setting is named', () => {
  const [, assumed = ''] = /^## Assumed$(.*?)^## /ms.exec(text) ?? [];
  const cells = assumed.split('\n').map((line) => line.split('|')[2] ?? '');
  const named = cells.flatMap((cell) => [...cell.matchAll(/`(\w+)`/g)].map(([, name = '']) => name));
  expect(named.sort()).toEqual(Object.keys(choiceRows).sort());
});
