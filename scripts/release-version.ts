import { execFileSync } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { addRelease } from './release-notes.ts';

/** Moves what the changesets say to the changelog, and lets `changeset version` set the version and delete them. */
const root = new URL('..', import.meta.url);
const names = (await readdir(new URL('.changeset/', root))).filter(
  (name) => name.endsWith('.md') && name !== 'README.md',
);
if (names.length === 0)
  throw new Error('Failed to make a version: there is no changeset. CONTRIBUTING.md shows how to write one.');
const texts = await Promise.all(names.sort().map((name) => readFile(new URL(`.changeset/${name}`, root), 'utf8')));
const changes = texts.map((text) => text.replace(/^---\n.*?\n---\n/s, '').trim()).filter((text) => text !== '');
const file = new URL('CHANGELOG.md', root);
const before = await readFile(file, 'utf8');
const date = new Date().toISOString().slice(0, 10);
addRelease(before, { version: '0.0.0', date, changes }); // What is wrong with a changeset is said before one is deleted.
execFileSync('npx', ['changeset', 'version'], { cwd: root, stdio: 'inherit' });
const { version } = JSON.parse(await readFile(new URL('package.json', root), 'utf8')) as { version: string }; // npm's own file.
await writeFile(file, addRelease(before, { version, date, changes }));
