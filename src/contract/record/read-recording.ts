import { decodeText } from '../../runtime/decode-text.ts';
import { ChatMockError, FileProblemsError } from '../../runtime/errors.ts';
import { parseValue } from '../../runtime/parse-issue.ts';
import { didYouMean } from '../../runtime/suggest.ts';
import { parseJson } from './json.ts';
import { RecordingHeader, type RecordingLine, recordingLines } from './recording.ts';

/** What a recording holds, in order: its header, its lines, and half a line at its end if it was cut there. */
export type RecordingPart =
  | { readonly kind: 'header'; readonly header: RecordingHeader }
  | { readonly kind: 'line'; readonly line: RecordingLine }
  /** What was written of a last line that is not whole; its exchange is lost. */
  | { readonly kind: 'torn'; readonly line: number; readonly sizeBytes: number };

/** A file of a recording. */
export interface RecordingSource {
  /** For messages. */
  readonly file: string;
  readonly bytes: AsyncIterable<Uint8Array>;
}

const LINE_FEED = 0x0a;
/** A longer line holds more than any exchange that is ever recorded. */
const MOST_LINE_BYTES = 128 * 1024 * 1024;
const kinds = Object.keys(recordingLines) as (keyof typeof recordingLines)[]; // The keys of the table.

/**
 * Reads a recording line by line. A last line without its line feed was cut, by a kill or a full disk, and is named but
 * not read, even if it parses. Throws FileProblemsError for the first line that is none of a recording.
 */
export async function* readRecording({ file, bytes }: RecordingSource): AsyncGenerator<RecordingPart, void, undefined> {
  let number = 0;
  for await (const { text, isWhole } of splitLines(bytes, file)) {
    number += 1;
    if (!isWhole) {
      if (number === 1) throw noRecording(file);
      yield { kind: 'torn', line: number, sizeBytes: text.byteLength };
      return;
    }
    if (number === 1) yield { kind: 'header', header: readHeader(text, file) };
    else yield { kind: 'line', line: readLine(text, { file, number }) };
  }
  if (number === 0) throw noRecording(file);
}

interface Line {
  readonly text: Uint8Array;
  readonly isWhole: boolean;
}

async function* splitLines(bytes: AsyncIterable<Uint8Array>, file: string): AsyncGenerator<Line> {
  let parts: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const piece of bytes) {
    let start = 0;
    for (let end = piece.indexOf(LINE_FEED); end !== -1; end = piece.indexOf(LINE_FEED, start)) {
      yield { text: Buffer.concat([...parts, piece.subarray(start, end)]), isWhole: true };
      parts = [];
      sizeBytes = 0;
      start = end + 1;
    }
    if (start === piece.byteLength) continue;
    parts.push(piece.subarray(start));
    sizeBytes += piece.byteLength - start;
    if (sizeBytes > MOST_LINE_BYTES)
      throw new ChatMockError(
        'input',
        `Failed to read the recording ${file}: a line has more than ${MOST_LINE_BYTES / 1024 / 1024} MiB, and no exchange has. Name a file that chat-mock has recorded.`,
      );
  }
  if (sizeBytes > 0) yield { text: Buffer.concat(parts), isWhole: false };
}

function noRecording(file: string): ChatMockError {
  return new ChatMockError(
    'input',
    `Failed to read the recording ${file}: it has no whole line. Name a file that chat-mock has recorded.`,
  );
}

function readHeader(bytes: Uint8Array, file: string): RecordingHeader {
  const value = readJson(bytes, { file, number: 1 });
  const version = typeof value === 'object' && value !== null && 'chat_mock_recording' in value;
  if (!version)
    throw problem(
      { file, number: 1 },
      'is not a recording: its first line has no "chat_mock_recording". Name a file that chat-mock has recorded',
    );
  const { data, issues } = checkDepth({ file, number: 1 }, () => parseValue(RecordingHeader, value));
  if (data === undefined) throw problem({ file, number: 1 }, issues.map(sayIssue).join('; '));
  return data;
}

interface Place {
  readonly file: string;
  readonly number: number;
}

function readLine(bytes: Uint8Array, place: Place): RecordingLine {
  const value = readJson(bytes, place);
  const keys = typeof value === 'object' && value !== null ? Object.keys(value) : [];
  const kind = kinds.find((one) => keys.includes(one));
  if (kind === undefined) {
    const [found = 'nothing'] = keys;
    throw problem(
      place,
      `is ${JSON.stringify(found)}${didYouMean(found, kinds) || '.'} A line is one of: ${kinds.join(', ')}`,
    );
  }
  const { data, issues } = checkDepth(place, () =>
    parseValue<RecordingLine>(recordingLines[kind], value, { worded: 1 }),
  );
  if (data === undefined) throw problem(place, issues.slice(0, 3).map(sayIssue).join('; '));
  return data;
}

/** Runs what looks through a value, which overflows the stack where it is nested too deeply. */
function checkDepth<Result>(place: Place, parse: () => Result): Result {
  try {
    return parse();
  } catch (error) {
    if (error instanceof RangeError) throw problem(place, 'is nested too deeply');
    throw error;
  }
}

function readJson(bytes: Uint8Array, place: Place): unknown {
  const decoded = decodeText(bytes);
  if (!('text' in decoded)) throw problem(place, decoded.problem.message);
  const { text } = decoded;
  try {
    return JSON.parse(text);
  } catch {
    const reading = parseJson(text);
    throw problem(place, reading.ok ? 'is not JSON' : `${reading.reason} at ${reading.at}`);
  }
}

function sayIssue({ path, key, message }: ReturnType<typeof parseValue>['issues'][number]): string {
  const place = [...path, ...(key === undefined ? [] : [key])].map(String).join('.');
  return place === '' ? message : `${place} ${message}`;
}

function problem({ file, number }: Place, message: string): FileProblemsError {
  return new FileProblemsError('the recording', [{ file, line: number, column: 1, message }]);
}
