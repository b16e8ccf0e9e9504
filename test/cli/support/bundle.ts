import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { OutputChunk } from 'rolldown';
import { bundle as bundleInto } from '../../../scripts/bundle.ts';

const root = resolve(import.meta.dirname, '../../..');
/** Inside the project, so that the program finds jiti as an installed one would. */
const parent = join(root, 'node_modules/.cache');

export interface Bundle {
  readonly file: string;
  readonly chunks: readonly OutputChunk[];
  remove(): void;
}

/** Bundles a program of this project the way it is published. */
export async function bundle(entry: string): Promise<Bundle> {
  mkdirSync(parent, { recursive: true });
  const directory = mkdtempSync(join(parent, 'cli-'));
  const chunks = await bundleInto(entry, directory, 'program');
  return { file: join(directory, 'program.js'), chunks, remove: () => rmSync(directory, { recursive: true }) };
}
