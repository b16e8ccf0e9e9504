import { expect, test } from 'vitest';
import { createChatMock } from '../../src/node/checked-mock.ts';
import type { Activity } from '../../src/world/activity.ts';

/** What the journal, the stream and the log say of why a prompt got its answer. */
async function whysOf(prompt: string): Promise<unknown> {
  const seen: Activity[] = [];
  const mock = createChatMock({ speed: 'instant', onActivity: (activity) => void seen.push(activity) });
  const response = await mock.fetch('http://mock/api/v1/chat/ses-never-run/messages/stream', {
    method: 'POST',
    headers: { authorization: 'Bearer any', 'content-type': 'application/json' },
    body: JSON.stringify({ index_ids: ['idx-abc123'], prompt }),
  });
  await response.text();
  const logged = seen.flatMap((activity) => (activity.kind === 'request' ? [activity.why] : []));
  const whys = new Set([mock.journal.entries[0]?.why, mock.streams[0]?.why, ...logged]);
  expect(whys.size).toBe(1);
  return [...whys][0];
}

test.each([
  ['/slow-tol', 'generated; there is no scenario "slow-tol"; did you mean "slow-tool"?'],
  ['/cut please', 'generated; there is no scenario "cut"; did you mean "cut-mid-word"?'],
  ['/Fast', 'generated; there is no scenario "Fast"; did you mean "fast"?'],
  ['/nothing-of-the-kind', 'generated; there is no scenario "nothing-of-the-kind"'],
  ['/constructor', 'generated; there is no scenario "constructor"'],
  ['/fast', 'prompt'],
  ['/ and more', 'generated'],
  ['What about /slow-tol?', 'generated'],
])('%s: %s', async (prompt, why) => {
  expect(await whysOf(prompt)).toBe(why);
});
