import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import { dts } from 'rolldown-plugin-dts';
import packageJson from '../package.json' with { type: 'json' };

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = fileURLToPath(new URL('../dist/', import.meta.url));

/**
 * Replaces the declarations that tsc wrote, one per module, by one per entry of the package and a few that entries
 * share. Editors and compilers then read a dozen files instead of hundreds, and no module that is not public has a type.
 */
export async function rollTypes(): Promise<void> {
  const written = (await readdir(dist, { recursive: true })).filter((file) => file.endsWith('.d.ts'));
  const bundle = await rolldown({
    cwd: root,
    input: listEntries(),
    external: [/^[^./]/],
    checks: { pluginTimings: false },
    plugins: [dts({ dtsInput: true, tsconfig: false })],
  });
  const { output } = await bundle.generate({
    format: 'es',
    entryFileNames: '[name].d.ts',
    chunkFileNames: 'types/[name].d.ts',
  });
  await bundle.close();
  const chunks = output.filter((file) => file.type === 'chunk');
  const files = await Promise.all(
    chunks.map(async ({ fileName, moduleIds, code }) => [fileName, (await listReferences(moduleIds)) + code] as const),
  );
  await Promise.all(written.map((file) => rm(join(dist, file))));
  await mkdir(join(dist, 'types'));
  for (const [file, text] of files) await writeFile(join(dist, file), text);
}

/** The declarations that `exports` names, by their path in `dist` without the extension. */
function listEntries(): Record<string, string> {
  const files = Object.values(packageJson.exports).flatMap((entry) => (typeof entry === 'string' ? [] : [entry.types]));
  return Object.fromEntries(files.map((file) => [relative('dist', file).replace(/\.d\.ts$/, ''), file]));
}

/** The `/// <reference …>` lines of modules, which the plugin leaves out. */
async function listReferences(modules: readonly string[]): Promise<string> {
  const texts = await Promise.all(modules.map((file) => readFile(file, 'utf8')));
  return [...new Set(texts.flatMap((text) => text.match(/^\/\/\/ <reference .*\n/gm) ?? []))].join('');
}
