import assert from 'node:assert/strict';
import createClient from 'openapi-fetch';
import type { components, paths } from './.cache/2026-05.ts';
import { readEvents } from './read-events.ts';

type Event = components['schemas']['Event'];
type Stream = paths['/api/v1/chat/{session_id}/messages/stream']['post'];
/** What the document says that the stream holds. */
type Streamed = Stream['responses'][200]['content']['text/event-stream'];

/** A whole session through a client made of the document: every operation, and what its types promise. */
const [baseUrl = ''] = process.argv.slice(2);
const client = createClient<paths>({ baseUrl, headers: { authorization: 'Bearer any' } });

const created = await client.POST('/api/v1/chat', { body: { index_ids: ['idx-abc123'] } });
assert.equal(created.response.status, 201);
const session_id: string = created.data?.session_id ?? '';
const params = { path: { session_id } };

const { data: body } = await client.POST('/api/v1/chat/{session_id}/messages/stream', {
  params,
  body: { index_ids: ['idx-abc123'], prompt: '/q3-findings' },
  parseAs: 'stream',
});
const streamed: Event[] = await readEvents<Streamed>(body);
assert.equal(streamed.map(toText).join('').includes('Revenue'), true);
const last = streamed.at(-1);
assert.equal(last?.type === 'stop' && last.usage.turns, 1);

const detail = await client.GET('/api/v1/chat/{session_id}', { params });
const complete = streamed.filter(({ type }) => type !== 'text_delta' && type !== 'thinking_delta');
assert.deepEqual(detail.data?.events.slice(1), complete);
const summary = await client.GET('/api/v1/chat/{session_id}/summary', { params });
const tokens: number | null | undefined = summary.data?.job_metadata?.total_input_tokens;
assert.equal(tokens, last?.type === 'stop' ? last.usage.total_input_tokens : undefined);

const titled = await client.POST('/api/v1/chat/{session_id}/title', { params, body: { first_message: 'Hello' } });
assert.equal(titled.data?.generated_title, 'Hello...');
const list = await client.GET('/api/v1/chat', { params: { query: { page_size: 1, project_id: null } } });
assert.equal(list.data?.items[0]?.session_id, session_id);

const image = streamed.flatMap((event) => (event.type === 'tool_result' && event.image_attachment) || []).at(0);
if (image) {
  const { attachment_name, source_id } = image;
  const attachment = await client.GET('/api/v1/beta/attachments/{attachment_name}', {
    params: { path: { attachment_name }, query: { source_id } },
  });
  assert.equal(attachment.data?.url.startsWith(baseUrl), true);
}
const indexes = await client.GET('/api/v1/indexes');
const index_id = indexes.data?.items[0]?.id ?? '';
const index = await client.GET('/api/v1/indexes/{index_id}', { params: { path: { index_id } } });
assert.equal(index.data?.id, index_id);

const removed = await client.DELETE('/api/v1/chat/{session_id}', { params });
assert.equal(removed.response.status, 204);
const gone = await client.GET('/api/v1/chat/{session_id}', { params });
assert.equal(gone.response.status, 404);
assert.equal(typeof gone.error?.detail === 'string' && gone.error.detail, 'Session not found');
// @ts-expect-error: the prompt is required
const refused = await client.POST('/api/v1/chat/{session_id}/messages/stream', { params, body: { index_ids: [] } });
assert.equal(Array.isArray(refused.error?.detail) && refused.error.detail[0]?.type, 'too_short');
console.log('2026-05: a whole session through the generated client.');

function toText(event: Event): string {
  switch (event.type) {
    case 'text':
      return event.content;
    case 'tool_call':
    case 'tool_result':
      return event.name;
    case 'thinking':
    case 'thinking_delta':
    case 'text_delta':
    case 'user_input':
    case 'stop':
      return '';
  }
}
