import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Bundle, bundle } from './support/bundle.ts';

let program: Bundle;
beforeAll(async () => {
  program = await bundle('test/cli/support/stub-main.ts');
});
afterAll(() => program.remove());

test('a plain start of the command line loads no library but the one for suggestions', () => {
  const { outputs } = program.metafile;
  const [start = ''] = Object.keys(outputs).filter((file) => file.endsWith('program.mjs'));
  const loaded = new Set([start]);
  for (const file of loaded) {
    for (const { path, kind } of outputs[file]?.imports ?? [])
      if (kind === 'import-statement' && path in outputs) loaded.add(path);
  }
  const inputs = [...loaded].flatMap((file) => Object.keys(outputs[file]?.inputs ?? {}));
  const libraries = inputs.flatMap((input) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(input)?.[1] ?? []);
  expect([...new Set(libraries)]).toEqual(['fastest-levenshtein']);
});
