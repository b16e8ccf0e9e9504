import assert from 'node:assert/strict';
import createClient from 'openapi-fetch';
import type { components, paths } from './.cache/2026-09.ts';
import { readEvents } from './read-events.ts';

type Event = components['schemas']['Event'];

/** What is new in this edition, through a client made of its document. */
const [baseUrl = ''] = process.argv.slice(2);
const client = createClient<paths>({ baseUrl, headers: { authorization: 'Bearer any' } });

const created = await client.POST('/api/v1/chat', { body: { shared_access: 'query' } });
const access: 'read_only' | 'query' | undefined = created.data?.shared_access;
assert.equal(access, 'query');
const { data: body } = await client.POST('/api/v1/chat/{session_id}/messages/stream', {
  params: { path: { session_id: created.data?.session_id ?? '' } },
  body: { index_ids: ['idx-abc123'], prompt: 'What changed?', require_all_indexes: false },
  parseAs: 'stream',
});
const last = (await readEvents<Event>(body)).at(-1);
assert.deepEqual(last?.type === 'stop' && last.skipped_index_ids, []);
// @ts-expect-error: this edition has no titles to generate
const title = await client.POST('/api/v1/chat/{session_id}/title', { params: { path: { session_id: 'x' } }, body: {} });
assert.equal(title.response.status, 404);
console.log('2026-09: what is new, through the generated client.');
