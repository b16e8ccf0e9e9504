import { type OutputChunk, rolldown } from 'rolldown';

/**
 * A program as it is published: ESM, in files for what is always loaded and for each thing it imports lazily. Each file
 * that is loaded costs a start about a millisecond: all that belongs to the program's own start is in one.
 */
export async function bundle(entry: string, directory: string, name: string): Promise<readonly OutputChunk[]> {
  const bundler = await rolldown({
    cwd: new URL('..', import.meta.url).pathname,
    input: { [name]: entry },
    platform: 'node',
    // Found where the package is installed, and only if a configuration is written in TypeScript.
    external: ['jiti'],
    transform: { target: 'node20' },
  });
  const { output } = await bundler.write({
    dir: directory,
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: '[name]-[hash].js',
    minify: true,
    comments: { legal: true, annotation: false, jsdoc: false },
  });
  await bundler.close();
  return output.filter((file) => file.type === 'chunk');
}
