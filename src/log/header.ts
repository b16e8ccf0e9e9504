import type { Choices } from '../api/choices.ts';
import type { Edition } from '../api/editions.ts';
import { ChatMockError } from '../runtime/errors.ts';
import type { Limits } from '../runtime/limits.ts';
import { wallMicros } from '../runtime/timestamp.ts';
import type { IndexFixture, SessionFixture } from '../scenario/fixture-schema.ts';
import type { Scenario } from '../scenario/schema.ts';
import type { Entry } from './entry.ts';

const FORMAT = 1;
/** What the first line of every log begins with. */
export const HEADER_START = '{"chat_mock_log":';

/** What the mock of a log starts from, beside what ships with the package. */
export interface LogData {
  readonly scenarios?: readonly Scenario[];
  readonly sessions?: readonly SessionFixture[];
  readonly indexes?: readonly IndexFixture[];
  readonly choices?: Partial<Choices>;
}

/** Options of the mock of a log that decide what its inputs lead to. */
interface LogOptions {
  readonly seed: number | string;
  readonly edition: Edition;
  readonly generatedSessions: number;
  readonly clock: 'fixed' | 'real' | 'manual';
  readonly lenient: boolean;
  readonly corsOrigins: readonly string[];
  readonly limits: Partial<Limits>;
  /** Whether the scenarios that ship with the package are there. */
  readonly builtIn: boolean;
}

/** The first line of a log. */
export interface LogHeader {
  readonly chat_mock_log: typeof FORMAT;
  readonly version: string;
  /** When it was begun, in real microseconds since 1970. */
  readonly at: number;
  readonly options: LogOptions;
  readonly data: LogData;
}

/** What a first line is made of. */
export interface LogStart extends Omit<LogHeader, 'chat_mock_log' | 'at' | 'data'> {
  readonly data: { readonly [Name in keyof LogData]: LogData[Name] | undefined };
}

/** Creates the first line of a log. */
export function createHeader(start: LogStart): LogHeader {
  // As it reads back: without what is undefined.
  return JSON.parse(JSON.stringify({ chat_mock_log: FORMAT, at: wallMicros(), ...start }));
}

/** Reads the first line of a log. Throws ChatMockError `bad_log`. */
export function parseHeader(path: string, line: string | undefined): LogHeader {
  const header = line === undefined ? null : parseLine(line);
  if (header !== null && Reflect.get(header, 'chat_mock_log') === FORMAT) return header as LogHeader; // Written by chat-mock.
  throw noLog(path);
}

/** Reads a line after the first. Throws ChatMockError `bad_log`. */
export function parseEntry(path: string, { line, n }: { readonly line: string; readonly n: number }): Entry {
  const entry = parseLine(line) as Entry | null; // Written by chat-mock.
  if (entry?.n === n) return entry;
  throw badLog(path, `line ${n + 1} is not input ${n}. Somebody has changed the file; cut it off before that line`);
}

/** Throws ChatMockError `other_log` with all that differs if a mock that starts like this cannot go on with a log. */
export function requireSame(
  path: string,
  { before, now }: { readonly before: LogHeader; readonly now: LogHeader },
): void {
  const names = (data: LogData) => (data.scenarios ?? []).map((one) => [one.scenario, JSON.stringify(one)] as const);
  const [old, fresh] = [new Map(names(before.data)), new Map(names(now.data))];
  const scenarios = [...new Set([...old.keys(), ...fresh.keys()])].filter((name) => old.get(name) !== fresh.get(name));
  const optionNames = Object.keys(now.options) as (keyof LogOptions)[];
  const differences = [
    ...(before.version === now.version ? [] : [`it was written by version ${before.version}, this is ${now.version}`]),
    ...optionNames.flatMap((name) => {
      const [was, is] = [before.options, now.options].map((options) => JSON.stringify(options[name]));
      return was === is ? [] : [`${name} was ${was} and is ${is}`];
    }),
    ...(scenarios.length > 0 ? [`other scenarios (${scenarios.join(', ')})`] : []),
    ...(['sessions', 'indexes', 'choices'] as const).flatMap((name) =>
      JSON.stringify(before.data[name]) === JSON.stringify(now.data[name]) ? [] : [`other ${name}`],
    ),
  ];
  if (differences.length === 0) return;
  throw new ChatMockError(
    'other_log',
    `Failed to go on with the log ${path}: ${differences.join('; ')}. Start as it was started, or name another file.`,
  );
}

function parseLine(line: string): object | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' ? value : null;
  } catch {
    return null; // The caller says where.
  }
}

/** The error that a file is no log. */
export function noLog(path: string): ChatMockError {
  return badLog(path, 'its first line is not that of a log. Name another file');
}

function badLog(path: string, reason: string): ChatMockError {
  return new ChatMockError('bad_log', `Failed to read the log ${path}: ${reason}.`);
}
