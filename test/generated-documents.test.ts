import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { renderDocuments } from '../scripts/documents.ts';

const root = new URL('../', import.meta.url);
const documents = await renderDocuments();
const mend = 'Run: npm run generate:documents';

test.each(Object.entries(documents))('%s is what its tables say', (file, text) => {
  expect(readFileSync(new URL(file, root), 'utf8'), `${file} is not current. ${mend}`).toBe(text);
});

test.each(Object.entries(documents))('%s says in its first line that it is generated', (_, text) => {
  expect(text.split('\n')[0]).toMatch(/Made by .+; never edited\./);
});

test.each(['openapi', 'schemas'])('%s/ holds nothing that is not generated', (directory) => {
  const made = Object.keys(documents).filter((file) => file.startsWith(`${directory}/`));
  const there = readdirSync(new URL(directory, root)).map((file) => `${directory}/${file}`);
  expect(there.sort(), `Delete what is too much, and ${mend.toLowerCase()}`).toEqual(made.sort());
});
