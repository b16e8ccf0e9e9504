import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { validate } from '@readme/openapi-parser';

/** Judges every file in openapi/ with tools of others: any finding, a warning too, ends it with an error. */
const here = new URL('.', import.meta.url);
const root = new URL('../../../', here);
const documents = new URL('openapi/', root);
const files = readdirSync(documents).map((name) => new URL(name, documents).pathname);
let isQuiet = false;
/** What generators read as the type of the stream. */
const STREAM = 'schema:\n                $ref: "#/components/schemas/Event"';
const of31 = files.filter((file) => file.endsWith('.3.1.yaml'));

run('redocly', 'lint', '--config', 'redocly.yaml', ...files);
run('spectral', 'lint', '--fail-severity=hint', ...of31);
for (const file of of31) await parse(file);
console.log(`@readme/openapi-parser: ${of31.length} documents are valid.`);

mkdirSync(new URL('.cache', here), { recursive: true });
for (const file of of31) generate(file);
run('tsc', '--noEmit');
for (const edition of ['2026-05', '2026-09']) await runSession(`session-${edition}.ts`, edition);
for (const file of files.filter((each) => each.includes('2026-05'))) {
  checkHeyApi(file);
  await runSession('session-hey-api.ts', '2026-05');
}
await plantErrors();

/** A gate that cannot fail is none: each tool must refuse a document with one mistake of the kind it is here for. */
async function plantErrors() {
  const of32 = files.find((file) => !of31.includes(file));
  const redocly = (file) => run('redocly', 'lint', '--config', 'redocly.yaml', file);
  const checkTypes = (file) => {
    generate(file);
    run('tsc', '--noEmit');
  };
  const planted = [
    ['Redocly', of32, 'itemSchema:', 'itemSchemas:', redocly],
    ['Redocly', of31[0], 'operationId: createSession', 'operationId: listSessions', redocly],
    ['Spectral', of31[0], '- Chat\n', '- Chatter\n', (file) => run('spectral', 'lint', '--fail-severity=hint', file)],
    ['@readme/openapi-parser', of31[0], 'in: path', 'in: road', parse],
    ['the generated client', of31[0], 'prompt:\n', 'question:\n', checkTypes],
    ['the generated client', of31[0], STREAM, 'schema:\n                type: string', checkTypes],
    ['Hey API', of31[0], STREAM, 'schema:\n                type: string', checkHeyApi],
  ];
  for (const [tool, document, before, after, judge] of planted) {
    const broken = readFileSync(document, 'utf8').replace(before, after);
    if (broken === readFileSync(document, 'utf8')) throw new Error(`There is no ${JSON.stringify(before)} to break.`);
    const file = new URL('.cache/planted.yaml', here).pathname;
    writeFileSync(file, broken);
    const isRefused = await attempt(judge, file);
    if (!isRefused) throw new Error(`${tool} lets ${JSON.stringify(after)} pass.`);
    console.log(`${tool} refuses ${JSON.stringify(after)}.`);
  }
}

async function attempt(judge, file) {
  isQuiet = true;
  try {
    await judge(file);
    return false;
  } catch {
    return true;
  } finally {
    isQuiet = false;
  }
}

async function parse(file) {
  const { valid, warnings = [], errors = [] } = await validate(file);
  if (!valid || warnings.length > 0) throw new Error(`${file}: ${JSON.stringify([...errors, ...warnings], null, 2)}`);
}

/** The types of a document, which the sessions are checked against. */
function generate(file) {
  run('openapi-typescript', file, '--output', `.cache/${/\d{4}-\d\d/.exec(file)?.[0] ?? '2026-05'}.ts`);
}

/** The client of Hey API, which parses streams itself, and the types of a turn through it. */
function checkHeyApi(file) {
  run('openapi-ts', '--input', file, '--output', '.cache/hey-api', '--client', '@hey-api/client-fetch');
  run('tsc', '--project', 'tsconfig.hey-api.json');
}

function run(program, ...args) {
  execFileSync(process.execPath, [binary(program), ...args], { cwd: here, stdio: isQuiet ? 'ignore' : 'inherit' });
}

function binary(program) {
  return new URL(`node_modules/.bin/${program}`, here).pathname;
}

/** A generated client's whole session with a mock that runs. */
async function runSession(session, edition) {
  const program = new URL('dist/bin/chat-mock.js', root).pathname;
  const flags = ['--port', '0', '--json', '--speed', 'instant', '--edition', edition];
  const server = spawn(process.execPath, [program, ...flags], { cwd: here, stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    const lines = createInterface({ input: server.stdout })[Symbol.asyncIterator]();
    const { url } = JSON.parse((await lines.next()).value);
    const tsx = new URL('node_modules/tsx/dist/cli.mjs', root).pathname;
    execFileSync(process.execPath, [tsx, session, url], { cwd: here, stdio: 'inherit' });
  } finally {
    server.kill();
  }
}
