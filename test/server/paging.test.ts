import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Call, instantMock, newSession, takeTurn } from '../support/client.ts';
import { runs } from '../support/runs.ts';

interface Page {
  readonly items: readonly { readonly session_id: string }[];
  readonly next_page_token?: string;
}

async function page(call: Call, size: number, token?: string): Promise<Page> {
  const query = new URLSearchParams({ page_size: String(size), ...(token !== undefined && { page_token: token }) });
  return (await (await call(`GET /api/v1/chat?${query}`)).json()) as Page;
}

test('a walk over pages visits every session once, whatever is created, deleted and written meanwhile', async () => {
  const act = fc.constantFrom('create', 'delete', 'turn', 'title');
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 7 }),
      fc.array(fc.tuple(act, fc.nat(30)), { maxLength: 25 }),
      async (size, acts) => {
        const { call } = instantMock({
          sessions: [],
          scenarios: [{ scenario: 'short', when: { turn: { from: 1 } }, steps: [{ text: 'Yes.' }] }],
        });
        const there: string[] = [];
        for (let count = 0; count < 12; count++) there.push(await newSession(call));
        const deleted = new Set<string>();
        const seen: string[] = [];
        const queue = [...acts];
        for (let token: string | undefined, first = true; first || token; first = false) {
          const { items, next_page_token }: Page = await page(call, size, token);
          expect(items.length).toBeLessThanOrEqual(size);
          seen.push(...items.map(({ session_id }) => session_id));
          token = next_page_token;
          for (const [what, which] of queue.splice(0, 3)) {
            const id = there[which % there.length] ?? '';
            if (what === 'create') await newSession(call);
            else if (deleted.has(id)) continue;
            else if (what === 'turn') await takeTurn(call, id, 'Hello');
            else if (what === 'title')
              await call(`POST /api/v1/chat/${id}/title`, { body: { first_message: 'Hello' } });
            else {
              await call(`DELETE /api/v1/chat/${id}`);
              deleted.add(id);
            }
          }
        }
        expect(new Set(seen).size).toBe(seen.length);
        expect(there.filter((id) => !deleted.has(id) && !seen.includes(id))).toEqual([]);
        expect(seen.filter((id) => !there.includes(id))).toEqual([]);
      },
    ),
    { numRuns: runs(40) },
  );
});

test('a session is still where a walk left it, however often it is written before the next page', async () => {
  const { call } = instantMock({ sessions: [] });
  const there: string[] = [];
  for (let count = 0; count < 6; count++) there.push(await newSession(call));
  // Written in the other direction, so that where each stands is not where it was created.
  const title = (id: string | undefined, text: string) =>
    call(`POST /api/v1/chat/${id}/title`, { body: { first_message: text } });
  for (const id of there.toReversed()) await title(id, 'First title');
  const first = await page(call, 2);
  for (const id of [there[0], there[5]]) for (let write = 0; write < 100; write++) await title(id, `Title ${write}`);
  const second = await page(call, 2, first.next_page_token);
  const third = await page(call, 2, second.next_page_token);
  const seen = [first, second, third].flatMap(({ items }) => items.map(({ session_id }) => session_id));
  expect([seen, third.next_page_token]).toEqual([there, undefined]);
});

test('newest last_updated_at first; a turn moves a session up', async () => {
  const { call } = instantMock({ sessions: [] });
  const [oldest, middle, newest] = [await newSession(call), await newSession(call), await newSession(call)];
  await takeTurn(call, oldest, 'Hello');
  expect((await page(call, 10)).items.map(({ session_id }) => session_id)).toEqual([oldest, newest, middle]);
});

test('page sizes: the default, the maximum, and what is not positive', async () => {
  const { call } = instantMock({ sessions: [], generatedSessions: 1200 });
  const sizes = await Promise.all([1, 0, -1, 1000, 5000].map(async (size) => (await page(call, size)).items.length));
  expect(sizes).toEqual([1, 50, 50, 1000, 1000]);
});

test.each(['page_token', 'MS4y', '%00', 'x'.repeat(300), 'MTIuMS4xLmFiY2RlZmdo'])(
  'a token that was never given is refused: %j',
  async (token) => {
    const { call } = instantMock();
    const response = await call(`GET /api/v1/chat?page_token=${encodeURIComponent(token)}`);
    expect([response.status, await response.json()]).toEqual([400, { detail: 'Invalid page token' }]);
    const { call: lenient } = instantMock({ lenient: true });
    expect((await lenient(`GET /api/v1/chat?page_token=${encodeURIComponent(token)}`)).status).toBe(200);
  },
);

test('the token of another project is refused', async () => {
  const { call } = instantMock({ generatedSessions: 20 });
  const { next_page_token } = await page(call, 5);
  const other = await call(
    `GET /api/v1/chat?project_id=6ba7b8109dad11d180b400c04fd430c8&page_token=${encodeURIComponent(next_page_token ?? '')}`,
  );
  expect(other.status).toBe(400);
});

test('an empty token is the first page', async () => {
  const { call } = instantMock({ generatedSessions: 5 });
  expect(await (await call('GET /api/v1/chat?page_token=')).json()).toEqual(
    await (await call('GET /api/v1/chat')).json(),
  );
});
