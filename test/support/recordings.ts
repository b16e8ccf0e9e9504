import { type ReplayOptions, type Report, replay, type VerifyOptions } from '../../src/contract/index.ts';
import { runVerify } from './verify.ts';

/** Runs `verify` and keeps its recording. */
export async function recordVerify(
  options: VerifyOptions,
): Promise<{ readonly report: Report; readonly text: string }> {
  const pieces: string[] = [];
  const { report } = await runVerify({
    ledgerDirectory: null,
    ...options,
    record: { write: async (text) => void pieces.push(text) },
  });
  return { report, text: pieces.join('') };
}

/** Judges the text of a recording. */
export async function replayText(text: string, options: Omit<ReplayOptions, 'recordings'> = {}): Promise<Report> {
  const recordings = [{ file: 'run.ndjson', bytes: inPieces(text) }];
  for await (const event of replay({ recordings, ...options })) if (event.type === 'finished') return event.report;
  throw new Error('The replay told no end.');
}

/** Pieces that fall anywhere, as those of a file do. */
async function* inPieces(text: string): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += 60_001) yield bytes.subarray(at, at + 60_001);
}
