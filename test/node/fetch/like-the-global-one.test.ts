import { afterAll, beforeAll, expect, test } from 'vitest';
import { createChatMock } from '../../../src/node/checked-mock.ts';
import type { Listening } from '../../../src/node/listen.ts';
import type { InlineScenario } from '../../../src/scenario/schema.ts';
import type { WorldControls } from '../../../src/server/controls.ts';
import { describeError, outcomeOf } from '../../support/outcome.ts';
import { thinned } from '../../support/runs.ts';

/**
 * Every row is run twice, by the global `fetch` on a socket and by `mock.fetch`: they must come to the same. What depends
 * on the connection pool, which another test may have replaced by importing undici, is in mock-fetch.test.ts.
 */
const mock = createChatMock({ speed: 'instant', onError: () => {} });
let server: Listening;
let other: Listening;
beforeAll(async () => {
  server = await mock.listen();
  other = await mock.listen();
});
afterAll(() => Promise.all([server.close(), other.close()]));

interface Asked {
  readonly fetch: typeof fetch;
  /** Of the list of sessions, which is also where they are created. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly world: WorldControls;
  /** A server of another origin. */
  readonly elsewhere: string;
}

type Row = (asked: Asked) => unknown;

const utf8 = new TextEncoder();
const settle = (run: () => unknown) => outcomeOf(run);

/** A stream that yields these, one by one; an Error ends it. */
function streamOf(...parts: readonly unknown[]): ReadableStream<unknown> {
  const rest = [...parts];
  return new ReadableStream({
    pull(controller) {
      const part = rest.shift();
      if (part === undefined) controller.close();
      else if (part instanceof Error) controller.error(part);
      else controller.enqueue(typeof part === 'string' ? utf8.encode(part) : part);
    },
  });
}

function upload(body: ReadableStream<unknown>, { headers }: Asked, more: RequestInit = {}): RequestInit {
  return { method: 'POST', headers, body: body as ReadableStream<Uint8Array>, duplex: 'half', ...more };
}

/** All there is to see of a response, and of what the mock took note of. */
async function see(response: Response, { world }: Pick<Asked, 'world'>) {
  const { status, statusText, ok, url, redirected, type, body } = response;
  const framing = ['content-length', 'date', 'connection', 'keep-alive', 'transfer-encoding'];
  const headers = [...response.headers].filter(([name]) => !framing.includes(name));
  return {
    ...{ status, statusText, ok, url, redirected, type, headers },
    hasBody: body !== null,
    text: await response.text(),
    journal: journalOf(world),
  };
}

function journalOf({ journal }: WorldControls) {
  return journal.entries.map(({ method, path, query, status, body, headers }) => {
    const known = ['authorization', 'content-type', 'content-language', 'content-location', 'cookie', 'x-own'];
    return { method, path, query, status, body, headers: known.map((name) => headers[name] ?? null) };
  });
}

async function list(asked: Asked, answer: InlineScenario, init: RequestInit = {}) {
  asked.world.next(answer, { operation: '*' });
  return see(await asked.fetch(asked.url, { headers: asked.headers, ...init }), asked);
}

/** A turn, in a session of its own. */
async function turn(asked: Asked, answer: InlineScenario | null, init: RequestInit = {}): Promise<Response> {
  const { fetch, url, headers, world } = asked;
  const { session_id } = (await (await fetch(url, { method: 'POST', headers, body: '{}' })).json()) as {
    session_id: string;
  };
  if (answer) world.next(answer);
  const body = JSON.stringify({ prompt: 'What changed?', index_ids: ['idx-abc123'] });
  return fetch(`${url}/${session_id}/messages/stream`, { method: 'POST', headers, body, ...init });
}

const redirect = (status: number, location: string | null, more: Readonly<Record<string, string>> = {}) => ({
  status,
  headers: { ...(location !== null && { location }), ...more },
});

const isUsed: Readonly<Record<string, Row>> = {
  'a request that was sent': async ({ fetch, url, headers }) => {
    const request = new Request(url, { method: 'POST', headers, body: '{"index_ids":["idx-abc123"]}' });
    const first = await fetch(request);
    return [first.status, request.bodyUsed, await settle(() => fetch(request))];
  },
  'a request whose body was read': async ({ fetch, url, headers }) => {
    const request = new Request(url, { method: 'POST', headers, body: '{}' });
    await request.text();
    return fetch(request);
  },
  'a request whose body has a reader': ({ fetch, url, headers }) => {
    const request = new Request(url, { method: 'POST', headers, body: '{}' });
    request.body?.getReader();
    return fetch(request);
  },
  'a request without a body, twice': async (asked) => {
    const request = new Request(asked.url, { headers: asked.headers });
    await asked.fetch(request);
    return see(await asked.fetch(request), asked);
  },
  'a used request with another body': async (asked) => {
    const request = new Request(asked.url, { method: 'POST', headers: asked.headers, body: '{}' });
    await asked.fetch(request);
    return see(await asked.fetch(request, { body: '{"index_ids":["a"]}' }), asked);
  },
  'a clone of a request, after the request': async (asked) => {
    const request = new Request(asked.url, { method: 'POST', headers: asked.headers, body: '{"index_ids":["a"]}' });
    const clone = request.clone();
    await asked.fetch(request);
    return see(await asked.fetch(clone), asked);
  },
  'a request that was aborted before': async ({ fetch, url }) => {
    const request = new Request(url, { method: 'POST', body: '{}', signal: AbortSignal.abort() });
    return [await settle(() => fetch(request)), request.bodyUsed];
  },
};

const redirects: Readonly<Record<string, Row>> = {
  'a trailing slash': async (asked) => see(await asked.fetch(`${asked.url}/?page_size=1`, asked), asked),
  'a trailing slash, with a body': async (asked) =>
    see(
      await asked.fetch(`${asked.url}/`, { method: 'POST', headers: asked.headers, body: '{"index_ids":["a"]}' }),
      asked,
    ),
  ...Object.fromEntries(
    [300, 301, 302, 303, 304, 305, 306, 307, 308].flatMap((status) =>
      ['GET', 'POST', 'DELETE'].map((method): [string, Row] => [
        `${status} of ${method}`,
        async (asked) => {
          const { fetch, url, headers, world } = asked;
          const { session_id } = (await (await fetch(url, { method: 'POST', headers, body: '{}' })).json()) as {
            session_id: string;
          };
          world.next(redirect(status, `${new URL(url).pathname}?page_size=1`), { operation: '*' });
          const body = method === 'POST' ? '{"index_ids":["a"]}' : null;
          const more = { 'content-language': 'en', 'content-location': '/x', 'x-own': 'yes' };
          const path = method === 'DELETE' ? `/${session_id}` : '';
          return see(await fetch(`${url}${path}`, { method, headers: { ...headers, ...more }, body }), asked);
        },
      ]),
    ),
  ),
  ...Object.fromEntries(
    (['follow', 'error', 'manual'] as const).flatMap((mode) =>
      [302, 304, 307].flatMap((status) =>
        [
          '/api/v1/chat?page_size=1',
          'chat?page_size=1',
          '?page_size=1',
          '',
          null,
          'http://',
          'mailto:a@b',
          'data:,hi',
          '#there',
        ].map((location): [string, Row] => [
          `${mode} ${status} to ${location}`,
          (asked) => list(asked, redirect(status, location), { redirect: mode }),
        ]),
      ),
    ),
  ),
  'a fragment of the request is kept': async (asked) => {
    asked.world.next(redirect(302, '/api/v1/chat?page_size=1'), { operation: '*' });
    return see(await asked.fetch(`${asked.url}#here`, asked), asked);
  },
  'the fragment of the redirect': (asked) => list(asked, redirect(302, '/api/v1/chat?page_size=1#there')),
  'to a URL with credentials': (asked) => list(asked, redirect(302, asked.url.replace('//', '//user:secret@'))),
  'to another origin, which gets no secrets': (asked) =>
    list(asked, redirect(307, `${asked.elsewhere}/api/v1/chat?page_size=1`), {
      headers: { ...asked.headers, cookie: 'session=x', 'x-own': 'yes' },
    }),
  'to another origin and back': (asked) => {
    asked.world.next(redirect(307, `${asked.elsewhere}/api/v1/chat?page_size=2`), { operation: '*' });
    return list(asked, redirect(307, asked.url));
  },
  'without a scheme': (asked) => list(asked, redirect(302, `${asked.url.slice('http:'.length)}?page_size=1`)),
  'with a body of its own': (asked) =>
    list(asked, { ...redirect(302, '/api/v1/chat?page_size=1'), body: 'x'.repeat(100) }),
  '20 of them': async (asked) => {
    asked.world.next(redirect(302, '/api/v1/chat?page_size=1'), { operation: '*', times: 20 });
    return see(await asked.fetch(asked.url, asked), asked);
  },
  '21 of them': async (asked) => {
    asked.world.next(redirect(302, '/api/v1/chat?page_size=1'), { operation: '*', times: 21 });
    return [await settle(() => asked.fetch(asked.url, asked)), journalOf(asked.world).length];
  },
  ...Object.fromEntries(
    [301, 302, 303, 307, 308].map((status): [string, Row] => [
      `${status} of a stream`,
      async (asked) => {
        asked.world.next(redirect(status, '/api/v1/chat'), { operation: '*' });
        return see(await asked.fetch(asked.url, upload(streamOf('{}'), asked)), asked);
      },
    ]),
  ),
  'a form is sent again': (asked) =>
    list(asked, redirect(307, '/api/v1/chat'), { method: 'POST', body: new URLSearchParams({ a: '1' }) }),
  'a blob is sent again': (asked) =>
    list(asked, redirect(308, '/api/v1/chat'), { method: 'POST', body: new Blob(['{}']) }),
  'of a request that wants manual, with an init that wants follow': async (asked) => {
    asked.world.next(redirect(302, '/api/v1/chat?page_size=1'), { operation: '*' });
    const request = new Request(asked.url, { headers: asked.headers, redirect: 'manual' });
    return see(await asked.fetch(request, { redirect: 'follow' }), asked);
  },
  'cut off before its headers, after a redirect': (asked) => {
    asked.world.next(redirect(302, '/api/v1/chat?page_size=1'), { operation: '*' });
    return list(asked, { ends: { after: 'nothing', how: 'truncate' } });
  },
  'aborted after a redirect': async (asked) => {
    asked.world.next(redirect(302, '/api/v1/chat?page_size=1'), { operation: '*' });
    asked.world.next({ ends: { after: 'nothing', how: 'hang' } }, { operation: '*' });
    const controller = new AbortController();
    void asked.world.journal.wait({}, { count: 2 }).then(() => controller.abort('enough'));
    return asked.fetch(asked.url, { headers: asked.headers, signal: controller.signal });
  },
};

const responses: Readonly<Record<string, Row>> = {
  ...Object.fromEntries(
    [
      200, 201, 202, 203, 204, 205, 206, 207, 299, 304, 400, 401, 404, 409, 418, 422, 429, 499, 500, 503, 511, 599,
    ].flatMap((status) => [
      [`of status ${status}`, (asked: Asked) => list(asked, { status })],
      [`of status ${status} with a body`, (asked: Asked) => list(asked, { status, body: { detail: 'x' } })],
    ]),
  ),
  'to HEAD': async (asked) => see(await asked.fetch(asked.url, { method: 'HEAD', headers: asked.headers }), asked),
  'to OPTIONS': async (asked) =>
    see(await asked.fetch(asked.url, { method: 'OPTIONS', headers: asked.headers }), asked),
  'to a preflight': async (asked) =>
    see(
      await asked.fetch(asked.url, {
        method: 'OPTIONS',
        headers: { origin: 'http://localhost:5173', 'access-control-request-method': 'POST' },
      }),
      asked,
    ),
  'without a content type': async (asked) => {
    asked.world.next({ status: 200, body: 'text', headers: { 'content-type': null } }, { operation: '*' });
    const response = await asked.fetch(asked.url, asked);
    return [response.headers.get('content-type'), (await response.blob()).type];
  },
  'as a blob': async ({ fetch, url, headers }) => (await (await fetch(url, { headers })).blob()).type,
  'as JSON that is none': async (asked) => {
    asked.world.next({ status: 200, body: 'nope' }, { operation: '*' });
    return (await asked.fetch(asked.url, asked)).json();
  },
  'with cookies': async (asked) => {
    asked.world.next({ status: 200, headers: { 'set-cookie': 'a=b' } }, { operation: '*' });
    return (await asked.fetch(asked.url, asked)).headers.getSetCookie();
  },
  'with headers that cannot be changed': async ({ fetch, url, headers }) => {
    const response = await fetch(url, { headers });
    const given = response.headers;
    return [
      await settle(() => given.set('a', 'b')),
      await settle(() => given.append('a', 'b')),
      await settle(() => given.delete('a')),
      given.get('a'),
      response.headers === given,
    ];
  },
  cloned: async (asked) => {
    const response = await asked.fetch(`${asked.url}/?page_size=1`, asked);
    const clone = response.clone().clone();
    return [await see(clone, asked), await see(response, asked), await settle(() => clone.headers.set('a', 'b'))];
  },
  'cloned after it was read': async ({ fetch, url, headers }) => {
    const response = await fetch(url, { headers });
    await response.text();
    return response.clone();
  },
  'read twice': async ({ fetch, url, headers }) => {
    const response = await fetch(url, { headers });
    return [response.bodyUsed, (await response.text()).length, response.bodyUsed, await settle(() => response.text())];
  },
  'with a body that has a reader': async ({ fetch, url, headers }) => {
    const response = await fetch(url, { headers });
    response.body?.getReader();
    return [response.bodyUsed, await settle(() => response.text()), await settle(() => response.clone())];
  },
  'as one of the platform': async ({ fetch, url, headers }) => {
    const response = await fetch(url, { headers });
    const text = Object.prototype.toString.call(response);
    return [response instanceof Response, response.constructor === Response, text, Object.keys(response)];
  },
  'made into another': async (asked) => {
    const response = await asked.fetch(`${asked.url}/none`, asked);
    const copy = new Response(response.body, response);
    copy.headers.set('a', 'b');
    return see(copy, asked);
  },
};

const requests: Readonly<Record<string, Row>> = {
  ...Object.fromEntries(
    [
      'get',
      'post',
      'PATCH',
      'patch',
      'FOO',
      'foo',
      'TRACE',
      'CONNECT',
      'TRACK',
      'A B',
      '',
      'PROPFIND',
      'QUERY',
      'M-SEARCH',
    ].map((method): [string, Row] => [
      `with the method "${method}"`,
      async (asked) => see(await asked.fetch(asked.url, { method, headers: asked.headers }), asked),
    ]),
  ),
  ...Object.fromEntries(
    [
      ['transfer-encoding', 'chunked'],
      ['connection', 'close'],
      ['connection', 'Keep-Alive'],
      ['keep-alive', 'timeout=5'],
      ['upgrade', 'h2c'],
      ['expect', '100-continue'],
      ['content-length', 'x'],
      ['te', 'trailers'],
      ['a b', 'x'],
      ['a', 'x\ny'],
      ['a', '✓'],
    ].map(([name = '', value = '']): [string, Row] => [
      `with the header ${name}: ${value.slice(0, 20)}`,
      async (asked) =>
        see(
          await asked.fetch(asked.url, { method: 'POST', headers: { ...asked.headers, [name]: value }, body: '{}' }),
          asked,
        ),
    ]),
  ),
  'GET with a body': ({ fetch, url, headers }) => fetch(url, { headers, body: 'x' }),
  'HEAD with a body': ({ fetch, url, headers }) => fetch(url, { method: 'HEAD', headers, body: 'x' }),
  'to a relative URL': ({ fetch, headers }) => fetch('/api/v1/chat', { headers }),
  'to a URL that is none': ({ fetch, headers }) => fetch('http://', { headers }),
  'to nothing': ({ fetch }) => fetch(undefined as unknown as string),
  'to a URL with credentials': ({ fetch, url }) => fetch(url.replace('//', '//user:secret@')),
  ...Object.fromEntries(
    ['data:text/plain,hello', 'about:blank', 'file:///etc/hosts', 'foo:bar', 'ws://localhost/'].map(
      (url): [string, Row] => [`to ${url}`, async (asked) => see(await asked.fetch(url), asked)],
    ),
  ),
  'to a blob': async (asked) => {
    const url = URL.createObjectURL(new Blob(['abc'], { type: 'text/plain' }));
    return { ...(await see(await asked.fetch(url), asked)), url: 'any' };
  },
  'to a URL object': async (asked) => see(await asked.fetch(new URL(asked.url), asked), asked),
  'to dots in the path': async (asked) => see(await asked.fetch(`${asked.url}/a/../../chat/%2e%2e/chat`, asked), asked),
  'with no init at all': async (asked) => (await asked.fetch(`${asked.url}/none`)).status,
  'with an init of null': async (asked) =>
    (await asked.fetch(`${asked.url}/none`, null as unknown as RequestInit)).status,
  ...Object.fromEntries(
    (['same-origin', 'no-cors', 'cors', 'navigate'] as const).map((mode): [string, Row] => [
      `in mode ${mode}`,
      async (asked) => see(await asked.fetch(asked.url, { headers: asked.headers, mode }), asked),
    ]),
  ),
  'of which the init says more': async (asked) => {
    const headers = { ...asked.headers, 'x-own': 'yes' };
    const request = new Request(asked.url, { method: 'POST', headers, body: '{"index_ids":["a"]}' });
    return [await see(await asked.fetch(request, { headers: asked.headers }), asked), request.bodyUsed];
  },
  'of which the init takes the body': ({ fetch, url, headers }) =>
    fetch(new Request(url, { method: 'POST', headers, body: '{}' }), { method: 'GET' }),
};

const uploads: Readonly<Record<string, Row>> = {
  'without duplex': (asked) =>
    asked.fetch(asked.url, {
      method: 'POST',
      headers: asked.headers,
      body: streamOf('{}') as ReadableStream<Uint8Array>,
    }),
  'with duplex full': (asked) => asked.fetch(asked.url, upload(streamOf('{}'), asked, { duplex: 'full' as 'half' })),
  'in pieces': async (asked) =>
    see(await asked.fetch(asked.url, upload(streamOf('{"index_', 'ids":[', '"a"]}'), asked)), asked),
  'of strings': async (asked) =>
    see(
      await asked.fetch(asked.url, upload(streamOf(...[...'{}'].map((text) => new String(text).toString())), asked)),
      asked,
    ),
  'of a generator': async (asked) => {
    const generate = async function* () {
      yield utf8.encode('{"index_ids"');
      yield utf8.encode(':["a"]}');
    };
    const init = { method: 'POST', headers: asked.headers, body: generate(), duplex: 'half' } as const;
    return see(await asked.fetch(asked.url, init as unknown as RequestInit), asked);
  },
  'of array buffers': async (asked) =>
    see(await asked.fetch(asked.url, upload(streamOf(utf8.encode('{}').buffer), asked)), asked),
  'of a form': async (asked) => {
    const form = new FormData();
    form.set('a', '1');
    const response = await asked.fetch(asked.url, {
      method: 'POST',
      headers: { authorization: 'Bearer x' },
      body: form,
    });
    return [response.status, response.statusText];
  },
  ...Object.fromEntries(
    ['GET', 'POST'].map((method): [string, Row] => [
      `that is empty, of ${method}`,
      async (asked) => see(await asked.fetch(asked.url, { method, headers: asked.headers, body: null }), asked),
    ]),
  ),
  'that is an empty string': async (asked) =>
    see(await asked.fetch(asked.url, { method: 'POST', headers: asked.headers, body: '' }), asked),
  'that fails': (asked) => asked.fetch(asked.url, upload(streamOf('{', new RangeError('No more.')), asked)),
  'that fails at once': (asked) => asked.fetch(asked.url, upload(streamOf(new RangeError('No more.')), asked)),
  'that fails with an AbortError': (asked) =>
    asked.fetch(asked.url, upload(streamOf(Object.assign(new Error('x'), { name: 'AbortError' })), asked)),
  'that fails with a text': (asked) =>
    asked.fetch(asked.url, upload(new ReadableStream({ pull: (controller) => controller.error('a text') }), asked)),
  'that fails, of a request': (asked) =>
    asked.fetch(new Request(asked.url, upload(streamOf('{', new RangeError('No more.')), asked))),
  'beyond the limit': async (asked) =>
    (await asked.fetch(asked.url, { method: 'POST', headers: asked.headers, body: 'x'.repeat(1024 * 1024 + 1) }))
      .status,
  'of one length, announced as another': (asked) =>
    asked.fetch(asked.url, upload(streamOf('{', '}'), asked, { headers: { ...asked.headers, 'content-length': '3' } })),
};

const bodies: Readonly<Record<string, Row>> = {
  ...Object.fromEntries(
    [1, 7, 100, 100_000].flatMap((size) =>
      (['turn', 'list', 'empty'] as const).map((what): [string, Row] => [
        `of a ${what}, ${size} bytes at a time`,
        async (asked) => {
          if (what === 'empty') asked.world.next({ status: 200 }, { operation: '*' });
          const response =
            what === 'turn'
              ? await turn(asked, { steps: [{ text: 'One, two.' }] })
              : await asked.fetch(asked.url, asked);
          const reader = response.body?.getReader({ mode: 'byob' });
          let text = '';
          for (;;) {
            const read = await reader?.read(new Uint8Array(size));
            text += Buffer.from(read?.value ?? []).toString('latin1');
            if (read?.done !== false) return [text.replace(/(?:"sequence|ses-)\w+/g, ''), read?.value?.byteLength];
          }
        },
      ]),
    ),
  ),
  ...Object.fromEntries(
    (['truncate', 'reset', 'close'] as const).flatMap((how) =>
      ([undefined, 'nothing', { event: 0 }, { event: 2 }, { byte: 0 }, { byte: 47 }] as const).map(
        (after): [string, Row] => [
          `of a turn that ends by ${how} after ${JSON.stringify(after)}`,
          async (asked) => {
            const ends = { how, ...(after !== undefined && { after }) };
            const response = await turn(asked, { steps: [{ text: 'One, two.' }], ends });
            return [response.status, await settle(() => response.text()), await settle(() => response.text())];
          },
        ],
      ),
    ),
  ),
  ...Object.fromEntries(
    (['truncate', 'reset', 'close'] as const).flatMap((how) =>
      ([undefined, 'nothing', { byte: 0 }, { byte: 5 }] as const).map((after): [string, Row] => [
        `of a list that ends by ${how} after ${JSON.stringify(after)}`,
        (asked) => list(asked, { ends: { how, ...(after !== undefined && { after }) } }),
      ]),
    ),
  ),
  'cut off, for a BYOB reader': async (asked) => {
    const response = await turn(asked, {
      steps: [{ text: 'One, two.' }],
      ends: { after: { event: 1 }, how: 'truncate' },
    });
    const reader = response.body?.getReader({ mode: 'byob' });
    for (;;) {
      const read = await reader?.read(new Uint8Array(1000));
      if (read?.done !== false) return read;
    }
  },
  'of a turn that is cancelled': async (asked) => {
    const response = await turn(asked, { steps: [{ text: 'One.' }, { hold: 'here' }] });
    await response.body?.cancel('enough');
    const [record] = await asked.world.waitForStream({ state: 'over' });
    return [response.bodyUsed, record?.end, await settle(() => response.text())];
  },
  'in a coding that is not what it says': async (asked) => {
    const codings = ['gzip', 'x-gzip', 'GZIP', 'odd', 'gzip, odd'];
    const seen: unknown[] = [];
    for (const coding of codings) {
      asked.world.next({ status: 200, headers: { 'content-encoding': coding }, body: 'plain' }, { operation: '*' });
      const response = await asked.fetch(asked.url, asked);
      seen.push(response.headers.get('content-encoding'), await settle(() => response.text()));
    }
    return seen;
  },
  'in a coding': async ({ fetch, url, headers }) => {
    const response = await fetch(`${new URL(url).origin}/__mock/docs/reference.js`, {
      headers: { ...headers, 'accept-encoding': 'gzip' },
    });
    return [response.headers.get('content-encoding'), (await response.text()).length];
  },
};

const hanging: InlineScenario = { steps: [{ text: 'One.' }], ends: { after: { event: 1 }, how: 'hang' } };

const aborts: Readonly<Record<string, Row>> = {
  ...Object.fromEntries(
    (
      [['by default'], ['with a reason', new Error('Enough.')], ['with a text', 'enough'], ['with null', null]] as const
    ).flatMap(([name, reason]) => [
      [
        `before, ${name}`,
        (asked: Asked) => asked.fetch(asked.url, { headers: asked.headers, signal: AbortSignal.abort(reason) }),
      ],
      [
        `at once, ${name}`,
        (asked: Asked) => {
          const controller = new AbortController();
          const answer = asked.fetch(asked.url, { headers: asked.headers, signal: controller.signal });
          controller.abort(reason);
          return answer;
        },
      ],
      [
        `before the headers, ${name}`,
        (asked: Asked) => {
          const controller = new AbortController();
          void asked.world.journal.wait({}).then(() => controller.abort(reason));
          return list(asked, { ends: { after: 'nothing', how: 'hang' } }, { signal: controller.signal });
        },
      ],
      [
        `while the body is read, ${name}`,
        async (asked: Asked) => {
          const controller = new AbortController();
          const response = await turn(asked, hanging, { signal: controller.signal });
          void asked.world.waitForStream({ state: 'hanging' }).then(() => controller.abort(reason));
          return [await settle(() => response.text()), response.bodyUsed, await settle(() => response.text())];
        },
      ],
      [
        `between two reads, ${name}`,
        async (asked: Asked) => {
          const controller = new AbortController();
          const response = await turn(asked, hanging, { signal: controller.signal });
          const reader = response.body?.getReader();
          await reader?.read();
          controller.abort(reason);
          return [await settle(() => reader?.read()), await settle(() => reader?.closed)];
        },
      ],
      [
        `before a turn is read, ${name}`,
        async (asked: Asked) => {
          const controller = new AbortController();
          const response = await turn(asked, hanging, { signal: controller.signal });
          controller.abort(reason);
          return [await settle(() => response.text()), await settle(() => response.json())];
        },
      ],
      ...[200, 204].flatMap((status) =>
        (['text', 'json', 'arrayBuffer', 'blob', 'formData'] as const).map((method) => [
          `before a whole answer of ${status} is read as ${method}, ${name}`,
          async (asked: Asked) => {
            asked.world.next({ status, body: 'all of it' }, { operation: '*' });
            const controller = new AbortController();
            const response = await asked.fetch(asked.url, { headers: asked.headers, signal: controller.signal });
            controller.abort(reason);
            return [await settle(() => response[method]()), response.bodyUsed];
          },
        ]),
      ),
    ]) as [string, Row][],
  ),
  'after everything was read': async ({ fetch, url, headers }) => {
    const controller = new AbortController();
    const response = await fetch(url, { headers, signal: controller.signal });
    const text = await response.text();
    controller.abort();
    return [text.length, await settle(() => response.text())];
  },
  'after everything was read by a reader': async ({ fetch, url, headers }) => {
    const controller = new AbortController();
    const response = await fetch(url, { headers, signal: controller.signal });
    const reader = response.body?.getReader();
    while ((await reader?.read())?.done === false);
    controller.abort();
    return [await settle(() => reader?.read()), await settle(() => reader?.closed)];
  },
  'of one of two': async (asked) => {
    const [one, two] = [new AbortController(), new AbortController()];
    const responses = await Promise.all(
      [one, two].map(({ signal }) => asked.fetch(asked.url, { headers: asked.headers, signal })),
    );
    one.abort();
    return Promise.all(responses.map((response) => settle(async () => (await response.text()).length)));
  },
  'by a timeout before the headers': (asked) =>
    list(asked, { ends: { after: 'nothing', how: 'hang' } }, { signal: AbortSignal.timeout(1) }),
  'by a timeout in the body': async (asked) => {
    const timeout = AbortSignal.timeout(100);
    return (await turn(asked, hanging, { signal: timeout })).text();
  },
  'by any of two signals': async (asked) => {
    const controller = new AbortController();
    const signal = AbortSignal.any([controller.signal, new AbortController().signal]);
    const response = await turn(asked, hanging, { signal });
    void asked.world.waitForStream({ state: 'hanging' }).then(() => controller.abort('any'));
    return response.text();
  },
  'before, with a body that is told': async ({ fetch, url, headers }) => {
    const reasons: unknown[] = [];
    const body = new ReadableStream({ cancel: (reason) => void reasons.push(describeError(reason)) });
    const signal = AbortSignal.abort(new Error('Enough.'));
    return [await settle(() => fetch(url, { method: 'POST', headers, body, duplex: 'half', signal })), reasons];
  },
  'while the body is sent': async (asked) => {
    const controller = new AbortController();
    const body = new ReadableStream({ start: (own) => own.enqueue(utf8.encode('{')) });
    const answer = settle(() => asked.fetch(asked.url, upload(body, asked, { signal: controller.signal })));
    controller.abort(new Error('Enough.'));
    return answer;
  },
  'of a request whose init has no signal': async (asked) => {
    const controller = new AbortController();
    const request = new Request(asked.url, { headers: asked.headers, signal: controller.signal });
    controller.abort();
    return [await settle(() => asked.fetch(request)), await see(await asked.fetch(request, { signal: null }), asked)];
  },
  'of a request whose init has another signal': async (asked) => {
    const request = new Request(asked.url, { headers: asked.headers, signal: new AbortController().signal });
    return asked.fetch(request, { signal: AbortSignal.abort('init') });
  },
};

let worlds = 0;
async function run(row: Row, call: typeof fetch): Promise<unknown> {
  const name = `row-${++worlds}`;
  const headers = { 'x-test-id': name, authorization: 'Bearer any', 'content-type': 'application/json' };
  const asked: Asked = {
    fetch: call,
    url: `${server.url}/api/v1/chat`,
    headers,
    world: mock.world(name),
    elsewhere: other.url,
  };
  return outcomeOf(() => row(asked));
}

const tables = { isUsed, redirects, responses, requests, uploads, bodies, aborts };
const rows = Object.entries(tables).flatMap(([table, named]) =>
  Object.entries(named).map(([name, row]) => ({ table, name, row })),
);

test.each(thinned(rows, 4))('$table: $name', async ({ row }) => {
  const [socket, here] = [await run(row, fetch), await run(row, mock.fetch)];
  expect(here).toEqual(socket);
});

test('the tables are as long as they look', () => {
  expect(rows.length).toBeGreaterThan(300);
});
