import type { ChildProcess, spawn } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import { openUrl } from '../../src/cli/open-url.ts';

/** A `spawn` that starts nothing: the program is there, or it is not. */
function fakeStart(outcome: 'spawn' | Error) {
  const asked: unknown[] = [];
  const start = ((program: string, args: readonly string[]) => {
    asked.push([program, ...args]);
    const child = Object.assign(new EventEmitter(), { unref: () => {} });
    queueMicrotask(() => (outcome === 'spawn' ? child.emit('spawn') : child.emit('error', outcome)));
    return child as unknown as ChildProcess; // As much of one as is used.
  }) as typeof spawn;
  return { asked, start };
}

test.each([
  ['linux', ['xdg-open']],
  ['freebsd', ['xdg-open']],
  ['darwin', ['open']],
  ['win32', ['rundll32', 'url.dll,FileProtocolHandler']],
])('on %s the browser is opened by %j', async (platform, program) => {
  const { asked, start } = fakeStart('spawn');
  await openUrl('http://127.0.0.1:1/__mock/', { platform, start });
  expect(asked).toEqual([[...program, 'http://127.0.0.1:1/__mock/']]);
});

test('a program that is not there is an error that says what to do', async () => {
  const { start } = fakeStart(new Error('spawn xdg-open ENOENT'));
  await expect(openUrl('http://127.0.0.1:1/__mock/', { platform: 'linux', start })).rejects.toThrow(
    'Failed to open http://127.0.0.1:1/__mock/ with xdg-open: spawn xdg-open ENOENT. Open the address in a browser yourself.',
  );
});
