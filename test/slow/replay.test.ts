import { expect, test } from 'vitest';
import { buildMock } from '../../src/node/mock.ts';
import { meddleWith } from '../../src/self-test/meddle.ts';
import { brokenMocks } from '../../src/self-test/run.ts';
import { recordVerify, replayText } from '../support/recordings.ts';

/** Every fortieth: all of them take minutes. */
const some = brokenMocks.filter((_, index) => index % 40 === 0);

test.each(some)('the recording of a run is judged as the run: $breaks, $fault', async (broken) => {
  const { meddle, mock = {}, verify = {} } = broken;
  const { fetch } = buildMock({ speed: 'instant', ...mock });
  const { report, text } = await recordVerify({
    ...{ fetch: meddleWith(fetch, meddle), concurrency: 1, timeoutMs: 5000 },
    ...verify,
  });
  expect(await replayText(text)).toEqual(report);
});
