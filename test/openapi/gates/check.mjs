import { execFileSync, spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { validate } from '@readme/openapi-parser';

/** Judges every file in openapi/ with tools of others: any finding, a warning too, ends it with an error. */
const here = new URL('.', import.meta.url);
const root = new URL('../../../', here);
const documents = new URL('openapi/', root);
const files = readdirSync(documents).map((name) => new URL(name, documents).pathname);
const of31 = files.filter((file) => file.endsWith('.3.1.yaml'));

run('redocly', 'lint', '--config', 'redocly.yaml', ...files);
run('spectral', 'lint', '--fail-severity=hint', ...of31);
for (const file of of31) {
  const { valid, warnings = [], errors = [] } = await validate(file);
  if (!valid || warnings.length > 0) throw new Error(`${file}: ${JSON.stringify([...errors, ...warnings], null, 2)}`);
}
console.log(`@readme/openapi-parser: ${of31.length} documents are valid.`);

for (const file of of31) run('openapi-typescript', file, '--output', `.cache/${/\d{4}-\d\d/.exec(file)?.[0]}.ts`);
run('tsc', '--noEmit');
for (const edition of ['2026-05', '2026-09']) await runSession(edition);

function run(program, ...args) {
  execFileSync(process.execPath, [binary(program), ...args], { cwd: here, stdio: 'inherit' });
}

function binary(program) {
  return new URL(`node_modules/.bin/${program}`, here).pathname;
}

/** A generated client's whole session with a mock that runs. */
async function runSession(edition) {
  const program = new URL('dist/bin/chat-mock.js', root).pathname;
  const flags = ['--port', '0', '--json', '--speed', 'instant', '--edition', edition];
  const server = spawn(process.execPath, [program, ...flags], { cwd: here, stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    const lines = createInterface({ input: server.stdout })[Symbol.asyncIterator]();
    const { url } = JSON.parse((await lines.next()).value);
    const tsx = new URL('node_modules/tsx/dist/cli.mjs', root).pathname;
    execFileSync(process.execPath, [tsx, `session-${edition}.ts`, url], { cwd: here, stdio: 'inherit' });
  } finally {
    server.kill();
  }
}
