import { expect, onTestFinished, test, vi } from 'vitest';
import { createChatMock } from '../../src/node/checked-mock.ts';
import { complaints, flowsNamed, runVerify } from '../support/verify.ts';

const some = {
  profile: 'full',
  only: ['validation.refuses', 'validation.accepts'],
  flows: flowsNamed('fuzz'),
} as const;

test('the mock takes and refuses random bodies as the schemas say', async () => {
  const { fetch } = createChatMock({ speed: 'instant', edition: '2026-09' });
  const { report } = await runVerify({ fetch, edition: '2026-09', fuzz: 150, ...some });
  expect(complaints(report)).toEqual([]);
});

test('a mistake of the validator of the mock is found: the judge does not ask it', async () => {
  const judgeString = '../../src/server/fastapi/judge-string.ts';
  vi.resetModules(); // Both the mock and the runner are loaded anew, with the mistake in it.
  vi.doMock(judgeString, async (importOriginal) => {
    const original = await importOriginal<typeof import('../../src/server/fastapi/judge-string.ts')>();
    const broken: typeof original.judgeString = (value, maxLength) =>
      value === 1.5 ? '1.5' : original.judgeString(value, maxLength);
    return { judgeString: broken };
  });
  onTestFinished(() => {
    vi.doUnmock(judgeString);
    vi.resetModules();
  });
  const mock = await import('../../src/node/checked-mock.ts');
  const { runVerify: verifyAnew } = await import('../support/verify.ts');
  const { fetch } = mock.createChatMock({ speed: 'instant' });
  const run = async (fuzz: number) => complaints((await verifyAnew({ fetch, fuzz, ...some })).report);
  expect(await run(0)).toEqual([]);
  expect(await run(100)).toEqual([expect.stringContaining('validation.refuses failed')]);
});

test('a finding is shrunk, judged anew and the same for the same seed', async () => {
  const { fetch } = createChatMock({ speed: 'instant' });
  /** Refuses a first_message with an umbrella in it, wherever it stands. */
  const shy = async (request: Request) =>
    request.url.endsWith('/title') && (await request.clone().text()).includes('😀😀')
      ? Response.json({ detail: [{ loc: ['body', 'first_message'], msg: 'no', type: 'no' }] }, { status: 422 })
      : fetch(request);
  const find = async () => {
    const { report } = await runVerify({ fetch: shy, fuzz: 100, ...some });
    return report.checks
      .flatMap(({ cases }) => cases.flatMap(({ flow, findings }) => (flow === 'fuzz' ? findings : [])))
      .map(({ reproduce }) => /--data-binary '([^']*first_message[^']*)'/.exec(reproduce.join('\n'))?.[1]);
  };
  const found = await find();
  expect(found).toHaveLength(1);
  expect(found[0]).toMatch(/^\{"first_message":"(😀)+"\}$/u);
  expect(await find()).toEqual(found);
});

test('what random bodies have created is deleted', async () => {
  const { fetch } = createChatMock({ speed: 'instant' });
  const list = async () =>
    (await fetch(new Request('http://mock/api/v1/chat', { headers: { authorization: 'Bearer key' } }))).text();
  const before = await list();
  const { report } = await runVerify({ fetch, fuzz: 20, ...some });
  expect([report.left, await list()]).toEqual([[], before]);
});
