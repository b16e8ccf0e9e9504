import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FSWatcher } from 'chokidar';
import { expect, onTestFinished, test, vi } from 'vitest';
import { checkScenarios, loadScenarios } from '../../src/node/files.ts';
import { watchDirectories } from '../../src/node/watch.ts';
import { temporaryDirectory } from '../cli/support/temporary-directory.ts';

function directoryWith(name: string): { readonly directory: string; readonly file: string } {
  const directory = temporaryDirectory();
  const file = join(directory, name);
  writeFileSync(file, 'scenario: a\nsteps: [{ text: One. }]\n');
  return { directory, file };
}

const failOn = (error?: unknown) => {
  throw new Error('This was not to be called.', { cause: error });
};

test('what an editor puts beside the file that is being edited is not read', async () => {
  const { directory } = directoryWith('a.yaml');
  symlinkSync('somebody@host.4711', join(directory, '.#a.yaml')); // Emacs' lock.
  for (const name of ['.a.yaml.swp', 'a.yaml~', '#a.yaml#', '.hidden.json']) writeFileSync(join(directory, name), '{');
  expect((await loadScenarios(directory)).map(({ scenario }) => scenario)).toEqual(['a']);
  expect((await checkScenarios([directory])).problems).toEqual([]);
});

test('a file that cannot be read is told by name, with what to do', async () => {
  const { directory } = directoryWith('a.yaml');
  symlinkSync('nowhere', join(directory, 'gone.yaml'));
  const failure = {
    code: 'unreadable_file',
    message: expect.stringMatching(/gone\.yaml: ENOENT.* Check that it is a file/),
  };
  await expect(loadScenarios(directory)).rejects.toMatchObject(failure);
  await expect(checkScenarios([directory])).rejects.toMatchObject(failure);
});

test('a watch that cannot begin leaves nothing running', async () => {
  const close = vi.spyOn(FSWatcher.prototype, 'close');
  const once = vi.spyOn(FSWatcher.prototype, 'once').mockImplementation(function (this: FSWatcher) {
    queueMicrotask(() => this.emit('error', new Error('ENOSPC: no more watches')));
    return this;
  });
  onTestFinished(() => void vi.restoreAllMocks());
  await expect(watchDirectories([temporaryDirectory()], { onChange: failOn, onError: failOn })).rejects.toMatchObject({
    code: 'cannot_watch',
  });
  expect(once).toHaveBeenCalledOnce();
  expect(close).toHaveBeenCalledOnce();
});

test('a watch that fails after it has begun tells each time, and what it still sees', async () => {
  const { directory, file } = directoryWith('a.yaml');
  let watcher: FSWatcher | undefined;
  const once = vi.spyOn(FSWatcher.prototype, 'once').mockImplementation(function (this: FSWatcher, ...listening) {
    watcher = this;
    return this.on(...listening);
  });
  onTestFinished(() => void vi.restoreAllMocks());
  const errors: string[] = [];
  let told = () => {};
  const stop = await watchDirectories([directory], {
    onChange: () => told(),
    onError: ({ code, message }) => errors.push(`${code}: ${message}`),
  });
  onTestFinished(stop);
  expect(once).toHaveBeenCalledOnce();
  for (const path of ['b', 'c']) watcher?.emit('error', new Error(`ENOSPC: no more watches for ${path}`));
  const isTold = new Promise<void>((resolve) => {
    told = resolve;
  });
  writeFileSync(file, 'scenario: a\nsteps: [{ text: Two. }]\n');
  await isTold;
  const advice = 'Edits may go unnoticed from now on: start again, or allow this user more watches.';
  expect(errors).toEqual(
    ['b', 'c'].map(
      (path) => `cannot_watch: Failed to go on watching ${directory}: ENOSPC: no more watches for ${path}. ${advice}`,
    ),
  );
});

test('a directory that goes and comes back is watched on', async () => {
  const { directory, file } = directoryWith('a.yaml');
  let count = 0;
  let text = 0;
  const onChange = () => {
    count += 1;
  };
  const stop = await watchDirectories([directory], { onChange, onError: failOn });
  onTestFinished(stop);
  rmSync(directory, { recursive: true });
  await vi.waitFor(() => expect(count).toBe(1), { timeout: 30_000 });
  for (let edits = 1; edits <= 2; edits++) {
    mkdirSync(directory, { recursive: true });
    // Again and again, for it may have come back before it was waited for; then its files are not new.
    const edit = () => {
      text += 1;
      writeFileSync(file, `scenario: a\nsteps: [{ text: ${text} times. }]\n`);
      expect(count).toBeGreaterThan(edits);
    };
    await vi.waitFor(edit, { interval: 200, timeout: 30_000 });
  }
});

test('once a watch has begun no edit is missed: a write, a rename into place, a new file, one that goes', async () => {
  const { directory, file } = directoryWith('a.yaml');
  let told = () => {};
  const stop = await watchDirectories([directory], { onChange: () => told(), onError: failOn });
  onTestFinished(stop);
  const edits = [
    () => writeFileSync(file, 'scenario: a\nsteps: [{ text: Two. }]\n'),
    () => {
      writeFileSync(`${file}.tmp`, 'scenario: a\nsteps: [{ text: Three. }]\n');
      renameSync(`${file}.tmp`, file);
    },
    () => writeFileSync(file, 'scenario: a\nsteps: [{ text: Four. }]\n'), // Once more: a rename has replaced what was watched.
    () => writeFileSync(join(directory, 'b.json'), '{}'),
    () => rmSync(file),
  ];
  for (const edit of edits) {
    const isTold = new Promise<void>((resolve) => {
      told = resolve;
    });
    edit();
    await isTold;
  }
});
