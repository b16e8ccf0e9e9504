import { afterAll, beforeAll, expect, test } from 'vitest';
import { createRandom } from '../../src/runtime/random.ts';
import { installPacked, type PackedServer, startPacked } from '../support/packed.ts';

let servers: PackedServer[];
beforeAll(async () => {
  const folder = installPacked();
  servers = await Promise.all(
    [['1'], ['1'], ['2']].map(([seed = '']) =>
      startPacked(folder, ['--seed', seed, '--speed', 'instant', '--sessions', '50']),
    ),
  );
});
afterAll(async () => {
  await Promise.all(servers.map((server) => server.stop()));
});

const words = ['revenue', 'churn', 'contracts', 'отчёт', '売上', 'risk 😀', '/parallel-tools', '/fake-names'];

/** The transcript of 100 mixed requests: status, headers but date, and body. */
async function transcript({ url }: PackedServer, world: string | null): Promise<string[]> {
  const random = createRandom('script');
  const ids: string[] = ['ses-q3-review'];
  const log: string[] = [];
  const send = async (method: string, path: string, body?: unknown) => {
    const response = await fetch(`${url}${path}`, {
      method,
      redirect: 'manual',
      headers: {
        authorization: 'Bearer x',
        'content-type': 'application/json',
        ...(world !== null && { 'x-test-id': world }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = (await response.text()).replaceAll(url, 'URL');
    const headers = [...response.headers]
      .filter(([name]) => name !== 'date')
      .map(([name, value]) => `${name}: ${value.replaceAll(url, 'URL')}`);
    log.push([`${method} ${path}`, response.status, ...headers, text].join('\n'));
    return text;
  };
  for (let count = 0; count < 100; count++) {
    const id = encodeURIComponent(random.pick(ids));
    const act = random.integer(0, 9);
    if (act <= 1)
      ids.push(
        (
          JSON.parse(await send('POST', '/api/v1/chat', { index_ids: random.chance(0.5) ? ['idx-abc123'] : null })) as {
            session_id: string;
          }
        ).session_id,
      );
    else if (act <= 4)
      await send('POST', `/api/v1/chat/${id}/messages/stream`, {
        prompt: `${random.pick(words)} ${count}`,
        index_ids: ['idx-abc123'],
      });
    else if (act === 5) await send('GET', `/api/v1/chat?page_size=${random.integer(0, 9)}`);
    else if (act === 6) await send('GET', `/api/v1/chat/${id}`);
    else if (act === 7) await send('POST', `/api/v1/chat/${id}/title`, { first_message: random.pick(words) });
    else if (act === 8)
      await send(
        'GET',
        random.pick([
          '/api/v1/chat/',
          '/nope',
          '/api/v1/indexes',
          '/api/v1/chat?page_size=x',
          '/api/v1/beta/attachments/a/b.jpg?source_id=1',
        ]),
      );
    else await send('DELETE', `/api/v1/chat/${id}`);
  }
  return log;
}

test('two processes with one seed tell the same, another seed tells another story', async () => {
  const [one, two, other] = await Promise.all(servers.map((server) => transcript(server, null)));
  expect(two).toEqual(one);
  expect(other).not.toEqual(one);
});

test('16 worlds in parallel tell the same as one alone', async () => {
  const [server] = servers;
  if (!server) throw new Error('No server.');
  const alone = await transcript(server, 'alone');
  const together = await Promise.all(Array.from({ length: 16 }, (_, index) => transcript(server, `world-${index}`)));
  for (const log of together) expect(log).toEqual(alone);
});
