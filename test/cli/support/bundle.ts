import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build, type Metafile } from 'esbuild';

const root = resolve(import.meta.dirname, '../../..');
/** Inside the project, so that the program finds jiti as an installed one would. */
const parent = join(root, 'node_modules/.cache');

export interface Bundle {
  readonly file: string;
  readonly metafile: Metafile;
  remove(): void;
}

/** Bundles a program of this project the way it is published: ESM, split where it imports lazily. */
export async function bundle(entry: string): Promise<Bundle> {
  mkdirSync(parent, { recursive: true });
  const outdir = mkdtempSync(join(parent, 'cli-'));
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: { program: entry },
    outdir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    metafile: true,
    logLevel: 'silent',
    banner: {
      js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
    },
  });
  return { file: join(outdir, 'program.mjs'), metafile, remove: () => rmSync(outdir, { recursive: true }) };
}
