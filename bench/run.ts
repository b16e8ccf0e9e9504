import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { benchFile, program, root } from './harness/contestants.ts';
import { describeMachine, loadText } from './harness/machine.ts';
import { modes } from './harness/modes.ts';
import { type MeasuredRow, toJson, toMarkdown } from './harness/report.ts';
import { writeShown } from './harness/shown.ts';
import { rows } from './rows.ts';

const usage = `npm run bench -- [--smoke | --quick | --full] [--only NAME]… [--peers] [--out FOLDER] [--list]

  --smoke      each row as briefly as it can be: shows that it runs, the figures mean nothing
  --quick      under two minutes, figures of one or two rounds (the default)
  --full       what is committed: if nothing is left out, writes bench/results.md, bench/results.json and the figures
               of docs/performance.md and README.md
  --only NAME  only the rows whose names begin with it; repeatable
  --peers      also beside aimock, Prism, Mockoon and msw, which are downloaded to the user's cache
  --out FOLDER writes results.md and results.json there
  --list       the names of all rows`;

const { values } = parseArgs({
  options: {
    smoke: { type: 'boolean' },
    quick: { type: 'boolean' },
    full: { type: 'boolean' },
    only: { type: 'string', multiple: true },
    peers: { type: 'boolean' },
    out: { type: 'string' },
    list: { type: 'boolean' },
    help: { type: 'boolean' },
  },
});
const chosen = rows
  .filter(({ needsPeers }) => values.peers || !needsPeers)
  .filter(({ name }) => values.only?.some((start) => name.startsWith(start)) ?? true);

const modeNames = (['smoke', 'quick', 'full'] as const).filter((name) => values[name]);

if (values.help) console.log(usage);
else if (values.list) console.log(rows.map(({ name, what }) => `${name.padEnd(20)} ${what}`).join('\n'));
else if (chosen.length === 0)
  fail(`No row is called ${values.only}. Rows: ${rows.map(({ name }) => name).join(', ')}.`);
else if (modeNames.length > 1) fail(`Give only one of ${modeNames.map((name) => `--${name}`).join(', ')}.`);
else if (!existsSync(program)) fail(`${program} is missing. Run npm run build first: the built program is measured.`);
else await run();

async function run(): Promise<void> {
  process.once('SIGINT', () => process.exit(130));
  process.once('SIGTERM', () => process.exit(143));
  const mode = modes[modeNames[0] ?? 'quick'];
  const folder = mkdtempSync(join(tmpdir(), 'chat-mock-bench-'));
  const measured: MeasuredRow[] = [];
  const loadBefore = loadText();
  for (const { name, what, measure } of chosen) {
    const startMs = performance.now();
    try {
      measured.push({ name, what, figures: await measure({ mode, folder }) });
    } catch (error) {
      // The other rows are worth having without it.
      process.exitCode = 1;
      console.error(error);
      measured.push({ name, what: `${what} (failed, see the output of the run)`, figures: [] });
    }
    process.stderr.write(`${name}: ${((performance.now() - startMs) / 1000).toFixed(1)} s\n`);
  }
  rmSync(folder, { recursive: true });
  const results = { mode: mode.name, machine: describeMachine([loadBefore, loadText()]), rows: measured };
  const out = values.out ?? (values.full && !values.only ? benchFile('.') : undefined);
  if (out !== undefined) {
    mkdirSync(out, { recursive: true });
    writeFileSync(join(out, 'results.md'), toMarkdown(results));
    writeFileSync(join(out, 'results.json'), toJson(results));
  }
  // What is committed is shown in the documents, too.
  if (out === benchFile('.')) writeShown(root, results);
  console.log(toMarkdown(results));
}

function fail(message: string): void {
  process.stderr.write(`${message}\n`);
  process.exitCode = 2;
}
