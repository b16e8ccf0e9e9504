import { inJson, inRequest, isOne, type Json, type Meddle } from '../meddle.ts';
import { type BrokenMock, breaking, inEditionOf } from './broken-mock.ts';

const list = ['listSessions'] as const;
const summary = ['getSessionSummary'] as const;
const inItems = (edit: (items: Json[], hop: Parameters<Meddle>[0]) => Json[]): Meddle =>
  inJson(list, (json, hop) => ({ ...json, items: edit(json.items, hop) }));
const isBound = (item: Json) =>
  Array.isArray(item?.index_ids) &&
  item.index_ids.length === 2 &&
  item.index_ids.every((id: Json) => typeof id === 'string');

const everyView = ['createSession', 'getSession', ...summary, 'generateSessionTitle', ...list] as const;
/** Writes every last_updated_at in another way. */
const inTimes = (write: (time: string) => string): Meddle =>
  inJson(everyView, (json) => {
    const rewrite = (session: Json) => ({ ...session, last_updated_at: write(session.last_updated_at) });
    return 'items' in json ? { ...json, items: json.items.map(rewrite) } : rewrite(json);
  });

/** Remembers sessions as they were, so that a fault can show old values later. */
const remembering =
  (act: Meddle): Meddle =>
  async (hop) => {
    const response = await hop.next();
    if (hop.operation === 'createSession' && response.ok) {
      const created: Json = await response.clone().json();
      hop.memory.set('last', created);
      hop.memory.set(created.session_id, created);
    }
    return act({ ...hop, next: async (request) => (request ? hop.next(request) : response.clone()) });
  };
/** Where an id is not found, another one is tried. */
const orElse = (another: (id: string, known: readonly string[]) => string | undefined): Meddle =>
  remembering(async (hop) => {
    const response = await hop.next();
    const path = `/api/v1/chat/${hop.sessionId}`;
    const { pathname, search } = new URL(hop.request.url);
    if (response.status !== 404 || hop.operation !== 'getSession' || pathname !== path || search !== '')
      return response;
    const other = another(String(hop.sessionId), [...hop.memory.keys()]);
    return other === undefined
      ? response
      : hop.next(new Request(new URL(`/api/v1/chat/${other}`, hop.request.url), hop.request));
  });
/** Another project's requests for a session are answered as if they were of its own. */
const everywhere =
  (operation: Parameters<Meddle>[0]['operation']): Meddle =>
  async (hop) => {
    const url = new URL(hop.request.url);
    const project = url.searchParams.get('project_id') ?? '';
    // Not those with which it is tried whether a UUID is taken.
    if (hop.operation !== operation || !/^(?!0{8}|abcdef)[\da-f-]{36}$/.test(project)) return hop.next();
    url.search = '';
    return hop.next(new Request(url, hop.request));
  };
/** Pages of a walk; other requests ask for all sessions at once. */
const isWalk = ({ request }: Parameters<Meddle>[0]) =>
  /^[2-9]\d?$/.test(new URL(request.url).searchParams.get('page_size') ?? '');
const paged = (edit: (json: Json, hop: Parameters<Meddle>[0]) => Json): Meddle =>
  inJson(list, (json, hop) => {
    return isWalk(hop) ? edit(json, hop) : json;
  });

/** Requests pages of a different size than the walk does. */
const pageSizeOf =
  (change: (size: number) => number): Meddle =>
  async (hop) => {
    if (hop.operation !== 'listSessions' || !isWalk(hop)) return hop.next();
    const url = new URL(hop.request.url);
    url.searchParams.set('page_size', String(change(Number(url.searchParams.get('page_size')))));
    return hop.next(new Request(url, hop.request.clone()));
  };
const oneMore = pageSizeOf((size) => size + 1);

/** Mocks that break sessions, lists and pages. */
export const brokenSessions: readonly BrokenMock[] = [
  ...breaking('sessions.created-is-found', {
    'sessions with indexes are not listed': inItems((items) => items.filter((item) => !isBound(item))),
    'summary tells of another session': inJson(summary, (json) =>
      isBound(json) ? { ...json, session_id: `${json.session_id}x` } : json,
    ),
    'summary knows no session with indexes': async (hop) => {
      const response = await hop.next();
      if (hop.operation !== 'getSessionSummary' || !response.ok || !isBound(await response.clone().json()))
        return response;
      return Response.json({ detail: 'Session not found' }, { status: 404 });
    },
  }),
  ...breaking('sessions.views-agree', {
    'the list leaves out index_ids': inItems((items) => items.map((item) => ({ ...item, index_ids: null }))),
    'summary tells another title': inJson(summary, (json) =>
      isBound(json) ? { ...json, generated_title: 'Untitled' } : json,
    ),
    'summary turns index_ids around': inJson(summary, (json) => ({
      ...json,
      index_ids: json.index_ids?.toReversed() ?? null,
    })),
  }),
  ...breaking('sessions.index-ids-kept', {
    'create forgets index_ids': inRequest(['createSession'], (body) =>
      isBound(body) ? { ...body, index_ids: null } : body,
    ),
    'a title unbinds the session': inJson(['generateSessionTitle'], (json) => ({ ...json, index_ids: null })),
    'create keeps the first index only': inRequest(['createSession'], (body) =>
      isBound(body) ? { ...body, index_ids: [body.index_ids[0]] } : body,
    ),
  }),
  ...breaking('sessions.updated-at-iso', {
    'dates are as in HTTP': inTimes((time) => new Date(`${time}Z`).toUTCString()),
    'dates begin with the day': inTimes(
      (time) => `${time.slice(8, 10)}/${time.slice(5, 7)}/${time.slice(0, 4)}${time.slice(10)}`,
    ),
    'dates are of a day that no calendar has': inTimes((time) => `2026-02-30${time.slice(10)}`),
    'dates are seconds, as a text': inTimes((time) => String(Date.parse(`${time}Z`) / 1000)),
  }),
  ...breaking('sessions.ids-unique', {
    'an id is given twice': async (hop) => {
      const isSecond =
        hop.operation === 'createSession' && JSON.stringify(hop.body) === '{}' && isBound(hop.memory.get('last') ?? {});
      const response = await hop.next();
      if (hop.operation !== 'createSession' || !response.ok) return response;
      const last = hop.memory.get('last') as Json;
      const created: Json = await response.clone().json();
      hop.memory.set('last', created);
      if (!isSecond) return response;
      await hop.ask('DELETE', `/api/v1/chat/${created.session_id}`);
      return Response.json({ ...created, session_id: last.session_id }, { status: 201 });
    },
  }),
  ...breaking('sessions.deleted-is-gone', {
    'delete does nothing': async (hop) => {
      const { pathname, search } = new URL(hop.request.url);
      const isGood = hop.request.headers.get('authorization')?.startsWith('Bearer') && search === '';
      const isThere = hop.operation === 'deleteSession' && isGood && (await hop.ask('GET', pathname)).ok;
      return isThere ? new Response(null, { status: 204 }) : hop.next();
    },
    'summary is served from a cache': remembering(async (hop) => {
      const response = await hop.next();
      const cached =
        hop.operation === 'getSessionSummary' && hop.request.headers.has('authorization')
          ? hop.memory.get(hop.sessionId ?? '')
          : undefined;
      return response.status === 404 && cached && !new URL(hop.request.url).search ? Response.json(cached) : response;
    }),
    'a title is made for what is deleted': remembering(async (hop) => {
      const response = await hop.next();
      const isOwn = hop.operation === 'generateSessionTitle' && new URL(hop.request.url).search === '';
      const known = isOwn && hop.memory.get(hop.sessionId ?? '');
      return response.status === 404 && known ? Response.json(known) : response;
    }),
    'what is deleted stays listed': remembering(
      inItems((items, hop) => {
        const kept = [...hop.memory].flatMap(([key, item]: [string, Json]) =>
          key !== 'last' && isBound(item) ? [item] : [],
        );
        const isSearch = new URL(hop.request.url).searchParams.get('page_size') === '1000';
        const lost = kept.filter((item) => !items.some(({ session_id }) => session_id === item.session_id));
        return isSearch ? [...items, ...lost] : items;
      }),
    ),
  }),
  ...breaking('sessions.delete-only-that', {
    'delete takes the next one along': remembering(async (hop) => {
      const last = hop.memory.get('last') as Json | undefined;
      if (
        hop.operation === 'deleteSession' &&
        last &&
        last.session_id !== hop.sessionId &&
        hop.memory.has(hop.sessionId ?? '')
      )
        await hop.ask('DELETE', `/api/v1/chat/${last.session_id}`);
      return hop.next();
    }),
    'delete takes the oldest one along': async (hop) => {
      const response = await hop.next();
      if (!response.ok) return response;
      const created = hop.operation === 'createSession' ? ((await response.clone().json()) as Json).session_id : null;
      // Only now, for clean-up deletes several at once.
      const open = (hop.memory.get('open') ?? []) as string[];
      if (created !== null) hop.memory.set('open', [...open, created]);
      if (hop.operation !== 'deleteSession') return response;
      const [oldest, ...rest] = open.filter((id) => id !== hop.sessionId);
      hop.memory.set('open', rest);
      if (oldest) await hop.ask('DELETE', `/api/v1/chat/${encodeURIComponent(oldest)}`);
      return response;
    },
  }),
  ...breaking('sessions.id-percent-encoded', {
    'ids are not decoded': async (hop) => {
      const isEncoded = new URL(hop.request.url).pathname.includes('%73%65%73');
      return isEncoded ? Response.json({ detail: 'Session not found' }, { status: 404 }) : hop.next();
    },
  }),
  ...breaking('sessions.id-percent-encoded', {
    'ids are decoded twice': async (hop) =>
      hop.next(new Request(hop.request.url.replaceAll('%25', '%'), hop.request.clone())),
    'ids are compared without their case': orElse((id) => id.toLowerCase()),
    'the beginning of an id is enough': orElse((id, known) => known.find((one) => id !== '' && one.startsWith(id))),
    'ids are trimmed': async (hop) =>
      hop.next(new Request(hop.request.url.replace(/(?:%20)+$/, ''), hop.request.clone())),
  }),
  ...breaking('sessions.slash-is-data', {
    'slashes are decoded before the path is read': async (hop) =>
      hop.request.url.includes('%2F') && hop.request.method === 'GET'
        ? hop.next(new Request(hop.request.url.replaceAll('%2F', '/').replace(/\/$/, ''), hop.request.clone()))
        : hop.next(),
  }),
  ...breaking('sessions.unknown-is-refused', {
    'an unknown session is an empty one': remembering(async (hop) => {
      const response = await hop.next();
      const isSummary = isOne(summary, hop) && response.status === 404 && !hop.memory.has(hop.sessionId ?? '');
      const { search } = new URL(hop.request.url);
      if (!isSummary || search !== '') return response;
      return Response.json({ session_id: hop.sessionId, last_updated_at: '2026-04-22T12:34:41.342245' });
    }),
    'an unknown session gets a title': remembering(async (hop) => {
      const response = await hop.next();
      const isKnown = response.status !== 404 || hop.memory.has(hop.sessionId ?? '');
      if (hop.operation !== 'generateSessionTitle' || isKnown) return response;
      return Response.json({ session_id: hop.sessionId, last_updated_at: '2026-04-22T12:34:41.342245' });
    }),
  }),
  {
    fault: 'projects are ignored',
    breaks: 'sessions.other-project-hidden',
    meddle: (hop) => hop.next(),
    mock: { choices: { project_isolation: false } },
  },
  ...breaking('sessions.other-project-hidden', {
    'another project may hold a turn': everywhere('streamMessages'),
    'another project may make a title': everywhere('generateSessionTitle'),
    'another project may delete': everywhere('deleteSession'),
  }),
  ...breaking('title.persists', {
    'retrieve does not know of the title': inJson(['getSession'], (json) =>
      json.events.length === 0 ? { ...json, generated_title: null } : json,
    ),
  }),
  ...breaking('title.persists', {
    'the list does not know of the title': inItems((items) =>
      items.map((item) => (item.job_metadata ? item : { ...item, generated_title: null })),
    ),
  }),
  ...breaking('title.is-set', {
    'no title is ever made': inJson(['generateSessionTitle', 'getSession', ...summary, ...list], (json) =>
      'items' in json
        ? { ...json, items: json.items.map((item: Json) => ({ ...item, generated_title: null })) }
        : { ...json, generated_title: null },
    ),
  }),
  ...breaking('title.same-session', {
    'title answers for another session': inJson(['generateSessionTitle'], (json) => ({
      ...json,
      session_id: 'ses-other',
    })),
  }),
  ...breaking(
    'editions.title-removed',
    {
      'title is still there': async (hop) =>
        /\/title$/.test(new URL(hop.request.url).pathname) && hop.request.method === 'POST'
          ? hop.ask('GET', `${new URL(hop.request.url).pathname.replace(/\/title$/, '/summary')}`)
          : hop.next(),
    },
    inEditionOf('2026-08'),
  ),
  ...breaking(
    'editions.shared-access-kept',
    {
      'shared_access is always read_only': inRequest(['createSession'], (body) =>
        body?.shared_access === 'query' ? { ...body, shared_access: 'read_only' } : body,
      ),
    },
    inEditionOf('2026-09'),
  ),
  ...breaking('pagination.ends', {
    'the last page leads back to the first': paged((json, hop) => {
      if (!hop.memory.has('first')) hop.memory.set('first', json.next_page_token);
      return { ...json, next_page_token: json.next_page_token ?? hop.memory.get('first') };
    }),
    'the token is always the same': paged((json, hop) => {
      if (!hop.memory.has('first')) hop.memory.set('first', json.next_page_token);
      return { ...json, next_page_token: hop.memory.get('first') };
    }),
  }),
  ...breaking(
    'pagination.ends',
    {
      'tokens are new for ever, and the pages the old ones': paged((json, hop) => {
        const count = Number(hop.memory.get('count') ?? 0) + 1;
        hop.memory.set('count', count);
        return { ...json, next_page_token: json.next_page_token ?? `again-${count}` };
      }),
    },
    { mock: { choices: { bad_page_token: 'first_page' } } },
  ),
  ...breaking('pagination.visits-once', {
    'there is never a second page': paged((json) => ({ ...json, next_page_token: null })),
    'each page lacks its last': paged((json) => ({
      ...json,
      items: json.next_page_token ? json.items.slice(0, -1) : json.items,
    })),
    'a page begins with the last of the one before': paged((json, hop) => {
      const before = hop.memory.get('before') as Json | undefined;
      const isFirst = !new URL(hop.request.url).searchParams.has('page_token');
      hop.memory.set('before', json.items.at(-1));
      return isFirst || !before ? json : { ...json, items: [before, ...json.items.slice(1)] };
    }),
    'the first page lacks one': paged((json, hop) =>
      new URL(hop.request.url).searchParams.has('page_token') ? json : { ...json, items: json.items.slice(1) },
    ),
  }),
  ...breaking('pagination.page-of-one', {
    'a page of one is empty': inJson(list, (json, { request }) =>
      new URL(request.url).searchParams.get('page_size') === '1' ? { ...json, items: [] } : json,
    ),
  }),
  ...breaking('pagination.page-size', {
    'page_size is ignored': pageSizeOf(() => 50),
    'a page holds one too many': oneMore,
  }),
  ...breaking(
    'pagination.page-size',
    {
      'a page of an empty server holds one too many': oneMore,
      'page_size is ignored on an empty server': pageSizeOf(() => 50),
    },
    { mock: { sessions: [] } },
  ),
];
