import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { choiceRows } from '../src/api/choices.ts';
import { factOf } from '../src/contract/checks/fact-of.ts';
import { checks } from '../src/contract/index.ts';
import { createChatMock } from '../src/node/checked-mock.ts';
import { flowsNamed, runVerify } from './support/verify.ts';

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

test('a report cites facts by URLs that can be opened, and other sources as they are', async () => {
  const [check] = checks.filter(({ id }) => id === 'http.json');
  const own = { ...check, id: 'own.json', source: 'https://wiki.example/json' } as typeof check & object;
  const { fetch } = createChatMock({ speed: 'instant' });
  const { report } = await runVerify({ fetch, checks: [own], flows: flowsNamed('one-turn') });
  const sources = report.checks.map(({ source }) => source);
  expect(sources.filter((source) => !source.startsWith('file:'))).toEqual(['https://wiki.example/json']);
  const missing = sources
    .filter((source) => source.startsWith('file:'))
    .filter(
      (source) => !readFileSync(fileURLToPath(source), 'utf8').includes(`<a id="${new URL(source).hash.slice(1)}">`),
    );
  expect([sources.length > 50, missing]).toEqual([true, []]);
});

test('the words of each cited fact are known where the document is not', () => {
  for (const { source } of checks) expect(factOf(source)).toMatch(/^\S.*\.$/);
  expect(factOf(`${path}#history`)).toBe(factOf(`file:///anywhere/${path}#history`));
  for (const source of ['here', `${path}#`, `${path}#nothing`, `${path}#constructor`])
    expect(factOf(source)).toBe(null);
});

test('what is assumed is a setting, and every setting is named', () => {
  const [, assumed = ''] = /^## Assumed$(.*?)^## /ms.exec(text) ?? [];
  const cells = assumed.split('\n').map((line) => line.split('|')[2] ?? '');
  const named = cells.flatMap((cell) => [...cell.matchAll(/`(\w+)`/g)].map(([, name = '']) => name));
  expect(named.sort()).toEqual(Object.keys(choiceRows).sort());
});
