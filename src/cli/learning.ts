import type { DriftReport, Learned, LearnedDrift, RunTrace } from '../contract/index.ts';
import { ChatMockError, FileProblemsError } from '../runtime/errors.ts';
import { escapeUnsafe } from '../runtime/escape.ts';
import type { VerifyValues } from './commands/verify-options.ts';
import type { Io } from './io.ts';
import { readText } from './read-text.ts';
import { openText } from './write-text.ts';

const headings: Readonly<Record<LearnedDrift['breaks'], string>> = {
  clients: 'Breaks clients',
  mocks: 'A mock does it otherwise',
  nobody: 'Additions, and what is mended',
};

/** Learns from a run, or compares it with what was learned. */
export interface Learning {
  /** Writes or compares; resolves with the exit code. */
  tell(trace: RunTrace): Promise<number>;
  /** Closes the file; a new one that is empty goes away. */
  close(): Promise<void>;
}

/**
 * Prepares to learn from a run, or to compare it with what was learned. A file that cannot be read or written is
 * known before anything is sent.
 */
export async function openLearning({ learn, check, json, report }: VerifyValues, io: Io): Promise<Learning> {
  if (check) {
    if (learn === undefined)
      throw new ChatMockError(
        'usage',
        'Failed to check: there is no file to compare with. Name one with --learn FILE.',
      );
    const before = await readLearned(learn, io);
    const isTaken = json || report.some(({ file }) => file === '-');
    return {
      tell: async (trace) => {
        const { compareLearned } = await io.load.contract();
        const found = compareLearned(before, trace);
        (isTaken ? io.stderr : io.stdout).write(formatDrift(found, learn));
        return trace.report.exit_code === 0 && found.drifts.length > 0 ? 1 : trace.report.exit_code;
      },
      close: async () => {},
    };
  }
  const sink = learn === undefined ? null : await openText(learn, '--learn');
  return {
    tell: async (trace) => {
      if (sink !== null) {
        const { toLearned } = await io.load.contract();
        const learned = toLearned(trace);
        await sink.write(`${JSON.stringify(learned, null, 2)}\n`);
        io.stderr.write(`Wrote ${Object.keys(learned).length - 1} choices to ${learn}\n`);
      }
      return trace.report.exit_code;
    },
    close: async () => sink?.close(),
  };
}

async function readLearned(file: string, io: Io): Promise<Learned> {
  const text = readText(file, {
    thing: `what was learned, ${file}`,
    advice: 'Write it first, with --learn FILE alone.',
  });
  const { readDocument } = await io.load.document();
  const { ChoicesDocument } = await import('../api/choices-schema.ts'); // Late: it needs zod.
  const reading = readDocument({ file, text, schema: ChoicesDocument });
  if ('problems' in reading) throw new FileProblemsError('what was learned', reading.problems);
  const { observed, ...choices } = reading.value;
  if (observed) return { ...choices, observed };
  throw new ChatMockError(
    'input',
    `Failed to check ${file}: it holds choices only, and nothing that was observed. Write it again, with --learn ${file} alone.`,
  );
}

function formatDrift({ drifts, patch }: DriftReport, file: string): string {
  if (drifts.length === 0) return `\nNo change since ${escapeUnsafe(file)} was written.\n`;
  const groups = (Object.keys(headings) as LearnedDrift['breaks'][]).flatMap((breaks) => {
    // The keys of the table.
    const own = drifts.filter((drift) => drift.breaks === breaks);
    if (own.length === 0) return [];
    return [
      `\n${headings[breaks]}: ${own.length}\n`,
      ...own.map(
        ({ kind, what, here, there }) =>
          `${escapeUnsafe(`  ${kind.padEnd(9)} ${what}: ${here} before, ${there} now`)}\n`,
      ),
    ];
  });
  const changes =
    Object.keys(patch).length > 0 ? `\nThe choices to change in ${file}:\n${JSON.stringify(patch, null, 2)}\n` : '';
  return `\n${drifts.length} changes since ${file} was written.\n${groups.join('')}${changes}`;
}
