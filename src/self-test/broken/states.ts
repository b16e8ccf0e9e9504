import { asksForNoIndex, failingTurn } from '../failed-turn.ts';
import { type Hop, inJson, isOne, type Json, type Meddle, noting } from '../meddle.ts';
import { type BrokenMock, breaking, inEditionOf } from './broken-mock.ts';

const views = ['createSession', 'getSession', 'getSessionSummary', 'generateSessionTitle', 'listSessions'] as const;
/** Changes every view of a session, in the list too. */
const inViews = (edit: (session: Json, hop: Hop) => Json): Meddle =>
  inJson(views, (json, hop) =>
    'items' in json ? { ...json, items: json.items.map((item: Json) => edit(item, hop)) } : edit(json, hop),
  );
/** An operation that moves the time of every session. */
const movingAll = (operation: Hop['operation']): Meddle =>
  noting(
    (hop, isOk) => {
      if (isOk && hop.operation === operation) hop.memory.set('moved', Number(hop.memory.get('moved') ?? 0) + 1);
    },
    inViews((session, hop) => ({
      ...session,
      last_updated_at: `${session.last_updated_at}${hop.memory.get('moved') ?? ''}`,
    })),
  );
/** Once an operation has succeeded on a session, its views are changed. */
const onceDone = (operation: Hop['operation'], edit: (session: Json, hop: Hop) => Json): Meddle =>
  noting(
    (hop, isOk) => {
      if (isOk && hop.operation === operation) hop.memory.set(`done ${hop.sessionId}`, true);
    },
    inViews((session, hop) => (hop.memory.has(`done ${session.session_id}`) ? edit(session, hop) : session)),
  );

/** Counts the whole and broken-off turns of each session before the fault sees the request. */
const countingTurns =
  (act: (hop: Hop, turns: number) => Promise<Response>): Meddle =>
  async (hop) => {
    const key = `turns of ${hop.sessionId}`;
    const turns = Number(hop.memory.get(key) ?? 0);
    const response = await act(hop, turns);
    if (hop.operation === 'streamMessages' && response.status === 200) hop.memory.set(key, turns + 1);
    return response;
  };
const breakdown = () => Response.json({ detail: 'Internal Server Error' }, { status: 500 });
/** Only what would be found is spoilt, so that refusals stay as they are. */
const afterTurns = (ids: Parameters<typeof isOne>[0], least: number): Meddle =>
  countingTurns(async (hop, turns) => {
    if (!isOne(ids, hop) || turns < least) return hop.next();
    const { pathname, search } = new URL(hop.request.url);
    const isFound =
      hop.request.headers.has('authorization') &&
      search === '' &&
      (await hop.ask('GET', pathname.replace(/\/(summary|title|messages\/stream)$/, ''))).ok;
    return isFound ? breakdown() : hop.next();
  });
const refusals =
  (isOf: (hop: Hop) => boolean): Meddle =>
  async (hop) => {
    const response = await hop.next(hop.request.clone());
    return response.status === 404 && isOf(hop) ? breakdown() : response;
  };
const isGet = ({ operation }: Hop) => operation === 'getSession';

const startsOf = (events: readonly Json[]) => events.flatMap(({ type }, at) => (type === 'user_input' ? [at] : []));
const failing = failingTurn((_, error) => ({ is_error: true, error }));

/** Mocks that break down, or do something else, in some state of a session. */
export const brokenStates: readonly BrokenMock[] = [
  ...breaking('http.no-breakdown', {
    'an unknown session breaks retrieve': refusals(isGet),
    'an unknown session breaks the stream': refusals(({ operation }) => operation === 'streamMessages'),
    'an unknown session breaks delete': refusals(({ operation }) => operation === 'deleteSession'),
    'the gateway is broken for unknown sessions': async (hop) => {
      const response = await hop.next(hop.request.clone());
      return response.status === 404 && isGet(hop) ? new Response('Bad Gateway', { status: 502 }) : response;
    },
  }),
  ...breaking('http.success-status', {
    'retrieve breaks down after a turn': afterTurns(['getSession'], 1),
    'summary breaks down after a turn': afterTurns(['getSessionSummary'], 1),
    'delete breaks down after a turn': afterTurns(['deleteSession'], 1),
    'the second turn breaks down': afterTurns(['streamMessages'], 1),
    'the list breaks down once a session had a turn': async (hop) => {
      if (hop.operation === 'streamMessages') hop.memory.set('turned', true);
      return hop.operation === 'listSessions' &&
        hop.memory.has('turned') &&
        hop.request.headers.get('authorization')?.startsWith('Bearer') &&
        !/project_id|page_size=[^0-9]/.test(hop.request.url)
        ? breakdown()
        : hop.next();
    },
    'create breaks down': async (hop) => {
      const response = await hop.next();
      return hop.operation === 'createSession' && response.ok ? breakdown() : response;
    },
  }),
  ...breaking('sessions.created-is-found', {
    'a session with a turn is not listed': countingTurns(async (hop) =>
      inJson(['listSessions'], (json) => ({
        ...json,
        items: json.items.filter(({ session_id }: Json) => !hop.memory.has(`turns of ${session_id}`)),
      }))(hop),
    ),
    'a titled session is not listed': inJson(['listSessions'], (json) => ({
      ...json,
      items: json.items.filter((item: Json) => item.job_metadata !== null || item.generated_title === null),
    })),
  }),
  ...breaking('sessions.deleted-is-gone', {
    'delete does nothing once there was a turn': countingTurns(async (hop, turns) => {
      if (hop.operation !== 'deleteSession' || turns === 0 || new URL(hop.request.url).search !== '') return hop.next();
      const isThere = hop.request.headers.get('authorization')?.startsWith('Bearer');
      return isThere ? new Response(null, { status: 204 }) : hop.next();
    }),
    'delete does nothing once there is a title': onceTitled(async (hop) =>
      hop.request.headers.get('authorization')?.startsWith('Bearer') && new URL(hop.request.url).search === ''
        ? new Response(null, { status: 204 })
        : hop.next(),
    ),
  }),
  ...breaking('sessions.ids-unique', {
    'the id of a deleted session is given again': givingAgain((free) => free.pop()),
    'the id of the session that was deleted first is given again': givingAgain((free) => free.shift()),
  }),
  ...breaking('title.is-set', {
    'a title is a character without width': onceDone('generateSessionTitle', (session) => ({
      ...session,
      generated_title: '\u200b',
    })),
    'a title is only blanks': onceDone('generateSessionTitle', (session) => ({ ...session, generated_title: '  ' })),
    'a session with a turn gets no title of its own': noting(
      (hop, isOk) => {
        if (isOk && hop.operation === 'streamMessages') hop.memory.set(`turned ${hop.sessionId}`, true);
        if (isOk && hop.operation === 'generateSessionTitle' && hop.memory.has(`turned ${hop.sessionId}`))
          hop.memory.set(`lost ${hop.sessionId}`, true);
      },
      inViews((session, hop) =>
        hop.memory.has(`lost ${session.session_id}`) ? { ...session, generated_title: null } : session,
      ),
    ),
  }),
  ...breaking('stays.history', {
    'the third turn is not kept': inJson(['getSession'], (session) => {
      const starts = startsOf(session.events);
      return { ...session, events: starts.length > 2 ? session.events.slice(0, starts[2]) : session.events };
    }),
    'a question that was asked before is not kept': inJson(['getSession'], (session) => {
      const asked = (event: Json) => (event.type === 'user_input' ? event.content : null);
      const isNew = (event: Json, at: number) =>
        asked(event) === null || session.events.findIndex((one: Json) => asked(one) === asked(event)) === at;
      return { ...session, events: session.events.filter(isNew) };
    }),
    'a client that leaves takes the history along': inJson(['getSession'], (session) => {
      const left = session.events.findIndex(({ content }: Json) => String(content).startsWith('Tell me a long story'));
      return { ...session, events: left > 0 ? session.events.slice(left) : session.events };
    }),
    'of a turn that failed the question is not kept': async (hop) => {
      if (hop.operation === 'streamMessages' && asksForNoIndex(hop.body)) hop.memory.set('failed', hop.sessionId);
      const isFailed = hop.operation === 'getSession' && hop.memory.get('failed') === hop.sessionId;
      const inHistory = inJson(['getSession'], (session) => ({ ...session, events: session.events.slice(1) }));
      return isFailed ? inHistory({ ...hop, next: () => failing(hop) }) : failing(hop);
    },
    'a title empties the history': onceDone('generateSessionTitle', (session) =>
      session.events ? { ...session, events: [] } : session,
    ),
  }),
  ...breaking('history.equals-stream', {
    'a turn of another session empties the history': noting(
      (hop, isOk) => {
        if (isOk && hop.operation === 'streamMessages' && !/Mark \w+\./.test((hop.body as Json).prompt))
          hop.memory.set('last turn', hop.sessionId);
      },
      inViews((session, hop) =>
        session.events && session.job_metadata?.turns === 1 && hop.memory.get('last turn') !== session.session_id
          ? { ...session, events: [] }
          : session,
      ),
    ),
  }),
  ...breaking(
    'stays.views-agree',
    {
      'retrieve shows the title of a session with a turn in part': inJson(['getSession'], (session) => ({
        ...session,
        generated_title:
          session.events.length > 0 ? (session.generated_title?.slice(1) ?? null) : session.generated_title,
      })),
      'the list shows the title of a session with a turn in part': inJson(['listSessions'], (json) => ({
        ...json,
        items: json.items.map((item: Json) =>
          item.job_metadata && item.generated_title
            ? { ...item, generated_title: item.generated_title.slice(0, 9) }
            : item,
        ),
      })),
    },
    { mock: { choices: { title_from_prompt: 'never' } } },
  ),
  ...breaking('stays.title', {
    'a turn takes away the title that was asked for': noting(
      (hop, isOk) => {
        if (isOk && hop.operation === 'generateSessionTitle') hop.memory.set(`titled ${hop.sessionId}`, true);
        if (isOk && hop.operation === 'streamMessages' && hop.memory.has(`titled ${hop.sessionId}`))
          hop.memory.set(`lost ${hop.sessionId}`, true);
      },
      inViews((session, hop) =>
        hop.memory.has(`lost ${session.session_id}`) ? { ...session, generated_title: null } : session,
      ),
    ),
  }),
  ...breaking('stays.index-ids', {
    'an unbound session is bound anew by each turn': noting(
      (hop, isOk) => {
        if (isOk && hop.operation === 'streamMessages')
          hop.memory.set(`bound ${hop.sessionId}`, (hop.body as Json).index_ids);
      },
      inViews((session, hop) => ({
        ...session,
        index_ids: session.index_ids ?? hop.memory.get(`bound ${session.session_id}`) ?? null,
      })),
    ),
  }),
  ...breaking('sessions.index-ids-kept', {
    'a turn rebinds a session that has started': countingTurns(async (hop, turns) => {
      if (hop.operation === 'streamMessages' && turns > 0) {
        const [index] = (hop.body as Json)?.index_ids ?? [];
        if (typeof index === 'string') hop.memory.set(`bound ${hop.sessionId}`, [index]);
      }
      return inViews((session) => ({
        ...session,
        index_ids: session.index_ids && (hop.memory.get(`bound ${session.session_id}`) ?? session.index_ids),
      }))(hop);
    }),
  }),
  ...breaking('stays.job-metadata', {
    'the answer with a title tells of an error': inJson(['generateSessionTitle'], (session) => ({
      ...session,
      job_metadata: { ...session.job_metadata, error: 'The title could not be made.' },
    })),
    'the answer with a title tells of a failed run': inJson(['generateSessionTitle'], (session) =>
      session.job_metadata ? { ...session, job_metadata: { ...session.job_metadata, is_error: true } } : session,
    ),
    'the answer with a title knows of no run': inJson(['generateSessionTitle'], (session) => ({
      ...session,
      job_metadata: null,
    })),
    'a title takes the cost of the last run away': onceDone('generateSessionTitle', (session) => ({
      ...session,
      job_metadata: null,
    })),
  }),
  ...breaking(
    'stays.shared-access',
    {
      'a turn resets shared_access': onceDone('streamMessages', (session) => ({
        ...session,
        shared_access: 'read_only',
      })),
    },
    inEditionOf('2026-09'),
  ),
  ...breaking('history.job-metadata', {
    'a turn that failed is told as a good run': failingTurn((good) => good),
    'of a turn that failed the reason is not told': failingTurn(() => ({ is_error: true })),
  }),
  ...breaking('stays.last-updated-at', {
    'a new session moves the time of every other': movingAll('createSession'),
    'a turn moves the time of every session': movingAll('streamMessages'),
  }),
];

function onceTitled(remove: (hop: Hop) => Promise<Response>): Meddle {
  return async (hop) => {
    if (hop.operation === 'deleteSession' && hop.memory.has(`titled ${hop.sessionId}`)) return remove(hop);
    const response = await hop.next();
    if (response.ok && hop.operation === 'generateSessionTitle') hop.memory.set(`titled ${hop.sessionId}`, true);
    return response;
  };
}

/** An id that is free again is given to the next session. */
function givingAgain(take: (free: string[]) => string | undefined): Meddle {
  return async (hop) => {
    const ids = (hop.memory.get('ids') ?? new Map()) as Map<string, string>;
    hop.memory.set('ids', ids);
    const path = (id: string) => `/api/v1/chat/${id}`;
    const real = [...ids].find(([shown]) => shown === hop.sessionId)?.[1];
    const response = await hop.next(
      real
        ? new Request(hop.request.url.replace(path(String(hop.sessionId)), path(real)), hop.request.clone())
        : undefined,
    );
    if (hop.operation === 'deleteSession' && response.ok) {
      hop.memory.set('free', [...((hop.memory.get('free') ?? []) as string[]), hop.sessionId]);
      ids.delete(String(hop.sessionId));
    }
    const shownOf = (id: string) => [...ids].find(([, own]) => own === id)?.[0] ?? id;
    if (hop.operation === 'createSession' && response.ok) {
      const json: Json = await response.json();
      const free = take((hop.memory.get('free') ?? []) as string[]);
      if (free) ids.set(free, json.session_id);
      return Response.json({ ...json, session_id: shownOf(json.session_id) }, { status: 201 });
    }
    return inViews((session) => ({ ...session, session_id: shownOf(session.session_id) }))({
      ...hop,
      next: async () => response,
    });
  };
}
