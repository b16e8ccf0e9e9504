import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { OutputChunk } from 'rolldown';
import { bundle as bundleInto } from '../../../scripts/bundle.ts';
import { stateOf } from '../../support/state-of.ts';

const root = resolve(import.meta.dirname, '../../..');
/** Inside the project, so that the program finds jiti as an installed one would. */
const parent = join(root, 'node_modules/.cache');
/** Not part of the program, but read when it is made. */
const CHUNKS = 'chunks.json';

/** What a file of a bundle is made of. */
type Chunk = Pick<OutputChunk, 'fileName' | 'imports' | 'moduleIds'>;

export interface Bundle {
  readonly file: string;
  readonly chunks: readonly Chunk[];
}

/**
 * Bundles a program of this project the way it is published; once, as long as no source changes, since it takes two
 * seconds of processor time.
 */
export async function bundle(entry: string): Promise<Bundle> {
  const name = `cli-${entry.replaceAll(/\W+/g, '-')}`;
  const state = (await stateOf(['src', 'scripts', 'package.json', 'package-lock.json', entry])).slice(0, 16);
  const directory = join(parent, `${name}-${state}`);
  try {
    return readBundle(directory);
  } catch {
    mkdirSync(parent, { recursive: true });
    const made = mkdtempSync(join(parent, 'cli-'));
    const chunks = await bundleInto(entry, made, 'program');
    const kept = chunks.map(({ fileName, imports, moduleIds }): Chunk => ({ fileName, imports, moduleIds }));
    writeFileSync(join(made, CHUNKS), JSON.stringify(kept));
    moveTo(directory, made);
    return readBundle(directory);
  }
}

/** Another worker may have made the same meanwhile; then that stays. */
function moveTo(directory: string, made: string): void {
  try {
    renameSync(made, directory);
  } catch {
    rmSync(made, { recursive: true });
  }
}

function readBundle(directory: string): Bundle {
  const chunks = JSON.parse(readFileSync(join(directory, CHUNKS), 'utf8')) as readonly Chunk[];
  return { file: join(directory, 'program.js'), chunks };
}
