import assert from 'node:assert/strict';
import { client } from './.cache/hey-api/client.gen.ts';
import { createSession, streamMessages } from './.cache/hey-api/sdk.gen.ts';
import type { Event } from './.cache/hey-api/types.gen.ts';

/** A turn through the client that Hey API makes of the document: its stream is typed, and parsed by the client itself. */
const [baseUrl = ''] = process.argv.slice(2);
client.setConfig({ baseUrl, auth: 'any' });

const created = await createSession({ body: { index_ids: ['idx-abc123'] }, throwOnError: true });
const { stream } = await streamMessages({
  path: { session_id: created.data.session_id },
  body: { index_ids: ['idx-abc123'], prompt: '/q3-findings' },
  // Without a limit the client sends the prompt again each time a stream ends with an error.
  sseMaxRetryAttempts: 1,
});
const events: Event[] = [];
for await (const event of stream) events.push(event);

const last = events.at(-1);
assert.equal(last?.type === 'stop' && last.usage.turns, 1);
assert.equal(
  events
    .map((event) => (event.type === 'text' ? event.content : ''))
    .join('')
    .includes('Revenue'),
  true,
);
console.log('Hey API: a turn of typed events through the generated client.');
