import type { Scenario } from '../scenario/schema.ts';
import type { Entry } from './entry.ts';
import {
  createHeader,
  HEADER_START,
  type LogData,
  type LogHeader,
  type LogStart,
  noLog,
  parseEntry,
  parseHeader,
  requireSame,
} from './header.ts';
import { InputLog } from './input-log.ts';
import { LogFile, type LogSync, readLog } from './log-file.ts';

export type { Entry as LogEntry } from './entry.ts';
export type { LogHeader } from './header.ts';
export { InputLog } from './input-log.ts';
export type { Replayed } from './replay.ts';

/** What opening a log needs. */
export interface OpenOptions {
  /** What the mock is started with now. */
  readonly now: LogStart;
  readonly sync: LogSync;
  /** The scenarios that ship with the package. */
  readonly builtIn: readonly Scenario[];
}

/** A log that a mock goes on with. */
export interface OpenLog {
  readonly log: InputLog;
  /** What the mock has to start from. */
  readonly data: LogData;
  /** The size of a last line that was not written to its end, and was dropped. */
  readonly tornBytes: number;
  /** Applies what was written earlier, then takes new inputs. Returns how many inputs that were. */
  catchUp(): Promise<number>;
  close(): void;
}

/**
 * Opens the log of a mock. Throws ChatMockError `other_log` if it was started with other data, `bad_log` if the file is
 * none, `log_in_use` if another process writes to it.
 */
export async function openLog(path: string, { now, sync, builtIn }: OpenOptions): Promise<OpenLog> {
  const file = await LogFile.open(path, sync);
  try {
    if (!file.beginsWith(HEADER_START)) throw noLog(path); // It is somebody's file: nothing of it is dropped.
    const tornBytes = file.dropTorn();
    const header = startLog(file, { path, now: createHeader(now) });
    const log = new InputLog({ beganMicros: header.at, sink: file, builtIn: builtInOf(header, builtIn) });
    const close = () => {
      log.close();
      file.close();
    };
    const catchUp = async () => {
      let count = 0;
      const lines = file.lines();
      lines.next(); // The header.
      for (const entry of parseEntries(path, lines)) {
        await log.apply(entry);
        count += 1;
      }
      log.goLive();
      return count;
    };
    return { log, data: toData(header, builtIn), tornBytes, catchUp, close };
  } catch (error) {
    file.close();
    throw error;
  }
}

/** A log that is only read: what its mock starts from, and its inputs. */
export function readLogFile(path: string): { readonly header: LogHeader; entries(): Generator<Entry> } {
  const lines = readLog(path);
  const first = lines.next();
  return {
    header: parseHeader(path, first.done ? undefined : first.value),
    entries: () => parseEntries(path, lines),
  };
}

/** What a mock starts from, together with what ships with the package. */
export function toData({ options, data }: LogHeader, builtIn: readonly Scenario[]): LogData {
  return { ...data, ...(data.scenarios && { scenarios: [...builtInOf({ options }, builtIn), ...data.scenarios] }) };
}

function builtInOf({ options }: Pick<LogHeader, 'options'>, builtIn: readonly Scenario[]): readonly Scenario[] {
  return options.builtIn ? builtIn : [];
}

/** Writes the first line of a new log, or compares that of an old one with how the mock starts now. */
function startLog(file: LogFile, { path, now }: { readonly path: string; readonly now: LogHeader }): LogHeader {
  const first = file.lines().next();
  if (first.done) {
    file.append(`${JSON.stringify(now)}\n`);
    return now;
  }
  const header = parseHeader(path, first.value);
  let data = header.data;
  for (const line of file.lines()) {
    // Few lines do, and the others need not be parsed for that.
    if (!/^\{"n":\d+,"at":\d+,"kind":"(?:scenarios|fixtures)"/.test(line)) continue;
    const entry = JSON.parse(line) as Entry;
    if (entry.kind === 'scenarios') data = { ...data, scenarios: entry.scenarios };
    if (entry.kind === 'fixtures') data = { ...data, ...entry.fixtures };
  }
  requireSame(path, { before: { ...header, data }, now });
  return header;
}

/** The entries in the lines after the first. */
function* parseEntries(path: string, lines: Iterable<string>): Generator<Entry> {
  let n = 0;
  for (const line of lines) {
    n += 1;
    yield parseEntry(path, { line, n });
  }
}
