import { expect, test } from 'vitest';
import { createChatMock } from '../../src/node/checked-mock.ts';
import type { Activity } from '../../src/world/activity.ts';

const turn = '/api/v1/chat/ses-never-run/messages/stream';
const key = { authorization: 'Bearer any' };

test.each([
  ['401', '/api/v1/chat', {}, 'Not authenticated'],
  ['404', '/api/v1/chat/ses-nobody', { headers: key }, 'Session not found'],
  ['404', '/nowhere', { headers: key }, 'Not Found'],
  [
    '422',
    turn,
    { method: 'POST', headers: { ...key, 'content-type': 'application/json' }, body: '{}' },
    'body.index_ids: Field required and 1 more',
  ],
  ['422', '/api/v1/chat?page_size=x', { headers: key }, 'query.page_size: Input should be a valid integer'],
  ['200', '/api/v1/chat', { headers: key }, null],
])('an activity says why it is a %s of %s', async (status, path, init, problem) => {
  const seen: Activity[] = [];
  const mock = createChatMock({ onActivity: (activity) => void seen.push(activity) });
  await (await mock.fetch(`http://mock${path}`, init)).text();
  const [request] = seen;
  expect(request).toMatchObject({ kind: 'request', status: Number(status) });
  const told = request?.kind === 'request' ? request.problem : undefined;
  expect(told).toEqual(problem === null ? null : expect.stringMatching(`^${problem}`));
});

test('what a scenario answers is told as far as it has the shape of a problem', async () => {
  const told: unknown[] = [];
  const mock = createChatMock({ onActivity: (activity) => activity.kind === 'request' && told.push(activity.problem) });
  for (const body of [{ detail: 'Busy' }, { detail: { why: 'busy' } }, '<h1>Busy</h1>', { detail: 'x'.repeat(200) }]) {
    mock.next({ status: 503, body } as never, { operation: 'listSessions' });
    await (await mock.fetch('http://mock/api/v1/chat', { headers: key })).text();
  }
  expect(told).toEqual(['Busy', null, null, `${'x'.repeat(79)}…`]);
});
