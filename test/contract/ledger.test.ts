import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createPatientFiles, diskFiles, type LedgerFiles } from '../../src/contract/ledger/files.ts';
import { createDiskLedger } from '../../src/contract/ledger/ledger.ts';
import { whoAmI } from '../../src/contract/ledger/owner.ts';
import { readLedgers } from '../../src/contract/ledger/read-ledgers.ts';
import { createChatMock } from '../../src/node/checked-mock.ts';
import type { ChatMock } from '../../src/node/mock.ts';
import { type Timer, wallTimer } from '../../src/runtime/timer.ts';
import { runVerify } from '../support/verify.ts';

const target = 'http://127.0.0.1:4010';
let directory: string;
let mock: ChatMock;
let server: Awaited<ReturnType<ChatMock['listen']>>;
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'chat-mock-ledger-'));
  mock = createChatMock({ speed: 'instant' });
  server = await mock.listen();
});
afterEach(async () => {
  await server.close();
  rmSync(directory, { recursive: true });
});
const listed = async () =>
  (await mock.fetch(new Request('http://mock/api/v1/chat', { headers: { authorization: 'Bearer x' } }))).text();
const failing = (code: string) => async () => {
  throw Object.assign(new Error(`${code}: as a disk says it`), { code });
};
const never = () => new Promise<never>(() => {});
/** Waits for a file system that does not answer are over at once. */
const impatient: Timer = {
  ...wallTimer,
  after: (delayMs, callback) => wallTimer.after(delayMs === 500 ? 0 : delayMs, callback),
};

describe('a state folder that cannot be used ends the run with what is wrong, and deletes what was created', () => {
  const cases: Readonly<Record<string, readonly [files: Partial<LedgerFiles>, message: RegExp]>> = {
    'that never answers': [{ prepare: never }, /did not answer within 5 s/],
    'that answers no more when it is read': [{ list: never }, /did not answer within 5 s/],
    'that answers no more when a session is created': [{ append: never }, /did not answer within 5 s/],
    'on a full disk': [{ append: failing('ENOSPC') }, /ENOSPC: as a disk says it.*make room/],
    'on a broken disk': [{ create: failing('EIO') }, /EIO: as a disk says it/],
    'that is not writable': [{ prepare: failing('EACCES') }, /EACCES.*give access/],
  };
  test.each(Object.entries(cases))('%s', async (what, [broken, message]) => {
    const before = await listed();
    const options = { url: server.url, ledgerDirectory: directory, ledgerFiles: { ...diskFiles, ...broken } };
    const running = runVerify({ ...options, timer: what.includes('answers') ? impatient : wallTimer });
    await expect(running).rejects.toMatchObject({ code: 'ledger', message: expect.stringMatching(message) });
    expect(await listed()).toBe(before);
  });

  test('before the first request, where that can be seen', async () => {
    let requests = 0;
    const counted = createChatMock({
      speed: 'instant',
      onActivity: () => {
        requests += 1;
      },
    });
    const other = await counted.listen();
    const options = { url: other.url, ledgerDirectory: directory, ledgerFiles: { ...diskFiles, prepare: never } };
    await expect(runVerify({ ...options, timer: impatient })).rejects.toMatchObject({ code: 'ledger' });
    await other.close();
    expect(requests).toBe(0);
  });
});

test('a silent file system is waited for once', async () => {
  const waits: (() => void)[] = [];
  const after = (_: number, callback: () => void) => {
    waits.push(callback);
    return () => {};
  };
  const timer: Timer = { ...wallTimer, after };
  const files = createPatientFiles({ files: { ...diskFiles, append: never }, timer });
  const first = files.append('a', 'x');
  // A wait of slices: each but the last makes the next.
  for (let slice = 0; slice < waits.length; slice += 1) waits[slice]?.();
  await expect(first).rejects.toThrow('did not answer');
  await expect(files.append('a', 'y')).rejects.toThrow('did not answer');
  expect(waits).toHaveLength(10);
});

test('lines are written one after the other, however slow a write is', async () => {
  const written: string[] = [];
  const files: LedgerFiles = {
    ...diskFiles,
    append: async (_, text) => {
      const line = JSON.parse(text) as object;
      await new Promise((resolve) => setImmediate(resolve));
      if (!('beat' in line)) written.push(Object.keys(line)[0] ?? '');
    },
  };
  const ledger = createDiskLedger({
    directory,
    target,
    owner: whoAmI(),
    timer: wallTimer,
    files,
    isSecret: () => false,
  });
  const intents = await Promise.all([ledger.intend(null), ledger.intend(null)]);
  await Promise.all(intents.map((intent) => ledger.settle(intent, `ses-${intent}`)));
  await Promise.all([ledger.deleted('ses-1'), ledger.adopt(['ses-9']), ledger.deleted('ses-2')]);
  await ledger.close();
  expect(written).toEqual(['intent', 'intent', 'settled', 'settled', 'deleted', 'adopted', 'deleted', 'closed']);
});

test('a pipe and a directory in the folder are not ledgers, and hold nobody up', async () => {
  execFileSync('mkfifo', [join(directory, 'http-127-0-0-1-4010.1.ndjson')]);
  execFileSync('mkdir', [join(directory, 'http-127-0-0-1-4010.2.ndjson')]);
  expect(await readLedgers({ directory, target, files: diskFiles })).toEqual([]);
});

test('an id that holds the key is not written, and to the next run its create was never answered', async () => {
  const isSecret = (text: string) => text.includes('llx-secret');
  const owner = { ...whoAmI(), start: '1' };
  const ledger = createDiskLedger({ directory, target, owner, timer: wallTimer, files: diskFiles, isSecret });
  ledger.noteBefore(['ses-1', 'ses-llx-secret']);
  await ledger.settle(await ledger.intend(['idx']), 'ses-llx-secret-2');
  await ledger.settle(await ledger.intend(['llx-secret']), 'ses-3');
  expect(ledger.open()).toEqual(['ses-llx-secret-2', 'ses-3']);
  const [left] = await readLedgers({ directory, target, files: diskFiles });
  expect(left).toMatchObject({ open: ['ses-3'], unanswered: [['idx']], before: ['ses-1'] });
  await ledger.deleted('ses-llx-secret-2');
  await ledger.deleted('ses-3');
  await ledger.close();
  expect(readdirSync(directory)).toEqual([]);
});
