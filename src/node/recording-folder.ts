import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Choices } from '../api/choices.ts';
import { decodeText } from '../runtime/decode-text.ts';
import { ChatMockError, FileProblemsError, messageOf, type Problem } from '../runtime/errors.ts';
import type { SessionFixture } from '../scenario/fixture-schema.ts';
import { parseChoices } from '../scenario/parse-choices.ts';
import { parseSessionFixture } from '../scenario/parse-fixtures.ts';
import { parseScenario } from '../scenario/parse-scenario.ts';
import type { Scenario } from '../scenario/schema.ts';
import { compilePattern } from './compile-pattern.ts';
import { LARGEST_BYTES, nameOf } from './files.ts';
import { isReadable, MOST_FILES } from './find-files.ts';

/** The mock that `chat-mock record` or `chat-mock import` has made in a directory. */
export interface RecordingFolder {
  readonly scenarios: readonly Scenario[];
  readonly sessions: readonly SessionFixture[];
  readonly choices: Partial<Choices>;
}

type Parsed<Value> = { readonly value: Value } | { readonly problems: readonly Problem[] };

/**
 * Reads `scenarios/`, `sessions/` and `choices.yaml` of a recording, each of which may be missing. Synchronous, as
 * `createChatMock` is. Throws FileProblemsError with all problems of all files, or ChatMockError `no_directory`,
 * `no_files` or `unreadable_file`.
 */
export function readRecordingFolder(directory: string): RecordingFolder {
  if (!statSync(directory, { throwIfNoEntry: false })?.isDirectory())
    throw new ChatMockError(
      'no_directory',
      `Failed to load a recording: ${directory} is not a directory. Name the one of --out.`,
    );
  const [scenarioFiles, sessionFiles] = [
    listFiles(join(directory, 'scenarios')),
    listFiles(join(directory, 'sessions')),
  ];
  const choicesFiles = [join(directory, 'choices.yaml')].filter((file) => existsSync(file));
  if (scenarioFiles.length + sessionFiles.length + choicesFiles.length === 0) throw noMock(directory);
  const problems: Problem[] = [];
  const parseAll = <Value>(
    files: readonly string[],
    parse: (source: { readonly file: string; readonly text: string }) => Parsed<Value>,
  ) =>
    files.flatMap((path): Value[] => {
      const read = readText(path);
      const parsed = 'problems' in read ? read : parse(read);
      if ('value' in parsed) return [parsed.value];
      problems.push(...parsed.problems);
      return [];
    });
  const taken = new Map<string, string>();
  const scenarios = parseAll(scenarioFiles, (source) => parseScenario({ ...source, compilePattern }));
  const sessions = parseAll(sessionFiles, (source) => parseSessionFixture({ ...source, taken }));
  const [choices = {}] = parseAll(choicesFiles, parseChoices);
  if (problems.length > 0) throw new FileProblemsError('the recording', problems);
  return { scenarios, sessions, choices };
}

function noMock(directory: string): ChatMockError {
  const recording = join(directory, 'recording.ndjson');
  const advice = existsSync(recording)
    ? `It holds a recording of which no mock was made: run npx chat-mock import ${recording} --out DIR, and name that DIR.`
    : 'Name the directory that chat-mock record or chat-mock import has written.';
  return new ChatMockError('no_files', `Failed to load a recording: ${directory} holds no mock. ${advice}`);
}

function listFiles(directory: string): string[] {
  if (!existsSync(directory)) return [];
  const names = readdirSync(directory).filter(isReadable).sort();
  if (names.length <= MOST_FILES) return names.map((name) => join(directory, name));
  throw new ChatMockError(
    'no_files',
    `Failed to load a recording: ${directory} holds more than ${MOST_FILES} files, which no recording has. Name the directory of --out.`,
  );
}

type Text = { readonly file: string; readonly text: string } | { readonly problems: readonly Problem[] };

function readText(path: string): Text {
  const file = nameOf(path);
  try {
    const stats = statSync(path);
    if (!stats.isFile()) throw new Error('it is not a file');
    if (stats.size > LARGEST_BYTES) throw new Error(`it is larger than ${LARGEST_BYTES} bytes`);
    const decoded = decodeText(readFileSync(path));
    return 'text' in decoded ? { file, text: decoded.text } : { problems: [{ file, ...decoded.problem }] };
  } catch (error) {
    throw new ChatMockError(
      'unreadable_file',
      `Failed to read ${file} of a recording: ${messageOf(error)}. Check that it is a file that this user may read.`,
      { cause: error },
    );
  }
}
