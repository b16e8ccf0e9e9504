import { RE2JS } from 're2js';
import { expect, test } from 'vitest';
import { createPatternCompiler } from '../../src/runtime/pattern.ts';

test('the engine is loaded for the first pattern, and not before', () => {
  let loads = 0;
  const compile = createPatternCompiler(() => {
    loads += 1;
    return RE2JS;
  });
  expect(() => compile({ regex: 'a', flags: 'x' })).toThrow('is not a set of regex flags');
  expect(loads).toBe(0);
  expect(compile({ regex: '/chat$' })('/api/v1/chat')).toBe(true);
  expect(loads).toBe(1);
});
