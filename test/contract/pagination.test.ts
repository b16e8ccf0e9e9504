import { describe, expect, test } from 'vitest';
import type { Flow, Profile } from '../../src/contract/index.ts';
import { createChatMock } from '../../src/node/checked-mock.ts';
import type { Json } from '../../src/self-test/meddle.ts';
import { startTinyServer } from '../support/tiny-server.ts';
import { complaints, flowsNamed, runVerify } from '../support/verify.ts';

interface Paging {
  /** What another client does before each page of a walk. */
  readonly meanwhile?: (ask: (method: string, path: string) => Promise<Json>) => Promise<void>;
  /** What the server makes of a page. */
  readonly spoil?: (items: Json[]) => Json[];
  /** Another order than the mock's; a walk goes on behind the last of the page before. */
  readonly oldestFirst?: boolean;
}

/** A mock whose small pages are counted off: `page_token` is how many came before. */
function mockPagedByCount({ meanwhile, spoil = (items) => items, oldestFirst = false }: Paging) {
  const { fetch } = createChatMock({ speed: 'instant' });
  const ask = async (method: string, path: string): Promise<Json> => {
    const headers = { authorization: 'Bearer other', 'content-type': 'application/json' };
    const init = method === 'POST' ? { method, headers, body: '{"first_message":"Hello"}' } : { method, headers };
    const response = await fetch(new Request(`http://mock/api/v1/chat${path}`, init));
    return response.status === 204 ? null : response.json();
  };
  return async (request: Request): Promise<Response> => {
    const { pathname, searchParams } = new URL(request.url);
    const size = Number(searchParams.get('page_size'));
    const isWalk = request.method === 'GET' && pathname === '/api/v1/chat' && size < 1000;
    if (!isWalk) return fetch(request);
    await meanwhile?.(ask);
    const { items }: { items: Json[] } = await ask('GET', '?page_size=1000');
    const from = searchParams.get('page_token') ?? (oldestFirst ? '' : '0');
    if (oldestFirst) {
      const rest = items.filter(({ last_updated_at }) => last_updated_at > from).sort(byDate);
      const page = rest.slice(0, size);
      return Response.json({ items: page, next_page_token: rest.length > size ? page.at(-1)?.last_updated_at : null });
    }
    const to = Number(from) + size;
    const page = spoil(items.slice(Number(from), to));
    return Response.json({ items: page, next_page_token: to < items.length ? String(to) : null });
  };
}
const byDate = (a: Json, b: Json) => (a.last_updated_at < b.last_updated_at ? -1 : 1);

async function judged(paging: Paging, profile: Profile = 'safe') {
  const { report } = await runVerify({ fetch: mockPagedByCount(paging), profile, only: ['pagination.*'] });
  return Object.fromEntries(report.checks.map(({ id, verdict, why }) => [id, [verdict, why]]));
}
const unclear = ['inconclusive', expect.stringContaining('others wrote while the pages were walked')];
const lacksOne = (items: Json[]) => items.slice(1);
/** Creates one before each of the first pages; with no end to it a walk would have none. */
function createSome(): NonNullable<Paging['meanwhile']> {
  let rest = 12;
  return async (ask) => {
    rest -= 1;
    if (rest >= 0) await ask('POST', '');
  };
}

describe.each(['read-only', 'safe', 'full'] as const)('pages counted off, profile %s', (profile) => {
  test('pass while nobody else writes', async () => {
    expect(await judged({}, profile)).toMatchObject({ 'pagination.visits-once': ['passed', null] });
  });

  test('lead to no verdict where another client creates sessions meanwhile: each pushes one over an edge', async () => {
    const verdicts = await judged({ meanwhile: createSome() }, profile);
    expect(verdicts).toMatchObject({ 'pagination.visits-once': unclear });
    expect(Object.values(verdicts).map(([verdict]) => verdict)).not.toContain('failed');
  });

  test('fail where sessions are lost and nobody else wrote', async () => {
    expect(await judged({ spoil: lacksOne }, profile)).toMatchObject({ 'pagination.visits-once': ['failed', null] });
  });
});

test('sessions that are deleted meanwhile pull others over an edge, which is not a verdict either', async () => {
  const meanwhile: Paging['meanwhile'] = async (ask) => {
    const theirs = (await ask('GET', '?page_size=1000')).items.find((item: Json) => item.generated_title !== null);
    if (theirs) await ask('DELETE', `/${theirs.session_id}`);
  };
  expect(await judged({ meanwhile })).toMatchObject({ 'pagination.visits-once': unclear });
});

test('sessions that are written before each page come last each time: that is not a loop', async () => {
  const meanwhile: Paging['meanwhile'] = async (ask) => {
    const theirs = (await ask('GET', '?page_size=1000')).items.filter((item: Json) => item.generated_title !== null);
    for (const { session_id } of theirs) await ask('POST', `/${session_id}/title`);
  };
  expect(await judged({ oldestFirst: true, meanwhile })).toMatchObject({
    'pagination.ends': ['inconclusive', expect.stringMatching('the walk was given up|others wrote')],
  });
});

test('runs at the same time do not accuse a server that counts its pages off', async () => {
  const server = await startTinyServer();
  const flows = flowsNamed('walk', 'session-life', 'session-ids', 'one-turn', 'title-persists');
  const runs = await Promise.all([1, 2, 3].map((seed) => runVerify({ url: server.url, seed, flows })));
  const failures = runs.flatMap(({ report }) => complaints(report)).filter((line) => !/ inconclusive:/.test(line));
  expect({ failures, left: server.sessions.size }).toEqual({ failures: [], left: 0 });
  await server.close();
});

describe('a walk in a flow', () => {
  const pages = async (walk: object) => {
    const { fetch } = createChatMock({ speed: 'instant', sessions: [] });
    const queries: string[] = [];
    const heard = (request: Request) => {
      const { pathname, searchParams } = new URL(request.url);
      if (request.method === 'GET' && pathname === '/api/v1/chat' && searchParams.get('page_size') === '1')
        queries.push(searchParams.has('page_token') ? 'next' : 'first');
      return fetch(request);
    };
    const create = { call: 'createSession', body: {} };
    const step = { walk: 'listSessions', role: 'page', page_size: 1, ...walk };
    const flow = { flow: 'own', summary: '', profile: 'safe', checks: ['http.json'] };
    const flows = [{ ...flow, steps: [create, create, create, step, step] }] as unknown as readonly Flow[]; // As JSON.
    await runVerify({ fetch: heard, flows, only: ['http.json'] });
    return queries;
  };

  test('asks for each page with the token of the one before, and starts anew where it is repeated', async () => {
    const once = ['first', 'next', 'next'];
    expect(await pages({})).toEqual([...once, ...once]);
  });

  test('reads no more pages than it may', async () => {
    expect(await pages({ at_most: 2 })).toEqual(['first', 'next', 'first', 'next']);
  });

  test('is of a list', async () => {
    await expect(pages({ walk: 'getSession' })).rejects.toThrow(/listSessions/);
  });
});
