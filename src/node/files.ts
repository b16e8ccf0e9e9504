import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';
import type { Choices } from '../api/choices.ts';
import { decodeLossily, decodeText } from '../runtime/decode-text.ts';
import { ChatMockError, FileProblemsError, messageOf, type Problem } from '../runtime/errors.ts';
import type { IndexFixture, SessionFixture } from '../scenario/fixture-schema.ts';
import type { Scenario } from '../scenario/schema.ts';
import { compilePattern } from './compile-pattern.ts';
import { findFiles, isDirectory, isReadable, isSkipped } from './find-files.ts';

export { findFiles } from './find-files.ts';

/** A larger file was not written by a person. */
export const LARGEST_BYTES = 64 * 1024 * 1024;

interface Source {
  /** The directory that was named, or that of a file that was named. */
  readonly root: string;
  /** As a person would name it: relative to where they are. */
  readonly file: string;
  /** Invalid UTF-8 is shown as U+FFFD and reported as a problem. */
  readonly text: string;
  readonly problems: readonly Problem[];
}

type Parsed<Value> = { readonly value: Value } | { readonly problems: readonly Problem[] };

/**
 * Loads every scenario of a directory and its subdirectories. Rejects with FileProblemsError that lists all problems of
 * all files, or with ChatMockError `no_directory` or `no_files`.
 *
 * @example
 * const scenarios = [...builtInScenarios, ...(await loadScenarios('test/scenarios'))];
 * const mock = createChatMock({ scenarios });
 */
export async function loadScenarios(directory: string): Promise<Scenario[]> {
  const sources = await readScenarios(directory);
  return parseAll('scenarios', sources, await scenarioParser(sources));
}

/** Loads the scenario of one file. Rejects like `loadScenarios`. */
export async function loadScenario(file: string): Promise<Scenario> {
  const source = await readSource(file, { root: dirname(file), what: 'scenario' });
  const [scenario] = parseAll('the scenario', [source], await scenarioParser([source]));
  if (scenario) return scenario;
  throw new ChatMockError('no_files', `Failed to load ${file}: it holds no scenario.`);
}

/** The problems of scenario files, each with its line. */
export interface ScenarioReport {
  readonly files: readonly string[];
  readonly problems: readonly (Problem & { readonly source: string })[];
}

/** Checks scenario files and directories without serving them. */
export async function checkScenarios(paths: readonly string[]): Promise<ScenarioReport> {
  const sources = (await Promise.all(paths.map(readScenarioSources))).flat();
  const parse = await scenarioParser(sources);
  const problems = sources.flatMap((source) => {
    const result = parse(source);
    const lines = source.text.split(/\r\n|[\r\n]/);
    return 'problems' in result
      ? result.problems.map((problem) => ({ ...problem, source: lines[problem.line - 1] ?? '' }))
      : [];
  });
  return { files: sources.map(({ file }) => file), problems };
}

async function readScenarioSources(path: string): Promise<Source[]> {
  const stats = await stat(path).catch(() => null); // Unreadable for any reason; reported below.
  if (!stats) throw new ChatMockError('unreadable_file', `Failed to read ${path}: there is no such file or directory.`);
  if (stats.isDirectory()) return readScenarios(path);
  return [await readSource(path, { root: dirname(path), what: 'scenario' })];
}

async function readScenarios(directory: string): Promise<Source[]> {
  await requireDirectory(directory, 'scenarios');
  const sources = await readSources(directory, 'scenarios');
  if (sources.length > 0) return sources;
  throw new ChatMockError(
    'no_files',
    `Failed to load scenarios: ${directory} holds none. Name a directory with .yaml, .yml or .json files in it, or below it.`,
  );
}

/** Each is named as its file, so a name can stand twice. Faker is loaded only to try templates. */
async function scenarioParser(sources: readonly Source[]): Promise<(source: Source) => Parsed<Scenario>> {
  const { parseScenario } = await import('../scenario/parse-scenario.ts');
  const hasTemplates = sources.some(({ text }) => text.includes('{{'));
  const createFill = hasTemplates ? await (await import('../scenario/template.ts')).loadFill() : undefined;
  const nameOf = ({ root, file }: Source) => join(root, basename(file).replace(/\.\w+$/, ''));
  const firsts = new Map(sources.toReversed().map((source) => [nameOf(source), source]));
  return (source) => {
    const first = firsts.get(nameOf(source));
    if (!first || first === source)
      return parseIfRead(source, (read) => parseScenario({ ...read, createFill, compilePattern }));
    const where = dirname(first.file) === dirname(source.file) ? '' : `: ${first.file}`;
    return { problems: [problemAt(source.file, `another file holds a scenario of this name${where}`)] };
  };
}

/**
 * The files below `sessions/`, and `indexes.yaml`, of a directory; one of both may be missing. Throws as loadScenarios
 * does. A file that stands elsewhere is a problem, but `scenarios/` may stand beside them. A directory that is itself
 * called `sessions` holds sessions only.
 */
export async function loadFixtures(
  directory: string,
): Promise<{ sessions: SessionFixture[]; indexes: IndexFixture[] }> {
  await requireDirectory(directory, 'fixtures');
  const taken = new Map<string, string>();
  const { parseIndexFixtures, parseSessionFixture } = await import('../scenario/parse-fixtures.ts');
  const within = join(directory, 'sessions');
  const isSessions = basename(resolve(directory)) === 'sessions' && !(await isDirectory(within));
  const sessions = await readSessions(isSessions ? directory : within);
  const { indexFiles, misplaced } = isSessions ? NO_OTHERS : await sortFixtures(directory);
  if (misplaced.length > 0)
    throw new FileProblemsError(
      'fixtures',
      misplaced.map((path) =>
        problemAt(nameOf(path), 'is not read; sessions belong into sessions/, indexes into indexes.yaml'),
      ),
    );
  const indexes = await Promise.all(indexFiles.map((path) => readSource(path, { root: directory, what: 'indexes' })));
  if (sessions.length === 0 && indexes.length === 0)
    throw new ChatMockError(
      'no_files',
      `Failed to load fixtures: ${directory} holds none. Name a directory with sessions/*.yaml or indexes.yaml in it.`,
    );
  return {
    sessions: parseAll('sessions', sessions, (source) => parseSessionFixture({ ...source, taken })),
    indexes: parseAll('indexes', indexes, parseIndexFixtures).flat(),
  };
}

async function readSessions(directory: string): Promise<Source[]> {
  const stats = await stat(directory).catch(() => null);
  if (!stats) return [];
  await requireDirectory(directory, 'sessions');
  return readSources(directory, 'sessions');
}

/** What a directory of sessions alone holds beside them. */
const NO_OTHERS: { readonly indexFiles: readonly string[]; readonly misplaced: readonly string[] } = {
  indexFiles: [],
  misplaced: [],
};

/** What holds indexes, and what is neither that nor below a directory of its own. */
async function sortFixtures(directory: string): Promise<{ indexFiles: string[]; misplaced: string[] }> {
  const names = (await readdir(directory)).sort(); // It has just been seen to be a directory.
  const indexFiles: string[] = [];
  const misplaced: string[] = [];
  for (const name of names) {
    const path = join(directory, name);
    if (isSkipped(name) || name === 'sessions' || name === 'scenarios') continue;
    if (await isDirectory(path)) misplaced.push(...(await findFiles(path)));
    else if (/^indexes\.\w+$/.test(name) && isReadable(name)) indexFiles.push(path);
    else if (isReadable(name)) misplaced.push(path);
  }
  return { indexFiles, misplaced };
}

/** Loads a choices file, YAML or JSON. */
export async function loadChoices(file: string): Promise<Partial<Choices>> {
  const { parseChoices } = await import('../scenario/parse-choices.ts');
  const [choices = {}] = parseAll(
    'choices',
    [await readSource(file, { root: dirname(file), what: 'choices' })],
    parseChoices,
  );
  return choices;
}

function parseAll<Value>(what: string, sources: readonly Source[], parse: (source: Source) => Parsed<Value>): Value[] {
  const parsed = sources.map((source) => parseIfRead(source, parse));
  const problems = parsed.flatMap((result) => ('problems' in result ? result.problems : []));
  if (problems.length > 0) throw new FileProblemsError(what, problems);
  return parsed.flatMap((result) => ('value' in result ? [result.value] : []));
}

function parseIfRead<Value>(source: Source, parse: (source: Source) => Parsed<Value>): Parsed<Value> {
  return source.problems.length > 0 ? { problems: source.problems } : parse(source);
}

function problemAt(file: string, message: string): Problem {
  return { file, line: 1, column: 1, message };
}

async function readSources(root: string, what: string): Promise<Source[]> {
  const files = await findFiles(root);
  return Promise.all(files.map((path) => readSource(path, { root, what })));
}

/** A file as a person would name it: relative to where they are. */
export function nameOf(path: string): string {
  const near = relative(process.cwd(), path);
  return near.startsWith('..') ? path : near;
}

/** Reports invalid UTF-8 as a problem, instead of serving replacement characters. */
async function readSource(
  path: string,
  { root, what }: { readonly root: string; readonly what: string },
): Promise<Source> {
  const bytes = await readBytes(path).catch((error: unknown) => {
    throw new ChatMockError(
      'unreadable_file',
      `Failed to read ${what} ${path}: ${messageOf(error)}. Check that it is a file that this user may read.`,
      { cause: error },
    );
  });
  const file = nameOf(path);
  const decoded = decodeText(bytes);
  if ('text' in decoded) return { root, file, text: decoded.text, problems: [] };
  return { root, file, text: decodeLossily(bytes), problems: [{ file, ...decoded.problem }] };
}

/** Reading a named pipe would wait forever. */
async function readBytes(path: string): Promise<Uint8Array> {
  const stats = await stat(path).catch(() => null); // Why there is none, reading says.
  if (stats && !stats.isFile()) throw new Error('it is not a file');
  if (stats && stats.size > LARGEST_BYTES) throw new Error(`it is larger than ${LARGEST_BYTES} bytes`);
  return readFile(path);
}

async function requireDirectory(directory: string, what: string): Promise<void> {
  if (await isDirectory(directory)) return;
  throw new ChatMockError(
    'no_directory',
    `Failed to load ${what}: ${directory} is not a directory. Name one that exists.`,
  );
}
