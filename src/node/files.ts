import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import type { Choices } from '../api/choices.ts';
import { decodeLossily, decodeText } from '../runtime/decode-text.ts';
import { ChatMockError, FileProblemsError, type Problem } from '../runtime/errors.ts';
import type { IndexFixture, SessionFixture } from '../scenario/fixture-schema.ts';
import type { Scenario } from '../scenario/schema.ts';

interface Source {
  /** As a person would name it: relative to where they are. */
  readonly file: string;
  /** What is no UTF-8 in it is U+FFFD, and a fault. */
  readonly text: string;
  readonly faults: readonly Problem[];
}

type Parsed<Value> = { readonly value: Value } | { readonly problems: readonly Problem[] };

/** Every scenario of a directory, by name. Throws FileProblemsError with all problems of all files. */
export async function loadScenarios(directory: string): Promise<Scenario[]> {
  const sources = await readSources(directory, 'scenarios');
  return parseAll('scenarios', sources, await scenarioParser(sources));
}

/** All that is wrong with scenario files, each with the line it is in. */
export interface ScenarioReport {
  readonly files: readonly string[];
  readonly problems: readonly (Problem & { readonly source: string })[];
}

/** Looks through scenario files, and those of directories, without serving them. */
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
  const stats = await stat(path).catch(() => null); // Whatever the reason, it cannot be read: said below.
  if (!stats) throw new ChatMockError('unreadable_file', `Failed to read ${path}: there is no such file or directory.`);
  if (stats.isDirectory()) return readSources(path, 'scenarios');
  return [await readSource(path, { file: path, what: 'scenario' })];
}

/**
 * Each is named as its file, so two of one name differ in how the file's name ends. Faker is loaded only to try
 * templates.
 */
async function scenarioParser(sources: readonly Source[]): Promise<(source: Source) => Parsed<Scenario>> {
  const { parseScenario } = await import('../scenario/parse-scenario.ts');
  const hasTemplates = sources.some(({ text }) => text.includes('{{'));
  const fill = hasTemplates ? await (await import('../scenario/template.ts')).loadFill() : undefined;
  const nameOf = ({ file }: Source) => file.replace(/\.\w+$/, '');
  const firsts = new Map(sources.toReversed().map((source) => [nameOf(source), source]));
  return (source) =>
    firsts.get(nameOf(source)) === source
      ? parseIfRead(source, (read) => parseScenario({ ...read, fill }))
      : { problems: [problemAt(source.file, 1, 'another file holds a scenario of this name')] };
}

/** `sessions/*.yaml` and `indexes.yaml` of a directory; one that is not there is empty. */
export async function loadFixtures(
  directory: string,
): Promise<{ sessions: SessionFixture[]; indexes: IndexFixture[] }> {
  await requireDirectory(directory, 'fixtures');
  const taken = new Map<string, string>();
  const { parseIndexFixtures, parseSessionFixture } = await import('../scenario/parse-fixtures.ts');
  const sessions = await readSources(join(directory, 'sessions'), 'sessions', { optional: true });
  const indexes = (await readSources(directory, 'indexes', { optional: true })).filter(({ file }) =>
    basename(file).startsWith('indexes.'),
  );
  return {
    sessions: parseAll('sessions', sessions, (source) => parseSessionFixture({ ...source, taken })),
    indexes: parseAll('indexes', indexes, parseIndexFixtures).flat(),
  };
}

/** The settings of a choices file, YAML or JSON. */
export async function loadChoices(file: string): Promise<Partial<Choices>> {
  const { parseChoices } = await import('../scenario/parse-choices.ts');
  const [choices = {}] = parseAll('choices', [await readSource(file, { file, what: 'choices' })], parseChoices);
  return choices;
}

function parseAll<Value>(what: string, sources: readonly Source[], parse: (source: Source) => Parsed<Value>): Value[] {
  const parsed = sources.map((source) => parseIfRead(source, parse));
  const problems = parsed.flatMap((result) => ('problems' in result ? result.problems : []));
  if (problems.length > 0) throw new FileProblemsError(what, problems);
  return parsed.flatMap((result) => ('value' in result ? [result.value] : []));
}

function parseIfRead<Value>(source: Source, parse: (source: Source) => Parsed<Value>): Parsed<Value> {
  return source.faults.length > 0 ? { problems: source.faults } : parse(source);
}

function problemAt(file: string, line: number, message: string): Problem {
  return { file, line, column: 1, message };
}

async function readSources(directory: string, what: string, { optional = false } = {}): Promise<Source[]> {
  if (!(await requireDirectory(directory, what, optional))) return [];
  const names = (await readdir(directory)).filter(isReadable).sort();
  return Promise.all(
    names.map(async (name) => {
      const path = join(directory, name);
      const near = relative(process.cwd(), path);
      return readSource(path, { file: near.startsWith('..') ? path : near, what });
    }),
  );
}

/** Whether a file of this name is read. Hidden ones are what editors put beside the file that is being edited. */
export function isReadable(name: string): boolean {
  return /^[^.].*\.(?:ya?ml|json)$/.test(name);
}

/** What is no UTF-8 is told like any other mistake in it, instead of being served with replacement characters. */
async function readSource(
  path: string,
  { file, what }: { readonly file: string; readonly what: string },
): Promise<Source> {
  const bytes = await readFile(path).catch((error: unknown) => {
    throw new ChatMockError(
      'unreadable_file',
      `Failed to read ${what} ${path}: ${reason(error)}. Check that it is a file that this user may read.`,
      { cause: error },
    );
  });
  const decoded = decodeText(bytes);
  if ('text' in decoded) return { file, text: decoded.text, faults: [] };
  return { file, text: decodeLossily(bytes), faults: [{ file, ...decoded.problem }] };
}

async function requireDirectory(directory: string, what: string, optional = false): Promise<boolean> {
  const stats = await stat(directory).catch(() => null); // Whatever the reason, it cannot be read: said below.
  if (stats?.isDirectory()) return true;
  if (optional && !stats) return false;
  throw new ChatMockError(
    'no_directory',
    `Failed to load ${what}: ${directory} is not a directory. Name one that exists.`,
  );
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
