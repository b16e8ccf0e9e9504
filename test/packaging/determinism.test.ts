import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createRandom } from '../../src/runtime/random.ts';
import { installPacked, type PackedServer } from '../support/packed.ts';

const packed = installPacked();
const flags = {
  one: ['--seed', '1', '--speed', 'instant'],
  two: ['--seed', '1', '--speed', 'instant'],
  paced: ['--seed', '1', '--speed', '60'],
  other: ['--seed', '2', '--speed', 'instant'],
};
const servers = new Map<string, PackedServer>();
beforeAll(async () => {
  await Promise.all(
    Object.entries(flags).map(async ([name, args]) =>
      servers.set(name, await packed.startServer([...args, '--sessions', '50'])),
    ),
  );
});
afterAll(async () => {
  await Promise.all([...servers.values()].map((server) => server.stop()));
});

test('processes with one seed tell the same, at any speed; another seed tells another story', async () => {
  const [one, two, paced, other] = await Promise.all(
    Object.keys(flags).map((name) => transcript({ name, world: null })),
  );
  expect(one).toHaveLength(100);
  expect(two).toEqual(one);
  expect(paced).toEqual(one);
  expect(other).not.toEqual(one);
});

test('and the same as when it was last looked at: on another machine, on another version of Node', async () => {
  const log = await transcript({ name: 'one', world: 'as recorded' });
  // A change of what the mock says changes it: `npm run test:slow -- determinism -u`.
  await expect(`${createHash('sha256').update(log.join('\n\n')).digest('hex')}\n`).toMatchFileSnapshot(
    './golden/transcript.sha256',
  );
});

test('16 worlds in parallel tell the same as one alone', async () => {
  const alone = await transcript({ name: 'one', world: 'alone' });
  const worlds = Array.from({ length: 16 }, (_, index) => transcript({ name: 'one', world: `world ${index}` }));
  for (const log of await Promise.all(worlds)) expect(log).toEqual(alone);
});

const prompts = [
  'revenue',
  'churn',
  'contracts',
  'отчёт',
  '売上',
  'risk 😀',
  '/parallel-tools',
  '/fake-names',
  '/agent-error',
];
const mistakes = [
  { path: '/api/v1/chat/' },
  { path: '/nope' },
  { path: '/api/v1/chat?page_size=x' },
  { path: '/api/v1/chat?page_token=x' },
  { path: '/api/v1/chat', key: null },
  { path: '/api/v1/chat', method: 'DELETE' },
  { path: '/api/v1/chat', method: 'POST', body: '{"index_ids":' },
  { path: '/api/v1/chat/ses-never-run-bound/messages/stream', method: 'POST', body: '{"index_ids":[]}' },
];
const neighbours = ['/api/v1/indexes?page_size=3', '/api/v1/beta/attachments/screenshots/page_7.jpg?source_id=src-1'];

interface Sent {
  readonly path: string;
  readonly method?: string;
  readonly body?: string;
  /** Null sends none. */
  readonly key?: string | null;
}

/** The same 100 mixed requests each time, one after another: status, headers but `date`, and body of each answer. */
async function transcript({
  name,
  world,
}: {
  readonly name: string;
  readonly world: string | null;
}): Promise<string[]> {
  const url = servers.get(name)?.url ?? '';
  const random = createRandom('the script');
  const ids = ['ses-never-run-bound', 'ses/with slash + 100%'];
  const gone = ['ses-nobody'];
  const tokens: string[] = [];
  const log: string[] = [];

  const send = async ({ path, method = 'GET', body, key = 'any' }: Sent): Promise<string> => {
    const response = await fetch(`${url}${path}`, {
      method,
      redirect: 'manual',
      headers: {
        ...(key !== null && { authorization: `Bearer ${key}` }),
        ...(world !== null && { 'x-test-id': world }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body }),
    });
    // Redirects and image links name the host, and so the port.
    const here = (text: string) => text.replaceAll(url, 'http://mock');
    const headers = [...response.headers].filter(([header]) => header !== 'date');
    const text = await response.text();
    log.push(
      [
        `${method} ${path}`,
        response.status,
        ...headers.map(([header, value]) => `${header}: ${here(value)}`),
        here(text),
      ].join('\n'),
    );
    return text;
  };
  // One in ten is asked for what does not exist any more.
  const session = () => {
    const known = random.chance(0.1) ? gone : ids;
    return `/api/v1/chat/${encodeURIComponent(random.pick(known))}`;
  };
  const acts = [
    async () => {
      const body = random.pick([undefined, '{}', '{"index_ids":null}', '{"index_ids":["idx-abc123"]}']);
      const text = await send({ path: '/api/v1/chat', method: 'POST', ...(body !== undefined && { body }) });
      ids.push((JSON.parse(text) as { session_id: string }).session_id);
    },
    async () => {
      const token = random.chance(0.5) ? tokens.at(-1) : undefined;
      const rest = token === undefined ? '' : `&page_token=${encodeURIComponent(token)}`;
      const text = await send({ path: `/api/v1/chat?page_size=${random.integer(0, 9)}${rest}` });
      const { next_page_token } = JSON.parse(text) as { next_page_token?: string };
      if (next_page_token !== undefined) tokens.push(next_page_token);
    },
    () => send({ path: session() }),
    () => send({ path: `${session()}/summary` }),
    async () => {
      if (ids.length > 2) gone.push(...ids.splice(random.integer(0, ids.length - 1), 1));
      await send({ path: `/api/v1/chat/${encodeURIComponent(gone.at(-1) ?? 'ses-nobody')}`, method: 'DELETE' });
    },
    () => {
      const body = JSON.stringify({ first_message: random.pick(prompts) });
      return send({ path: `${session()}/title`, method: 'POST', body });
    },
    () => send({ path: random.pick(neighbours) }),
    ...Array.from({ length: 4 }, () => () => {
      const body = JSON.stringify({
        prompt: random.pick(prompts),
        index_ids: [random.pick(['idx-abc123', 'idx-def456'])],
      });
      return send({ path: `${session()}/messages/stream`, method: 'POST', body });
    }),
  ];
  for (const mistake of mistakes) await send(mistake);
  while (log.length < 100) await random.pick(acts)();
  return log;
}
