import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { type OutputChunk, rolldown } from 'rolldown';
import { expect, test } from 'vitest';

/** What a page loads, by name: the entry with all that it imports at once, and the rest. */
async function bundlePage(): Promise<{
  readonly atOnce: readonly OutputChunk[];
  readonly late: readonly OutputChunk[];
}> {
  const bundler = await rolldown({
    input: new URL('../../src/browser/index.ts', import.meta.url).pathname,
    platform: 'browser',
  });
  const { output } = await bundler.generate({ format: 'esm', minify: true });
  await bundler.close();
  const chunks = output.filter((file) => file.type === 'chunk');
  const names = new Set([output[0].fileName]);
  for (const name of names)
    for (const next of chunks.find(({ fileName }) => fileName === name)?.imports ?? []) names.add(next);
  return {
    atOnce: chunks.filter(({ fileName }) => names.has(fileName)),
    late: chunks.filter(({ fileName }) => !names.has(fileName)),
  };
}

const packagesOf = (chunks: readonly OutputChunk[]) =>
  new Set(
    chunks.flatMap(({ moduleIds }) =>
      moduleIds.flatMap((id) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(id)?.[1] ?? []),
    ),
  );

test('a page loads at most 120 KB at once; zod, faker and RE2 come when they are first needed', async () => {
  const { atOnce, late } = await bundlePage();
  const sizeBytes = gzipSync(atOnce.map(({ code }) => code).join('')).length;
  expect(sizeBytes).toBeLessThanOrEqual(120 * 1024);
  // What the guide says is about right.
  const guide = readFileSync(new URL('../../docs/integrations.md', import.meta.url), 'utf8');
  const [, told] = /A page loads (\d+) KB \(gzipped\) at first/.exec(guide) ?? [];
  expect(Math.abs(sizeBytes / 1000 - Number(told))).toBeLessThan(5);
  expect([...packagesOf(atOnce)].sort()).toEqual(['fastest-levenshtein', 'hono']);
  expect([...packagesOf(late)]).toEqual(expect.arrayContaining(['zod', '@faker-js/faker', 're2js']));
});

test('nothing of Node is in it', async () => {
  const { atOnce, late } = await bundlePage();
  expect(
    [...atOnce, ...late]
      .flatMap(({ imports, dynamicImports }) => [...imports, ...dynamicImports])
      .filter((name) => name.startsWith('node:')),
  ).toEqual([]);
});
