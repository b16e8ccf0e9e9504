import { createChatMock } from '../../dist/index.js';

/** What one busy world costs: a manual clock under 800 streams, a journal of long queries, 20 who wait for a request. */
const key = { authorization: 'Bearer x', 'content-type': 'application/json' };
const ask = (mock, path, init = {}) => mock.fetch(`http://mock${path}`, { headers: key, ...init });
const post = (mock, path, body) => ask(mock, path, { method: 'POST', body: JSON.stringify(body) });
const tookMs = {};
const timed = async (what, run) => {
  const startMs = performance.now();
  await run();
  tookMs[what] = performance.now() - startMs;
};

{
  const mock = createChatMock({ clock: 'manual' });
  for (let index = 0; index < 800; index++) {
    const { session_id: id } = await (await post(mock, '/api/v1/chat', {})).json();
    const stream = await post(mock, `/api/v1/chat/${id}/messages/stream`, {
      prompt: '/q3-findings',
      index_ids: ['idx-abc123'],
    });
    void stream.text();
  }
  await timed('advance', () => mock.clock.advance(60_000));
}
{
  const mock = createChatMock();
  for (let index = 0; index < 100; index++) await ask(mock, `/api/v1/chat?${'a&'.repeat(7500)}`);
  await timed('journal', async () => (await ask(mock, '/__mock/journal')).text());
}
{
  const mock = createChatMock();
  const body = { index_ids: ['idx-1'], title: 'x'.repeat(15_000) };
  for (let index = 0; index < 1000; index++) await post(mock, '/api/v1/chat', body);
  const waits = Array.from({ length: 20 }, () => mock.journal.wait({ body: { title: 'y' } }, { timeoutMs: 60_000 }));
  await timed('wait', async () => {
    for (let index = 0; index < 20; index++) await post(mock, '/api/v1/chat', body);
  });
  await post(mock, '/api/v1/chat', { title: 'y' });
  await Promise.all(waits);
}
console.log(JSON.stringify(tookMs));
