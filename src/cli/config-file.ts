import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, extname, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ChatMockError, codeOf, FileProblemsError, messageOf } from '../runtime/errors.ts';
import { configSchema, EMPTY_LIST } from './config-schema.ts';
import type { Loaders } from './io.ts';
import type { NamedOptions } from './option.ts';
import { decodeFile } from './read-text.ts';
import type { Given, Layer } from './settings.ts';
import { adviseOneOf, quote } from './text.ts';

const BASENAME = 'chat-mock.config';
const PROGRAM_EXTENSIONS = ['.ts', '.mts', '.js', '.mjs'];
const DATA_EXTENSIONS = ['.json', '.yaml', '.yml'];
const EXTENSIONS = [...PROGRAM_EXTENSIONS, ...DATA_EXTENSIONS];

/** The names a configuration file may have. */
export const configFileNames = `${BASENAME}{${EXTENSIONS.join(',')}}`;

/** The absolute path of a directory's configuration file; undefined without one. Throws if there are several. */
export function findConfigFile(directory: string): string | undefined {
  const found = EXTENSIONS.map((extension) => BASENAME + extension).filter((name) =>
    existsSync(resolve(directory, name)),
  );
  const [first, ...others] = found;
  if (others.length > 0)
    throw new ChatMockError(
      'config',
      `Failed to choose a configuration: there are ${found.join(' and ')}. Keep one of them, or name one with --config.`,
    );
  return first === undefined ? undefined : resolve(directory, first);
}

/** Where a configuration file is looked for, and how it is loaded. */
export interface ConfigContext {
  /** Every setting a file may hold. */
  readonly options: NamedOptions;
  /** Paths in messages are relative to this directory. */
  readonly cwd: string;
  readonly load: Pick<Loaders, 'document'>;
}

/** Reads a configuration file (absolute path); its keys are the options' names, and an unknown one is an error. */
export async function readConfigFile(file: string, context: ConfigContext): Promise<Layer> {
  if (!EXTENSIONS.includes(extname(file)))
    throw loadError(file, 'its ending is unknown', `Known endings are: ${EXTENSIONS.join(', ')}.`);
  if (!existsSync(file)) throw loadError(file, 'there is no such file', 'Name an existing one with --config.');
  const isData = DATA_EXTENSIONS.includes(extname(file));
  const config = isData ? await readDataFile(file, context) : await readProgramFile(file, context);
  return toLayer(config, file, context.options);
}

async function readDataFile(file: string, { options, cwd, load }: ConfigContext): Promise<object> {
  const name = relative(cwd, file);
  const text = decodeFile(readBytes(file), { file: name, thing: 'the configuration' });
  const [{ readDocument }, schema] = await Promise.all([load.document(), configSchema(options)]);
  const document = readDocument({ file: name, text, schema });
  if ('problems' in document) throw new FileProblemsError('the configuration', document.problems);
  return document.value;
}

function readBytes(file: string): Uint8Array {
  try {
    return readFileSync(file);
  } catch (error) {
    throw loadError(file, messageOf(error), 'Make it a file that can be read.', error);
  }
}

async function readProgramFile(file: string, { options }: ConfigContext): Promise<object> {
  const config = await importDefault(file);
  if (typeof config !== 'object' || config === null || Array.isArray(config))
    throw loadError(file, 'its default export is not an object', 'Write export default { port: 4011 }.');
  const names = Object.keys(options);
  const unknown = Object.keys(config).find((key) => !names.includes(key));
  if (unknown === undefined) return config;
  throw loadError(file, `there is no setting ${quote(unknown)}`, adviseOneOf(unknown, { what: 'Settings', names }));
}

async function importDefault(file: string): Promise<unknown> {
  try {
    return (await import(pathToFileURL(file).href)).default;
  } catch (error) {
    if (codeOf(error) === 'ERR_UNKNOWN_FILE_EXTENSION') return await importWithJiti(file);
    throw loadError(file, messageOf(error), 'Node must be able to import it.', error);
  }
}

/** Node before 22.18 cannot import TypeScript; jiti can, if it is installed. */
async function importWithJiti(file: string): Promise<unknown> {
  const jiti = resolveFrom(file, 'jiti') ?? resolveFrom(import.meta.url, 'jiti');
  if (jiti === undefined)
    throw loadError(
      file,
      `Node ${process.versions.node} does not read TypeScript`,
      'Use Node 22.18 or newer, or npm install --save-dev jiti, or write it in JavaScript.',
    );
  const { createJiti } = await import(pathToFileURL(jiti).href);
  return await createJiti(file, { fsCache: false }).import(file, { default: true });
}

function resolveFrom(place: string, name: string): string | undefined {
  try {
    return createRequire(place).resolve(name);
  } catch {
    return undefined; // Not installed there: the caller looks elsewhere, and says so in the end.
  }
}

function toLayer(config: object, file: string, options: NamedOptions): Layer {
  const layer = new Map<string, Given[]>();
  for (const [name, value] of Object.entries(config)) {
    if (value === undefined) continue;
    const where = `${name} in ${basename(file)}`;
    const isRepeatable = options[name]?.some(({ kind }) => kind === 'repeatable');
    const items: unknown[] = Array.isArray(value) && isRepeatable ? value : [value];
    if (items.length === 0) throw new ChatMockError('config', `Failed to read ${where}: it ${EMPTY_LIST}`);
    layer.set(
      name,
      items.map((item) => ({ text: toText(item, where), where, directory: dirname(file) })),
    );
  }
  return layer;
}

function toText(value: unknown, where: string): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new ChatMockError(
    'config',
    `Failed to read ${where}: it is neither a text nor a number nor true or false. Lists are for settings that can be repeated.`,
  );
}

function loadError(file: string, reason: string, advice: string, cause?: unknown): ChatMockError {
  return new ChatMockError('config', `Failed to load the configuration ${quote(file)}: ${reason}. ${advice}`, {
    cause,
  });
}
