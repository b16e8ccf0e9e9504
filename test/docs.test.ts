import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { checks, parseFlows, parseWaivers } from '../src/contract/index.ts';
import { builtInFixtures } from '../src/generated/fixtures.ts';
import { parseScenario } from '../src/scenario/parse-scenario.ts';
import { readBlocks } from './support/blocks.ts';

const directory = new URL('../docs/', import.meta.url);
const read = (file: string) => readFileSync(new URL(file, directory), 'utf8');
const pages = [
  ...readdirSync(directory),
  ...['README', 'ARCHITECTURE', 'CONTRIBUTING', 'SECURITY', 'CHANGELOG'].map((name) => `../${name}.md`),
];

describe('every scenario in a document is one', () => {
  const about = pages.filter((page) => !['verify.md', 'drift.md'].includes(page)); // Whose YAML is of other files.
  const all = about.flatMap((page) => readBlocks(read(page), 'yaml').map((text) => ({ page, text })));
  test.each(all)('$page: $text', ({ text }) => {
    const [, name = ''] = /^scenario: ([\w-]+)/m.exec(text) ?? [];
    expect(parseScenario({ file: `${name}.yaml`, text })).toMatchObject({ value: { scenario: name } });
  });
});

test('the flow and the waivers in the guide to verify are some', () => {
  const [waivers = '', flow = ''] = ['waivers.yaml', 'flows/lists.yaml'].map(
    (name) => readBlocks(read('verify.md'), 'yaml').find((text) => text.startsWith(`# ${name}`)) ?? '',
  );
  expect(parseFlows({ file: 'flows/lists.yaml', text: flow }, checks)).toMatchObject({ value: { area: 'lists' } });
  expect(parseWaivers({ file: 'waivers.yaml', text: waivers })).toMatchObject({ value: [{ check: 'title.persists' }] });
});

test('links lead to files, headings and anchors that are there', () => {
  const broken = pages.flatMap((page) =>
    [...read(page).matchAll(/\]\(((?!https?:)[^)\s]+)\)/g)].flatMap(([, link = '']) => {
      const [path = '', heading] = link.split('#');
      const target = new URL(path, new URL(page, directory));
      const isThere = path === '' || existsSync(target);
      const headings = heading && isThere ? anchorsOf(path === '' ? read(page) : readFileSync(target, 'utf8')) : [];
      return isThere && (!heading || headings.includes(heading)) ? [] : [`${page}: ${link}`];
    }),
  );
  expect(broken).toEqual([]);
});

test('every scenario that a guide tells to ask for exists', () => {
  const names = builtInFixtures.scenarios.map(({ scenario }) => scenario);
  const guide = read('failing-on-purpose.md');
  const asked = [...guide.matchAll(/(?:`\/|"prompt": "\/|prompt: '\/|x-mock-scenario: )([a-z-]+)/g)].map(
    ([, name]) => name ?? '',
  );
  expect(new Set(asked).size).toBeGreaterThan(14);
  expect(asked.filter((name) => !names.includes(name))).toEqual([]);
});

/** Those written by hand, and those that GitHub makes of headings. */
function anchorsOf(text: string): string[] {
  const written = [...text.matchAll(/<a id="([^"]+)">/g)].map(([, id = '']) => id);
  const headings = [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} -]/gu, '')
      .replaceAll(' ', '-'),
  );
  return [...written, ...headings];
}
