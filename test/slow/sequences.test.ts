import { expect, test } from 'vitest';
import { createChatMock } from '../../src/node/checked-mock.ts';
import { brokenSequences } from '../../src/self-test/broken/sequences.ts';
import { legalVariants } from '../../src/self-test/legal-variants.ts';
import { meddleWith } from '../../src/self-test/meddle.ts';
import { complaints, flowsNamed, runVerify } from '../support/verify.ts';

const flows = flowsNamed('sequences');

test.each(legalVariants)('legal: $variant', async ({ meddle, mock = {}, verify = {} }) => {
  const { fetch } = createChatMock({ speed: 'instant', ...mock });
  const asked = meddle ? meddleWith(fetch, meddle) : fetch;
  const { report } = await runVerify({ fetch: asked, ...verify, flows, stateful: 3 });
  expect(complaints(report)).toEqual([]);
});

/** The fault, and the fewest operations that show it; the last one is the look that does. */
const shortest: Readonly<Record<string, number>> = {
  'the third turn takes the second out of the history': 5,
  'a turn after a title leaves no run': 5,
  'a second title after a turn is lost': 5,
  'a delete takes the title of the session that was created before': 5,
  'a retrieve between two turns makes the second one vanish': 5,
  'the list forgets a titled session once another is deleted': 5,
};

test.each(brokenSequences)('broken: $fault', async ({ fault, meddle }) => {
  const { fetch } = createChatMock({ speed: 'instant' });
  const { report } = await runVerify({ fetch: meddleWith(fetch, meddle), flows, stateful: 60 });
  const found = report.checks.filter(({ verdict }) => verdict === 'failed').flatMap(({ cases }) => cases);
  const lengths = found.flatMap(({ findings }) =>
    findings.map(({ reproduce: [told = ''] }) => told.split(', ').length),
  );
  expect(lengths.length).toBeGreaterThan(0);
  expect(Math.min(...lengths)).toBe(shortest[fault]);
});
