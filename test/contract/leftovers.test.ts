import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { planOperations } from '../../src/api/plan-operations.ts';
import { createFetchClient } from '../../src/contract/client/fetch-client.ts';
import { diskFiles } from '../../src/contract/ledger/files.ts';
import { createDiskLedger, type Ledger } from '../../src/contract/ledger/ledger.ts';
import { type Owner, whoAmI } from '../../src/contract/ledger/owner.ts';
import { sweepLeftovers } from '../../src/contract/ledger/sweep.ts';
import { defaultAnswerLimits } from '../../src/contract/record/answer-limits.ts';
import { createIdLog } from '../../src/contract/record/id-log.ts';
import { createBudget, defaultLimits } from '../../src/contract/run/budget.ts';
import type { Activity } from '../../src/index.ts';
import { createChatMock } from '../../src/node/checked-mock.ts';
import type { ChatMock } from '../../src/node/mock.ts';
import type { Timer } from '../../src/runtime/timer.ts';
import type { Json } from '../../src/self-test/meddle.ts';
import { startFront } from '../support/front.ts';
import { complaints, flowsNamed, runVerify } from '../support/verify.ts';

const self = whoAmI();
const target = 'http://127.0.0.1:4010';
const elsewhere: Owner = { pid: 1, start: '7', place: 'another container' };
/** No system gives out a pid this high. */
const GONE_PID = 2 ** 30;

let directory: string;
let mock: ChatMock;
let timer: Timer & { onSleep: () => unknown; beats: Set<() => void> };
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'chat-mock-ledgers-'));
  mock = createChatMock({ speed: 'instant', sessions: [] });
  const beats = new Set<() => void>();
  timer = {
    onSleep: () => {},
    beats,
    now: () => 0,
    after: (_, callback) => {
      beats.add(callback);
      return () => beats.delete(callback);
    },
    sleep: async () => void (await timer.onSleep()),
  };
});
afterEach(() => rmSync(directory, { recursive: true }));

const ask = (method: string, path = '') =>
  mock.fetch(
    new Request(`${target}/api/v1/chat${path}`, {
      method,
      headers: { authorization: 'Bearer x', 'content-type': 'application/json' },
      ...(method === 'POST' && { body: '{}' }),
    }),
  );
const answered = async (response: Promise<Response>) => (await (await response).json()) as Json;
const create = async (): Promise<string> => (await answered(ask('POST'))).session_id;
const listed = async (): Promise<string[]> =>
  (await answered(ask('GET', '?page_size=1000'))).items.map((item: Json) => item.session_id);
const openLedger = (owner: Owner, of = target): Ledger =>
  createDiskLedger({ directory, target: of, owner, timer, files: diskFiles, isSecret: () => false });
/** The ledger of a run that created a session, and what became of the run. */
async function createIn(ledger: Ledger): Promise<string> {
  const intent = await ledger.intend(null);
  const id = await create();
  await ledger.settle(intent, id);
  return id;
}
const silence = () => timer.beats.clear();

/** What the next run does before it begins. */
async function sweep(signal = new AbortController().signal) {
  const ledger = openLedger(self);
  const present = (await listed()).map((id) => ({ id, indexIds: null, isUntouched: true }));
  const stage = {
    ...({ ledger, timer, signal, plans: planOperations(), edition: '2026-05', index: 'idx' } as const),
    ...{
      budget: createBudget(defaultLimits.safe),
      idleMs: 1000,
      answerLimits: defaultAnswerLimits,
      fuzz: { runs: 0, seed: 1 },
      sequences: { count: 0, seed: 1 },
    },
    ...{ atOnce: 1, seen: { stalls: 0 }, ids: createIdLog(), caller: { apiKey: 'x', headers: [], cookie: '' } },
    client: createFetchClient({ fetch: mock.fetch, baseUrl: target, timer }),
    onExchange: async () => {},
  };
  const notes = await sweepLeftovers({ directory, target, owner: self, files: diskFiles }, { stage, present });
  await ledger.close();
  return { notes, open: ledger.open() };
}

describe('a ledger is a dead run’s', () => {
  const dead: Readonly<Record<string, Owner>> = {
    'whose process is gone': { ...self, pid: GONE_PID },
    'whose pid the next run was given': { ...self, start: '1' },
    'of another place that writes no more': elsewhere,
    'of a place that cannot be told': { ...self, place: null },
    'whose start cannot be told, and that writes no more': { ...self, start: null },
  };
  test.each(Object.entries(dead))('%s', async (_, owner) => {
    await createIn(openLedger(owner));
    expect(await sweep()).toEqual({
      notes: [expect.stringContaining('1 sessions it had left were deleted')],
      open: [],
    });
    expect([await listed(), readdirSync(directory)]).toEqual([[], []]);
  });

  test('at once where its system knows that it is', async () => {
    await createIn(openLedger({ ...self, start: '1' }));
    timer.onSleep = () => expect.unreachable('It waited.');
    await sweep();
    expect(await listed()).toEqual([]);
  });

  test('that ended with something left, though its process goes on', async () => {
    const ledger = openLedger(self);
    await createIn(ledger);
    await ledger.close();
    await sweep();
    expect([await listed(), readdirSync(directory)]).toEqual([[], []]);
  });
});

describe('a ledger is a living run’s', () => {
  test('of this very process', async () => {
    const id = await createIn(openLedger(self));
    expect((await sweep()).notes).toEqual(['Another run is at work on this server; its sessions are left alone.']);
    expect([await listed(), readdirSync(directory).length]).toEqual([[id], 1]);
  });

  test('of another place that goes on writing', async () => {
    const id = await createIn(openLedger(elsewhere));
    const written = () => Math.max(...readdirSync(directory).map((name) => statSync(join(directory, name)).size));
    timer.onSleep = async () => {
      const before = written();
      for (const beat of [...timer.beats]) beat();
      await expect.poll(written).toBeGreaterThan(before);
    };
    await sweep();
    expect([await listed(), readdirSync(directory).length]).toEqual([[id], 1]);
  });

  test('for all that is known, when the next run is interrupted while it looks', async () => {
    const id = await createIn(openLedger(elsewhere));
    await sweep(AbortSignal.abort());
    expect([await listed(), readdirSync(directory).length]).toEqual([[id], 1]);
  });
});

test('a ledger of another server, whose name is written alike, is left alone', async () => {
  const id = await createIn(openLedger({ ...self, start: '1' }, 'http://127.0.0/1:4010'));
  expect([await sweep(), await listed(), readdirSync(directory).length]).toEqual([{ notes: [], open: [] }, [id], 1]);
});

test.each(['', 'no json\n{"target":', '[1]\nnull\n{"owner":{"pid":-1}}\n{"adopted":7}'])(
  'a file that holds %j is not an obstacle',
  async (text) => {
    writeFileSync(join(directory, 'http-127-0-0-1-4010.7.ndjson'), text);
    expect([await sweep(), readdirSync(directory)]).toEqual([{ notes: [], open: [] }, []]);
  },
);

describe('a create whose answer never came', () => {
  /** A run that was killed between a create and its answer. */
  async function createAndDie(owner: Owner, before: readonly string[] = []): Promise<string> {
    const ledger = openLedger(owner);
    ledger.noteBefore(before);
    await ledger.intend(null);
    return create();
  }

  test('is looked for once, by whichever run it was', async () => {
    const first = await createAndDie({ ...self, pid: GONE_PID });
    await createAndDie({ ...self, start: '1' }, [first]);
    expect((await sweep()).notes).toEqual([expect.stringContaining('2 sessions it had left were deleted')]);
    expect(await listed()).toEqual([]);
  });

  test('is not looked for among what living runs have made, or have deleted by now', async () => {
    const living = openLedger(self);
    const theirs = await createIn(living);
    await createAndDie({ ...self, start: '1' });
    await sweep();
    expect(await listed()).toEqual([theirs]);
  });

  test('is only told where a living run waits for an answer, too', async () => {
    await openLedger(self).intend(null);
    const id = await createAndDie({ ...self, start: '1' });
    expect((await sweep()).notes.join('\n')).toContain(`left for you to judge: ${id}.`);
    expect(await listed()).toEqual([id]);
  });
});

describe('the whole run', () => {
  const watch: { onRequest: (activity: Activity) => void } = { onRequest: () => {} };
  let server: Awaited<ReturnType<ChatMock['listen']>>;
  beforeEach(async () => {
    mock = createChatMock({ speed: 'instant', onActivity: (activity) => watch.onRequest(activity) });
    server = await mock.listen();
  });
  afterEach(async () => {
    watch.onRequest = () => {};
    await server.close();
  });

  test('deletes what a run of its own pid left', async () => {
    const before = await listed();
    await createIn(openLedger({ ...self, start: '1' }, server.url));
    silence();
    const { report } = await runVerify({
      url: server.url,
      ledgerDirectory: directory,
      flows: flowsNamed('session-life'),
    });
    expect([report.exit_code, await listed(), readdirSync(directory)]).toEqual([0, before, []]);
    expect(report.notes.join()).toContain('An earlier run was killed; 1 sessions it had left were deleted.');
  });

  test('says what of an earlier run cannot be deleted, exits with 4, and the next run tries again', async () => {
    const before = await listed();
    let isStubborn = true;
    const front = await startFront(async (request) => {
      const isRefused = isStubborn && request.method === 'DELETE' && request.url.endsWith(id);
      return isRefused ? Response.json({ detail: 'not now' }, { status: 409 }) : mock.fetch(request);
    });
    const id = await createIn(openLedger({ ...self, start: '1' }, front.url));
    silence();
    const options = { url: front.url, ledgerDirectory: directory, only: ['sessions.views-agree'] };
    const first = (await runVerify(options)).report;
    expect([first.verdict, first.exit_code, first.left]).toEqual(['left_behind', 4, [id]]);
    isStubborn = false;
    const second = (await runVerify(options)).report;
    expect([second.exit_code, await listed(), readdirSync(directory)]).toEqual([0, before, []]);
    front.close();
  });

  /** Names no session that it creates; `hasList`: whether its list still works afterwards. */
  function startMute({ hasList }: { readonly hasList: boolean }) {
    const state = { isMute: true, hasCreated: false };
    const front = startFront(async (request) => {
      const response = await mock.fetch(request);
      if (!state.isMute) return response;
      if (!hasList && state.hasCreated && request.method === 'GET') return new Response('gone', { status: 500 });
      if (response.status !== 201) return response;
      state.hasCreated = true;
      return Response.json({}, { status: 201 });
    });
    return { state, front };
  }

  test('finds what creates have made whose success names no session', async () => {
    const before = await listed();
    const { front } = startMute({ hasList: true });
    const { url, close } = await front;
    const { report } = await runVerify({ url, ledgerDirectory: directory, only: ['sessions.views-agree'] });
    expect([report.exit_code, await listed(), readdirSync(directory)]).toEqual([1, before, []]);
    close();
  });

  test('tells of such creates where the list does not show them; the next run deletes what they have made', async () => {
    const before = await listed();
    const mute = startMute({ hasList: false });
    const front = await mute.front;
    const options = { url: front.url, ledgerDirectory: directory, only: ['sessions.views-agree'] };
    const first = (await runVerify(options)).report;
    expect(first.notes.join()).toContain('creates were not answered with the id of a session');
    expect(await listed()).not.toEqual(before);
    mute.state.isMute = false;
    const second = (await runVerify(options)).report;
    expect([second.exit_code, await listed(), readdirSync(directory)]).toEqual([0, before, []]);
    front.close();
  });

  test('two at the same time leave each other’s sessions alone', async () => {
    const before = await listed();
    const flows = flowsNamed('walk', 'session-life', 'session-ids', 'two-at-once');
    const options = { url: server.url, ledgerDirectory: directory, flows };
    const runs = await Promise.all([runVerify(options), runVerify({ ...options, seed: 2 })]);
    for (const { report } of runs) expect([complaints(report), report.left]).toEqual([[], []]);
    expect([await listed(), readdirSync(directory)]).toEqual([before, []]);
  });

  test('creates nothing where it cannot keep a ledger, and says what to do', async () => {
    const before = await listed();
    const file = join(directory, 'a-file');
    writeFileSync(file, '');
    const running = runVerify({ url: server.url, ledgerDirectory: join(file, 'ledgers') });
    await expect(running).rejects.toMatchObject({ code: 'ledger', message: expect.stringContaining('XDG_STATE_HOME') });
    expect(await listed()).toEqual(before);
  });

  test('that creates nothing needs no ledger', async () => {
    const file = join(directory, 'a-file');
    writeFileSync(file, '');
    const options = { url: server.url, ledgerDirectory: join(file, 'ledgers'), profile: 'read-only' } as const;
    expect((await runVerify(options)).report.exit_code).toBe(0);
  });

  test('whose ledger is taken away in the middle ends with an error, and deletes what it has created', async () => {
    const before = await listed();
    const ledgerDirectory = join(directory, 'ledgers');
    let creates = 0;
    watch.onRequest = (activity) => {
      if (activity.kind !== 'request' || activity.operation !== 'createSession') return;
      creates += 1;
      if (creates === 6) rmSync(ledgerDirectory, { recursive: true });
    };
    await expect(runVerify({ url: server.url, ledgerDirectory })).rejects.toMatchObject({ code: 'ledger' });
    expect(await listed()).toEqual(before);
  });
});
