import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import type { OutputChunk } from 'rolldown';

const root = new URL('..', import.meta.url);
/** What the page is made of: its own room, and the client that draws a turn. */
const sources = ['src/inspector/', 'src/client/', 'scripts/write-inspector.ts', 'package-lock.json'];

/**
 * Writes the script and the style sheet of the inspector, gzipped as they are served. Bundling takes a third of a
 * second: it is done when one of the sources has changed.
 */
export async function writeInspector(): Promise<void> {
  const file = new URL('src/generated/inspector.js.gz', root);
  const styleFile = new URL('src/generated/inspector.css.gz', root);
  const stampFile = new URL('src/generated/inspector.stamp', root);
  const stamp = await hashSources();
  const isMade = existsSync(file) && existsSync(styleFile) && existsSync(stampFile);
  if (isMade && (await readFile(stampFile, 'utf8')) === stamp) return;
  const [{ code } = { code: '' }] = await bundleInspector();
  const style = await readFile(new URL('src/inspector/inspector.css', root), 'utf8');
  await writeFile(file, gzipSync(code, { level: 9 }));
  await writeFile(styleFile, gzipSync(minifyStyle(style), { level: 9 }));
  await writeFile(stampFile, stamp);
}

/** The page's script: one ES module for browsers, with the code of its packages. */
export async function bundleInspector(): Promise<readonly OutputChunk[]> {
  const { rolldown } = await import('rolldown');
  const bundler = await rolldown({
    cwd: fileURLToPath(root),
    input: { inspector: 'src/inspector/main.tsx' },
    platform: 'browser',
    transform: { target: 'es2022' },
  });
  const { output } = await bundler.generate({
    format: 'esm',
    minify: true,
    codeSplitting: false,
    comments: { legal: true, annotation: false, jsdoc: false },
  });
  await bundler.close();
  return output.filter((file) => file.type === 'chunk');
}

/** Removes comments and the white space of the layout; no string of the style sheet holds either. */
function minifyStyle(text: string): string {
  return text
    .replaceAll(/\/\*[\s\S]*?\*\//g, '')
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/\s*([{};,])\s*/g, '$1');
}

async function hashSources(): Promise<string> {
  const hash = createHash('sha256');
  for (const source of sources) {
    const url = new URL(source, root);
    const names = source.endsWith('/') ? (await readdir(url, { recursive: true })).sort() : [''];
    for (const name of names)
      if (!name.endsWith('/') && /\.\w+$/.test(name || source)) hash.update(await readFile(new URL(name, url)));
  }
  return hash.digest('hex');
}
