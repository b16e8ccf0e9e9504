import { gzipSync } from 'node:zlib';
import { rolldown } from 'rolldown';
import { expect, test } from 'vitest';

test('an app that uses all of chat-mock/client loads at most 2 KB for it, and nothing else', async () => {
  const bundler = await rolldown({
    input: new URL('../../src/client/index.ts', import.meta.url).pathname,
    platform: 'browser',
  });
  const { output } = await bundler.generate({ format: 'esm', minify: true });
  await bundler.close();
  expect(output.map(({ fileName }) => fileName)).toEqual(['index.js']);
  const [{ code, imports }] = output;
  expect(imports).toEqual([]);
  expect(gzipSync(code).length).toBeLessThanOrEqual(2048);
});
