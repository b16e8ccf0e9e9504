import { defineCommand } from '../command.ts';
import { config } from './shared-options.ts';

const WIDTHS = [8, 62] as const;

/** Tests the checks: each broken mock must fail its check, and each legal variant must pass. */
export const selfTest = defineCommand({
  name: 'self-test',
  summary: 'Test the checks against broken mocks and unusual but legal ones.',
  examples: ['chat-mock self-test', 'chat-mock self-test --json'],
  exitCodes: { 0: 'All rows are right.', 1: 'A row is wrong.' },
  options: {
    json: { kind: 'switch', summary: 'Print one JSON object per line instead of a table.' },
    config,
  },
  async run({ json }, io) {
    const { selfTest: rows, unprovenChecks } = await io.load.selfTest();
    const counts = { broken: 0, legal: 0, wrong: unprovenChecks.length };
    for await (const row of rows()) {
      counts[row.kind] += 1;
      if (!row.isRight) counts.wrong += 1;
      if (json) {
        io.stdout.write(`${JSON.stringify(row)}\n`);
        continue;
      }
      const outcome = row.found.length === 0 ? 'nothing' : row.found.join(', ');
      const mark = row.isRight ? io.paint('green', 'ok   ') : io.paint('red', 'WRONG');
      const wanted = row.isRight || row.wanted === null ? '' : `, wanted ${row.wanted}`;
      io.stdout.write(`${mark} ${row.kind.padEnd(WIDTHS[0])}${row.name.padEnd(WIDTHS[1])} found ${outcome}${wanted}\n`);
    }
    for (const id of unprovenChecks) io.stdout.write(`${io.paint('red', 'WRONG')} no broken mock proves ${id}\n`);
    if (!json)
      io.stdout.write(`${counts.broken} broken mocks, ${counts.legal} legal variants, ${counts.wrong} wrong\n`);
    return counts.wrong === 0 ? 0 : 1;
  },
});
