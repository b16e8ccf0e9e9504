import { expect, test, vi } from 'vitest';
import { createLateChecks } from '../../src/browser/late-checks.ts';

test('checks that cannot be loaded are told once, and nothing waits for them', async () => {
  const onError = vi.fn();
  const load = vi.fn(async () => Promise.reject(new Error('offline')));
  const { checks, ready } = createLateChecks({ load, onError });
  for (let call = 0; call < 3; call++) checks.argument('next', {});
  await expect(ready()).rejects.toThrow('offline');
  checks.argument('next', {});
  await Promise.resolve();
  expect([load.mock.calls.length, onError.mock.calls]).toEqual([1, [[new Error('offline')]]]);
});

test('nothing to judge loads nothing', () => {
  const load = vi.fn(async () => Promise.reject(new Error('offline')));
  const { checks } = createLateChecks({ load, onError: () => {} });
  checks.options('create a mock', {});
  checks.scenarios([]);
  expect(load).not.toHaveBeenCalled();
});
