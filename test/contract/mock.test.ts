import { describe, expect, test } from 'vitest';
import { editions } from '../../src/api/editions.ts';
import { profiles } from '../../src/contract/index.ts';
import { createChatMock } from '../../src/node/mock.ts';
import { complaints, runVerify } from '../support/verify.ts';

describe.each(editions)('the mock honours edition %s', (edition) => {
  test.each(profiles)('in process, profile %s', async (profile) => {
    const { fetch } = createChatMock({ edition, speed: 'instant' });
    const { report } = await runVerify({ fetch, edition, profile });
    expect({ complaints: complaints(report), left: report.left, exit: report.exit_code }).toEqual({
      complaints: [],
      left: [],
      exit: 0,
    });
  });

  test.each(profiles)('over a socket, profile %s', async (profile) => {
    const server = await createChatMock({ edition, speed: 'instant' }).listen();
    const { report } = await runVerify({ url: server.url, edition: 'auto', profile });
    await server.close();
    expect({ complaints: complaints(report), edition: report.edition, exit: report.exit_code }).toEqual({
      complaints: [],
      edition,
      exit: 0,
    });
  });
});

test('sessions are what they were before the run', async () => {
  const mock = createChatMock({ speed: 'instant' });
  const list = async () =>
    (await mock.fetch(new Request('http://mock/api/v1/chat', { headers: { authorization: 'Bearer key' } }))).text();
  const before = await list();
  await runVerify({ fetch: mock.fetch, profile: 'full' });
  expect(await list()).toBe(before);
});

test('many flows at once are no leak to Node', async () => {
  const warnings: Error[] = [];
  const onWarning = (warning: Error) => warnings.push(warning);
  process.on('warning', onWarning);
  const server = await createChatMock({ speed: 'instant' }).listen();
  await runVerify({ url: server.url, concurrency: 16 });
  await server.close();
  process.off('warning', onWarning);
  expect(warnings).toEqual([]);
});
