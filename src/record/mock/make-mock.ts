import { createReadStream } from 'node:fs';
import { dirname } from 'node:path';
import { readRecording } from '../../contract/record/read-recording.ts';
import type { RecordedExchange } from '../../contract/record/recording.ts';
import { ChatMockError } from '../../runtime/errors.ts';
import { buildMockFiles, type MadeMock } from './build-mock.ts';
import { writeMockFiles } from './write-mock.ts';

/** All bodies of a recording are in memory together. */
const MOST_BYTES = 512 * 1024 * 1024;

/** Makes a mock from a recording, in the directory of its file. Throws `input` or `output`. */
export async function makeMock(file: string): Promise<MadeMock> {
  const made = await buildMockFiles(await readExchanges(file));
  await writeMockFiles(dirname(file), made.files);
  return made;
}

async function readExchanges(file: string): Promise<RecordedExchange[]> {
  const exchanges: RecordedExchange[] = [];
  let sizeBytes = 0;
  for await (const part of readRecording({ file, bytes: createReadStream(file) })) {
    if (part.kind !== 'line' || !('exchange' in part.line)) continue;
    const { exchange } = part.line;
    sizeBytes += exchange.response?.chunks.reduce((sum, [, size]) => sum + size, 0) ?? 0;
    if (sizeBytes > MOST_BYTES)
      throw new ChatMockError(
        'input',
        `Failed to make a mock from ${file}: its answers have more than ${MOST_BYTES / 1024 / 1024} MiB. Record less at a time, or only some paths with --only.`,
      );
    exchanges.push(exchange);
  }
  return exchanges;
}
