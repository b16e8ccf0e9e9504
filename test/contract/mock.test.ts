import { describe, expect, onTestFinished, test } from 'vitest';
import { defaultEdition, editions } from '../../src/api/editions.ts';
import { profiles } from '../../src/contract/index.ts';
import { createChatMock } from '../../src/node/checked-mock.ts';
import { thinned } from '../support/runs.ts';
import { complaints, runVerify } from '../support/verify.ts';

/** Profile full holds the flows of the others; that these choose the right ones does not depend on the edition. */
const runs = editions.flatMap((edition) =>
  profiles
    .filter((profile) => profile === 'full' || edition === defaultEdition)
    .map((profile) => ({ edition, profile })),
);

describe.each(thinned(runs, 2))('the mock honours edition $edition, profile $profile', ({ edition, profile }) => {
  test('in process; its sessions are what they were before', async () => {
    const { fetch } = createChatMock({ edition, speed: 'instant' });
    const list = async () =>
      (await fetch(new Request('http://mock/api/v1/chat', { headers: { authorization: 'Bearer key' } }))).text();
    const before = await list();
    const { report } = await runVerify({ fetch, edition, profile });
    expect({ complaints: complaints(report), left: report.left, exit: report.exit_code }).toEqual({
      complaints: [],
      left: [],
      exit: 0,
    });
    expect(await list()).toBe(before);
  });

  test('over a socket; many flows at once are not a leak to Node', async () => {
    const warnings: Error[] = [];
    const onWarning = (warning: Error) => warnings.push(warning);
    process.on('warning', onWarning);
    onTestFinished(() => void process.off('warning', onWarning));
    const server = await createChatMock({ edition, speed: 'instant' }).listen();
    const { report } = await runVerify({ url: server.url, edition: 'auto', profile, concurrency: 16 });
    await server.close();
    expect({ complaints: complaints(report), warnings, edition: report.edition, exit: report.exit_code }).toEqual({
      complaints: [],
      warnings: [],
      edition,
      exit: 0,
    });
  });
});
