import { readFile, writeFile } from 'node:fs/promises';

/**
 * Writes a generated file unless it holds this text already. A run of the tests that begins while another one is at
 * work finds nothing to write, so the other never reads half a module.
 */
export async function writeIfChanged(file: URL, text: string): Promise<void> {
  const before = await readFile(file, 'utf8').catch(() => null); // There may be none yet.
  if (before !== text) await writeFile(file, text);
}
