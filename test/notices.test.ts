import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { packagesOf, writeNotices } from '../scripts/write-notices.ts';
import { bundle } from './cli/support/bundle.ts';
import { temporaryDirectory } from './cli/support/temporary-directory.ts';

test('the notices name every package in the bundle, with the text of its licence', async () => {
  const program = await bundle('src/cli/main.ts');
  const file = pathToFileURL(join(temporaryDirectory(), 'notices.txt'));
  await writeNotices(program.chunks, file);
  const notices = readFileSync(file, 'utf8');
  const directories = packagesOf(program.chunks);
  const names = directories.map((directory) => directory.replace(/^.*node_modules\//, ''));
  expect(names).toEqual(expect.arrayContaining(['hono', 'zod', 'yaml', 'undici', '@faker-js/faker', 'chokidar']));
  for (const directory of directories) {
    const { name, version } = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'));
    expect(notices).toContain(`\n${name} ${version} (`);
  }
  expect(notices).toContain('Copyright (c) 2021 - present, Yusuke Wada and Hono contributors');
});

test('the notices of the API reference are those of its version', () => {
  const script = gunzipSync(readFileSync(new URL('../src/generated/reference.js.gz', import.meta.url))).toString();
  const notices = readFileSync(new URL('../scripts/reference-notices.txt', import.meta.url), 'utf8');
  const [version = 'no version'] = /@scalar\/api-reference [\d.]+/.exec(script) ?? [];
  // Otherwise: npx tsx scripts/update-reference-notices.ts
  expect(notices).toContain(`The script of the API reference is ${version}.`);
  for (const name of ['vue', 'tailwindcss', 'highlight.js', 'parse5', 'focus-trap', '@phosphor-icons/core'])
    expect(notices).toMatch(new RegExp(`^${name} \\d`, 'm'));
});
