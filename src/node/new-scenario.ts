import { access, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ChatMockError, messageOf } from '../runtime/errors.ts';

const NAME = /^[a-z0-9][a-z0-9-]*$/;
const SCHEMA = 'node_modules/chat-mock/schemas/scenario.json';

/**
 * Writes a scenario to start from, with the line that gives it an editor's help, and returns its file. Throws ChatMockError
 * `bad_argument` for a name that no scenario can have, `exists` rather than overwrite, and `output`.
 */
export async function createScenarioFile({
  name,
  directory,
}: {
  readonly name: string;
  readonly directory: string;
}): Promise<string> {
  if (!NAME.test(name)) throw badName(name);
  const files = ['yaml', 'yml', 'json'].map((ending) => join(directory, `${name}.${ending}`));
  for (const file of files) if (await exists(file)) throw alreadyThere(file);
  const [file = name] = files;
  const text = template(name, await findSchema(resolve(directory)));
  try {
    await mkdir(directory, { recursive: true });
    await writeFile(file, text, { flag: 'wx' });
  } catch (error) {
    const reason = messageOf(error);
    throw new ChatMockError('output', `Failed to write ${file}: ${reason}. Name a writable directory.`, {
      cause: error,
    });
  }
  return file;
}

function template(name: string, schema: string): string {
  return `# yaml-language-server: $schema=${schema}
scenario: ${name}
description: One search, then an answer.
# when: { prompt: some words } # answers every prompt that contains this
steps:
  - think: I should look this up first.
  - tool: retrieve
    arguments: { query: what was asked for }
    takes_ms: 600
    result: [{ text: What was found., page: 7 }]
  - text: This is the answer, in **Markdown**.
# More steps, and how to break them: ${schema.replace(/schemas\/scenario\.json$/, 'docs/scenarios.md')}
`;
}

/** The path from the directory to the schema: of the package that is installed above it, else of the one that runs. */
async function findSchema(directory: string): Promise<string> {
  for (let above = directory; ; above = dirname(above)) {
    const file = join(above, SCHEMA);
    if (await exists(file)) return pathTo(directory, file);
    if (dirname(above) === above) break;
  }
  // The same way from here and from the bundled command in dist/bin.
  return pathTo(directory, fileURLToPath(new URL('../../schemas/scenario.json', import.meta.url)));
}

function pathTo(directory: string, file: string): string {
  const path = relative(directory, file).replaceAll('\\', '/');
  return path.startsWith('.') ? path : `./${path}`;
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

function badName(name: string): ChatMockError {
  const near = name
    .replace(/\.(?:ya?ml|json)$/i, '')
    .replace(/(?<=[a-z0-9])(?=[A-Z])/g, '-')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
  const meant = NAME.test(near) ? ` Did you mean ${near}?` : '';
  return new ChatMockError(
    'bad_argument',
    `Failed to create a scenario: ${JSON.stringify(name)} is not a name. Use lower-case letters, digits and hyphens.${meant}`,
  );
}

function alreadyThere(file: string): ChatMockError {
  return new ChatMockError('exists', `Failed to create ${file}: it exists already. Edit it, or choose another name.`);
}
