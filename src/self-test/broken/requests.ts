import { inRefusals, inRequest, type Json, type Meddle, refusing } from '../meddle.ts';
import { type BrokenMock, breaking, inEditionOf } from './broken-mock.ts';

const stream = ['streamMessages'] as const;
const create = ['createSession'] as const;
const prompt = (body: Json): string => (typeof body?.prompt === 'string' ? body.prompt : '');

/** Answers refusals with another status. */
const refusalsAs =
  (status: number): Meddle =>
  async (hop) => {
    const response = await hop.next();
    return response.status === 422 ? new Response(response.body, { status, headers: response.headers }) : response;
  };

/** Treats an invalid query parameter as absent. */
const ignoring =
  (name: string): Meddle =>
  async (hop) => {
    const url = new URL(hop.request.url);
    const response = await hop.next();
    if (response.status !== 422 || !url.searchParams.has(name)) return response;
    url.searchParams.delete(name);
    return hop.next(new Request(url, hop.request.clone()));
  };

const withoutKey =
  (act: (hop: Parameters<Meddle>[0]) => Promise<Response>): Meddle =>
  (hop) =>
    hop.request.headers.has('authorization') ? hop.next() : act(hop);
const asIfGood: Meddle = (hop) => {
  const headers = new Headers(hop.request.headers);
  headers.set('authorization', 'Bearer self-test');
  return hop.next(new Request(hop.request.clone(), { headers }));
};

const isObject = (value: Json) => typeof value === 'object' && value !== null && !Array.isArray(value);

const fuzzing = { verify: { fuzz: 60, profile: 'full', only: ['validation.refuses', 'validation.accepts'] } } as const;

/** Mocks that break validation and authentication. */
export const brokenRequests: readonly BrokenMock[] = [
  ...breaking('validation.refuses', {
    'refusals are 400': refusalsAs(400),
    'broken JSON breaks the server': async (hop) => {
      const response = await hop.next();
      const isBroken = response.status === 422 && (await response.clone().text()).includes('json_invalid');
      return isBroken ? new Response('boom', { status: 500 }) : response;
    },
    'a prompt that is too long is cut': inRequest(stream, (body) =>
      [...prompt(body)].length > 1000 ? { ...body, prompt: [...prompt(body)].slice(0, 1000).join('') } : body,
    ),
    'a missing prompt is an empty one': inRequest(stream, (body) =>
      body?.index_ids && !('prompt' in body) ? { ...body, prompt: '' } : body,
    ),
    'no index_ids are all indexes': inRequest(stream, (body) =>
      Array.isArray(body?.index_ids) && body.index_ids.length === 0 ? { ...body, index_ids: ['idx-abc123'] } : body,
    ),
    'null for index_ids is all indexes': inRequest(stream, (body) =>
      body?.index_ids === null ? { ...body, index_ids: ['idx-abc123'] } : body,
    ),
    'the eleventh index is dropped': inRequest(create, (body) =>
      Array.isArray(body?.index_ids) && body.index_ids.length > 10
        ? { ...body, index_ids: body.index_ids.slice(0, 10) }
        : body,
    ),
    'numbers among index_ids become texts': inRequest(stream, (body) =>
      Array.isArray(body?.index_ids) && body.index_ids.includes(7)
        ? { ...body, index_ids: body.index_ids.map(String) }
        : body,
    ),
    'true is taken for a text': inRequest(stream, (body) =>
      body?.prompt === true ? { ...body, prompt: 'true' } : body,
    ),
    'an object is taken for a text': inRequest(['generateSessionTitle'], (body) =>
      isObject(body?.first_message) ? { ...body, first_message: JSON.stringify(body.first_message) } : body,
    ),
    'any 36 characters are a UUID': async (hop) => {
      const url = new URL(hop.request.url);
      if (url.searchParams.get('project_id')?.length !== 36) return hop.next();
      url.searchParams.set('project_id', url.searchParams.get('project_id')?.replace(/g/g, '0') ?? '');
      return hop.next(new Request(url, hop.request.clone()));
    },
    'a bad project_id is ignored': ignoring('project_id'),
    'a bad page_size is ignored': ignoring('page_size'),
  }),
  ...breaking(
    'validation.refuses',
    {
      'an unknown shared_access is the default': inRequest(create, (body) =>
        typeof body?.shared_access === 'string' && body.shared_access.startsWith('chat-mock') ? {} : body,
      ),
    },
    inEditionOf('2026-09'),
  ),
  ...breaking('validation.names-the-place', {
    'loc is empty': inRefusals(({ detail }) => ({ detail: detail.map((one: Json) => ({ ...one, loc: [] })) })),
    'loc leaves out body and query': inRefusals(({ detail }) => ({
      detail: detail.map((one: Json) => ({ ...one, loc: one.loc.slice(1) })),
    })),
    'loc names another field': inRefusals(({ detail }) => ({
      detail: detail.map((one: Json) => ({
        ...one,
        loc: one.loc.map((key: Json) => (key === 'prompt' ? 'index_ids' : key)),
      })),
    })),
    'a problem is told that is none': inRefusals(({ detail }) => ({
      detail: [...detail, { loc: ['body', 'stream'], msg: 'Field required', type: 'missing' }],
    })),
  }),
  ...breaking('validation.accepts', {
    'unknown keys are refused': refusing(create, (body) => body && 'chat_mock_unknown' in body),
    'create needs a body': refusing(create, (body) => body === undefined),
    'create refuses null for index_ids': refusing(create, (body) => body && body.index_ids === null),
    'create takes nine indexes': refusing(
      create,
      (body) => Array.isArray(body?.index_ids) && body.index_ids.length === 10,
    ),
    'a prompt of 1,000 is too long': refusing(
      stream,
      (body) => [...prompt(body)].length === 1000 && !prompt(body).includes('😀'),
    ),
    'a prompt is counted in UTF-16': refusing(
      stream,
      (body) => [...prompt(body)].length <= 1000 && prompt(body).length > 1000 && new Set(prompt(body)).size < 3,
    ),
    'an empty prompt is refused': refusing(stream, (body) => body?.prompt === ''),
    'stream takes ten indexes': refusing(stream, (body) => body?.index_ids?.length === 11),
    'a UUID needs its dashes': async (hop) => {
      if (!/project_id=\w{32}/.test(hop.request.url)) return hop.next();
      return hop.next(new Request(hop.request.url.replace(/project_id=\w{32}/, 'project_id=x'), hop.request.clone()));
    },
    'only application/json without parameters is JSON': async (hop) =>
      /;/.test(hop.request.headers.get('content-type') ?? '')
        ? Response.json({ detail: 'Unsupported Media Type' }, { status: 415 })
        : hop.next(),
    'the scheme must be written Bearer': async (hop) =>
      /^(?:bearer|BEARER) /.test(hop.request.headers.get('authorization') ?? '')
        ? Response.json({ detail: 'Not authenticated' }, { status: 401 })
        : hop.next(),
    'a cookie is a refusal': async (hop) =>
      hop.request.headers.has('cookie') ? Response.json({ detail: 'Bad Request' }, { status: 400 }) : hop.next(),
    'a prompt of blanks is refused': refusing(stream, (body) => prompt(body) !== '' && prompt(body).trim() === ''),
    'a blank prompt breaks the server': async (hop) =>
      prompt(hop.body as Json) !== '' && prompt(hop.body as Json).trim() === ''
        ? new Response('boom', { status: 500 })
        : hop.next(),
    'a first message has at most 10,000 characters': refusing(
      ['generateSessionTitle'],
      (body) => typeof body?.first_message === 'string' && body.first_message.length > 10_000,
    ),
    'index_ids must differ': refusing(
      create,
      (body) => Array.isArray(body?.index_ids) && new Set(body.index_ids).size < body.index_ids.length,
    ),
    'title takes no empty message': refusing(['generateSessionTitle'], (body) => body?.first_message === ''),
  }),
  ...breaking('validation.refused-changes-nothing', {
    'a create is carried out before its body is judged': async (hop) => {
      const response = await hop.next();
      const { index_ids: indexIds } = (hop.body ?? {}) as Json;
      if (response.status === 422 && hop.operation === 'createSession' && Array.isArray(indexIds))
        await hop.ask('POST', '/api/v1/chat', { index_ids: indexIds.slice(0, 10) });
      return response;
    },
    'a refused deletion is carried out': async (hop) => {
      const response = await hop.next();
      if (response.status === 422 && hop.operation === 'deleteSession')
        await hop.ask('DELETE', new URL(hop.request.url).pathname);
      return response;
    },
    'a refused turn is held all the same': async (hop) => {
      const response = await hop.next();
      if (response.status === 422 && hop.operation === 'streamMessages' && hop.sessionId !== null)
        await (
          await hop.ask('POST', `/api/v1/chat/${hop.sessionId}/messages/stream`, {
            prompt: 'x',
            index_ids: ['idx-abc123'],
          })
        ).text();
      return response;
    },
  }),
  ...breaking('editions.later-keys-ignored', {
    'create judges a key of a later edition': refusing(create, (body) => Array.isArray(body?.shared_access)),
    'stream judges a key of a later edition': refusing(
      stream,
      (body) => Array.isArray(body?.require_all_indexes) && 'prompt' in body,
    ),
  }),
  // Faults of a validator that no listed input meets: random bodies find them.
  ...breaking(
    'validation.refuses',
    {
      'only the first four index_ids are judged': inRequest(stream, (body) =>
        Array.isArray(body?.index_ids)
          ? { ...body, index_ids: body.index_ids.map((id: Json, at: number) => (at < 4 ? id : String(id))) }
          : body,
      ),
    },
    fuzzing,
  ),
  ...breaking(
    'validation.accepts',
    {
      'two emoji in a row are refused': refusing(['generateSessionTitle'], (body) => /😀😀/u.test(body?.first_message)),
    },
    fuzzing,
  ),
  ...breaking('auth.no-key', {
    'the list asks for no key': withoutKey((hop) => (hop.operation === 'listSessions' ? asIfGood(hop) : hop.next())),
    'delete asks for no key': withoutKey((hop) => (hop.operation === 'deleteSession' ? asIfGood(hop) : hop.next())),
    'stream asks for no key': withoutKey((hop) => (hop.operation === 'streamMessages' ? asIfGood(hop) : hop.next())),
    'without a key it is 404': withoutKey(async () => Response.json({ detail: 'Not Found' }, { status: 404 })),
    'without a key the server breaks': withoutKey(async () => new Response('boom', { status: 500 })),
  }),
  ...breaking('auth.wrong-scheme', {
    'any Authorization is good': async (hop) =>
      hop.request.headers.get('authorization')?.startsWith('Basic') ? asIfGood(hop) : hop.next(),
  }),
  ...breaking(
    'auth.wrong-scheme',
    {
      'the key is good behind any scheme': async (hop) =>
        hop.request.headers.get('authorization') === 'Basic self-test' ? asIfGood(hop) : hop.next(),
      'title does not look at the scheme': async (hop) =>
        hop.operation === 'generateSessionTitle' && hop.request.headers.has('authorization')
          ? asIfGood(hop)
          : hop.next(),
    },
    { mock: { apiKeys: ['self-test'] }, verify: { apiKey: 'self-test' } },
  ),
  ...breaking('auth.refused-changes-nothing', {
    'the deed is done before the key is asked for': withoutKey(async (hop) => {
      if (hop.operation === 'deleteSession') await hop.ask('DELETE', new URL(hop.request.url).pathname);
      return hop.next();
    }),
    'a session is created before the key is asked for': withoutKey(async (hop) => {
      if (hop.operation === 'createSession') await hop.ask('POST', '/api/v1/chat', hop.body);
      return hop.next();
    }),
    'a title is made before the key is asked for': withoutKey(async (hop) => {
      if (hop.operation === 'generateSessionTitle')
        await hop.ask('POST', new URL(hop.request.url).pathname, { first_message: 'Hello' });
      return hop.next();
    }),
  }),
];
