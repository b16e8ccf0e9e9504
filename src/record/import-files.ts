import { readFile } from 'node:fs/promises';
import { findOperation } from '../contract/record/find-operation.ts';
import { readRecording } from '../contract/record/read-recording.ts';
import type { RecordedExchange } from '../contract/record/recording.ts';
import { ChatMockError, messageOf } from '../runtime/errors.ts';
import { formatMicros, wallMicros } from '../runtime/timestamp.ts';
import { createExchangeRedactor, type Hidden, noneHidden } from './exchange-redactor.ts';
import { importCurlTrace } from './import/curl-trace.ts';
import { importHar } from './import/har.ts';
import type { Imported, ImportedExchange, ImportSource } from './import/source.ts';
import { importSse } from './import/sse.ts';
import { createRecordingFile } from './recording-file.ts';

/** What is imported, and where to. */
export interface ImportOptions {
  readonly files: readonly string[];
  /** The file of the recording that is made. */
  readonly out: string;
  /** Names whose values are hidden in addition to those that look secret. */
  readonly redact: readonly string[];
  /** Replaces what people wrote by pseudonyms. */
  readonly redactPrompts?: boolean;
  readonly replaces: boolean;
}

/** What was imported. */
export interface ImportedFiles {
  readonly exchanges: number;
  readonly hidden: Hidden;
  readonly notes: readonly string[];
}

const MOST_BYTES = 256 * 1024 * 1024;

/**
 * Writes what other tools have saved as a recording, without its secrets: a HAR file, a trace of curl, the saved body of
 * a stream, or another recording. Throws `input` for what is none of them.
 */
export async function importFiles({ files, out, replaces, ...redaction }: ImportOptions): Promise<ImportedFiles> {
  const all: Imported[] = [];
  for (const file of files) all.push(await readSource(file));
  const redactor = createExchangeRedactor(redaction);
  const target = all.find((one) => one.target !== null)?.target ?? 'http://unknown.test';
  const started_at = formatMicros(wallMicros(), 'utc_milliseconds');
  const recording = await createRecordingFile(out, { header: { made_by: 'import', target, started_at }, replaces });
  let exchanges = 0;
  const hidden = noneHidden();
  try {
    for (const one of all.flatMap((imported) => imported.exchanges)) {
      exchanges += 1;
      const shown = redactor.conceal(withPlace(one, exchanges));
      hidden.add(shown.hidden);
      await recording.append({ exchange: shown.exchange });
    }
  } finally {
    await recording.close();
  }
  return { exchanges, hidden: hidden.total, notes: all.flatMap(({ notes }) => notes) };
}

function withPlace(exchange: ImportedExchange, id: number): RecordedExchange {
  const found = findOperation(exchange.request);
  return {
    ...exchange,
    id,
    number: id,
    role: null,
    operation: found?.operation ?? null,
    session_id: found?.sessionId ?? null,
  };
}

async function readSource(file: string): Promise<Imported> {
  const bytes = await readFile(file).catch((error: unknown) => {
    throw new ChatMockError('input', `Failed to import ${file}: ${messageOf(error)}. Check the path.`, {
      cause: error,
    });
  });
  if (bytes.byteLength > MOST_BYTES)
    throw new ChatMockError(
      'input',
      `Failed to import ${file}: it has more than ${MOST_BYTES / 1024 / 1024} MiB. Save less at a time.`,
    );
  const source: ImportSource = { file, bytes };
  const head = bytes
    .subarray(0, 4096)
    .toString('utf8')
    .replace(/^\ufeff/, '')
    .trimStart();
  if (head.startsWith('{"chat_mock_recording"')) return importRecording(source);
  if (head.startsWith('{')) return importHar(parsable(source));
  if (/^(?:\d\d:\d\d:\d\d\.\d+ )?(?:==|=>|<=) /.test(head)) return importCurlTrace(source);
  if (/^(?::|(?:event|data|id|retry):)/.test(head)) return importSse(source);
  throw new ChatMockError(
    'input',
    `Failed to import ${file}: it is none of the forms that can be read. Give a HAR file, what curl --trace writes, the body of a stream, or a recording of chat-mock.`,
  );
}

function parsable(source: ImportSource): ImportSource {
  try {
    JSON.parse(Buffer.from(source.bytes).toString('utf8'));
    return source;
  } catch (error) {
    throw new ChatMockError(
      'input',
      `Failed to import ${source.file}: it begins as a HAR file and is not JSON. Save it again.`,
      { cause: error },
    );
  }
}

async function importRecording({ file, bytes }: ImportSource): Promise<Imported> {
  const exchanges: ImportedExchange[] = [];
  const notes: string[] = [];
  let target: string | null = null;
  for await (const part of readRecording({ file, bytes: inOne(bytes) })) {
    if (part.kind === 'header') target = part.header.target;
    else if (part.kind === 'torn') notes.push(`${file} was cut in line ${part.line}: its last exchange is missing.`);
    // What flows of `verify` sent has no meaning for a mock beside the requests themselves.
    else if ('exchange' in part.line) {
      const { expectation, ...exchange } = part.line.exchange;
      exchanges.push({ ...exchange, flow: null });
    }
  }
  return { exchanges, target, notes };
}

async function* inOne(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
