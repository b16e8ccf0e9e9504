import { gzipSync } from 'node:zlib';
import type { VerifyOptions } from '../contract/index.ts';
import type { ChatMockOptions } from '../node/mock.ts';
import { asksForNoIndex, failingTurn } from './failed-turn.ts';
import { type Hop, inJson, inRefusals, inText, type Json, type Meddle, noting, withHeader } from './meddle.ts';
import { eachEvent, type Frame, inFrames, inPieces, inStreamText, toFrames } from './meddle-stream.ts';

/** A server that differs from the mock and still conforms. */
export interface LegalVariant {
  readonly variant: string;
  readonly meddle?: Meddle;
  readonly mock?: ChatMockOptions;
  readonly verify?: Pick<VerifyOptions, 'edition' | 'profile'>;
}

const views = ['createSession', 'getSession', 'getSessionSummary', 'generateSessionTitle', 'listSessions'] as const;
const sessionIn = (edit: (session: Json, hop: Hop) => Json): Meddle =>
  inJson(views, (json, hop) =>
    'items' in json ? { ...json, items: json.items.map((item: Json) => edit(item, hop)) } : edit(json, hop),
  );
const bare = (json: Json) => Object.fromEntries(Object.entries(json).filter(([, value]) => value !== null));
const deltas = (frames: readonly Frame[]) => frames.filter(({ name }) => name === 'delta');
const byOne = (size: number) => (bytes: Uint8Array) =>
  Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) => ({
    bytes: bytes.subarray(index * size, (index + 1) * size),
    afterMs: 0,
  }));
const gzipped: Meddle = async (hop) => {
  const response = await hop.next();
  if (!response.ok || response.status === 204) return response;
  const headers = new Headers(response.headers);
  headers.set('content-encoding', 'gzip');
  return new Response(gzipSync(new Uint8Array(await response.arrayBuffer())), { status: response.status, headers });
};

function table(entries: Readonly<Record<string, Meddle | Omit<LegalVariant, 'variant'>>>): LegalVariant[] {
  return Object.entries(entries).map(([variant, one]) =>
    typeof one === 'function' ? { variant, meddle: one } : { variant, ...one },
  );
}

/** Servers that differ from the mock in every way the contract allows; each must pass. */
export const legalVariants: readonly LegalVariant[] = table({
  'as it is': {},
  'CRLF in streams': { mock: { choices: { sse_newline: 'crlf' } } },
  'comments between frames': inStreamText((text) => text.replaceAll('\n\n', '\n\n: still here\n\n')),
  'comments inside frames': inStreamText((text) => text.replaceAll('data: ', ': look\ndata: ')),
  'ids and retry': { mock: { choices: { sse_ids: true, sse_retry_ms: 1500 } } },
  'data before event': inStreamText((text) => text.replaceAll(/(event: \w+)\n(data: .*)/g, '$2\n$1')),
  'empty lines more than needed': inStreamText((text) => `\n\n${text.replaceAll('\n\n', '\n\n\n')}`),
  'no space after event:': inStreamText((text) => text.replaceAll('event: ', 'event:')),
  'a byte order mark before the stream': inStreamText((text) => `\ufeff${text}`),
  'one byte per write': inPieces(byOne(1)),
  'seven bytes per write': inPieces(byOne(7)),
  'the whole stream in one write': inPieces((bytes) => [{ bytes, afterMs: 0 }]),
  'U+2028 and U+0085 inside texts': inFrames((frames) =>
    frames.map(({ name, event }) => ({
      name,
      event: event.type === 'tool_call' ? event : { ...event, note: 'a\u2028b\u0085c' },
    })),
  ),
  'JSON with escapes': inStreamText((text) => text.replaceAll('"content":', '"cont\\u0065nt" : ')),
  gzip: gzipped,
  'other key order': inText(views, (text) =>
    JSON.stringify(
      JSON.parse(text, (_, value) =>
        value && typeof value === 'object' && !Array.isArray(value)
          ? Object.fromEntries(Object.entries(value).reverse())
          : value,
      ),
      null,
      2,
    ),
  ),
  'unknown keys everywhere': sessionIn((json) => ({ ...json, owner: { id: 1 }, links: [] })),
  'keys of its own that differ from view to view': inJson(['getSession', 'getSessionSummary'], (json, hop) => {
    const reads = Number(hop.memory.get('reads') ?? 0) + 1;
    hop.memory.set('reads', reads);
    return { ...json, reads, view: hop.operation };
  }),
  'unknown keys in events': inFrames((frames) =>
    frames.map(({ name, event }) => ({ name, event: { ...event, seq: 1 } })),
  ),
  'dates with a zone': { mock: { choices: { timestamps: 'utc_milliseconds' } } },
  'dates in whole seconds': sessionIn((json) => ({
    ...json,
    last_updated_at: `${json.last_updated_at.slice(0, 19)}Z`,
  })),
  'nulls left out': { mock: { choices: { optional_keys: 'omitted' } } },
  'nulls left out in some views': inJson(['getSessionSummary'], bare),
  'the defaults of a run left out in some views': inJson(['getSessionSummary', 'generateSessionTitle'], (json) => {
    const { turns, duration_ms, is_error, error, ...job } = json.job_metadata ?? {};
    const told = { ...(turns !== 1 && { turns }), ...(duration_ms !== 0 && { duration_ms }), ...job };
    return { ...json, job_metadata: json.job_metadata && { ...told, ...(is_error && { is_error, error }) } };
  }),
  'null on the last page': { mock: { choices: { last_page_token: 'null' } } },
  'an empty text on the last page': { mock: { choices: { last_page_token: 'empty' } } },
  'no thinking': { mock: { choices: { thinking: 'none' } } },
  'thinking before each tool': { mock: { choices: { thinking: 'each_tool' } } },
  'no tools': { mock: { choices: { tools: 'none' } } },
  'no deltas': inFrames((frames) => frames.filter(({ name }) => name !== 'delta')),
  'empty deltas': inFrames((frames) => [
    ...deltas(frames)
      .slice(0, 1)
      .map(({ name, event }) => ({ name, event: { ...event, content: '' } })),
    ...frames,
  ]),
  'parallel tools, answered in reverse': parallelTools(),
  'the input is echoed': { mock: { choices: { echo_user_input: true } } },
  'the echoed input is kept, too': (() => {
    const inHistory = inJson(['getSession'], (json) => ({
      ...json,
      events: json.events.flatMap((event: Json) => (event.type === 'user_input' ? [event, event] : [event])),
    }));
    return { meddle: inHistory, mock: { choices: { echo_user_input: true } } };
  })(),
  'titles are made while one looks': noting(
    (hop) => {
      if (hop.operation === 'generateSessionTitle') hop.memory.set(`titled ${hop.sessionId}`, true);
    },
    inJson(['getSession', 'getSessionSummary'], (json, hop) => {
      const reads = Number(hop.memory.get(`reads ${json.session_id}`) ?? 0) + 1;
      hop.memory.set(`reads ${json.session_id}`, reads);
      const isYoung = json.job_metadata !== null && reads < 3 && !hop.memory.has(`titled ${hop.sessionId}`);
      return isYoung ? { ...json, generated_title: null } : json;
    }),
  ),
  'deltas are kept': { mock: { choices: { deltas_in_history: 'always' } } },
  'oldest first': { mock: { choices: { list_order: 'created_asc' } } },
  'small pages': { mock: { choices: { page_size_max: 3, page_size_default: 2 } } },
  'an empty last page': async (hop) => {
    const url = new URL(hop.request.url);
    if (hop.operation !== 'listSessions') return hop.next();
    if (url.searchParams.get('page_token') === 'the-end') return Response.json({ items: [], next_page_token: null });
    return inJson(['listSessions'], (json) => ({ ...json, next_page_token: json.next_page_token ?? 'the-end' }))(hop);
  },
  '403 for 401': { mock: { choices: { auth_missing_status: 403, auth_wrong_status: 403 } } },
  'a second delete is fine': { mock: { choices: { second_delete: 204 } } },
  'page_size 0 is refused': { mock: { choices: { page_size_not_positive: 'reject' } } },
  'other clients create, title and delete while pages are read': async (hop) => {
    if (hop.operation !== 'listSessions' || !new URL(hop.request.url).searchParams.has('page_token')) return hop.next();
    const created = await hop.ask('POST', '/api/v1/chat', {});
    const { session_id }: Json = await created.json();
    const earlier = (hop.memory.get('theirs') ?? []) as string[];
    hop.memory.set('theirs', [...earlier.slice(-1), session_id]);
    const [oldest, newer] = earlier;
    if (newer) {
      await hop.ask('DELETE', `/api/v1/chat/${oldest}`);
      await hop.ask('POST', `/api/v1/chat/${newer}/title`, { first_message: 'Hello' });
    }
    return hop.next();
  },
  'any token is the first page': { mock: { choices: { bad_page_token: 'first_page' } } },
  'each operation breaks down at its first request': async (hop) => {
    const isFirst = hop.operation !== null && !hop.memory.has(hop.operation);
    if (hop.operation !== null) hop.memory.set(hop.operation, true);
    return isFirst ? Response.json({ detail: 'Internal Server Error' }, { status: 500 }) : hop.next();
  },
  'only one key is good': { mock: { apiKeys: ['chat-mock-verify'] } },
  'titles never come by themselves': { mock: { choices: { title_from_prompt: 'never' } } },
  'a title does not touch the date': { mock: { choices: { touched_by_title: false } } },
  'other index_ids are ignored': { mock: { choices: { locked_index_ids: 'ignore' } }, verify: { profile: 'full' } },
  'a client that leaves misses the rest': { mock: { choices: { on_client_abort: 'finish' } } },
  'a turn that was left never was': { mock: { choices: { on_client_abort: 'discard' } } },
  'no trailing slash': { mock: { choices: { trailing_slash: 'not_found' } } },
  'other texts of errors': inRefusals(({ detail }) => ({
    detail: detail.map((one: Json) => ({ ...one, msg: 'Falsch', type: 'other' })),
  })),
  'thinking is never told as a whole': (() => {
    const inStream = eachEvent('thinking', () => null);
    const inHistory = inJson(['getSession'], (json) => ({
      ...json,
      events: json.events.filter(({ type }: Json) => type !== 'thinking'),
    }));
    return (hop) => (hop.operation === 'streamMessages' ? inStream(hop) : inHistory(hop));
  })(),
  'loc leads to the field only': inRefusals(({ detail }) => ({
    detail: detail.map((one: Json) => ({ ...one, loc: one.loc.slice(0, 2) })),
  })),
  'what a turn is asked for binds an unbound session': noting(
    (hop, isOk) => {
      const key = `bound ${hop.sessionId}`;
      if (isOk && hop.operation === 'streamMessages' && !hop.memory.has(key))
        hop.memory.set(key, (hop.body as Json).index_ids);
    },
    sessionIn((json, hop) => ({
      ...json,
      index_ids: json.index_ids ?? hop.memory.get(`bound ${json.session_id}`) ?? null,
    })),
  ),
  'reading moves the date': noting(
    (hop) => {
      if (hop.operation === 'getSession') hop.memory.set('reads', Number(hop.memory.get('reads') ?? 0) + 1);
    },
    sessionIn((json, hop) => ({ ...json, last_updated_at: `${json.last_updated_at}${hop.memory.get('reads') ?? ''}` })),
  ),
  'a turn with an unknown index is refused': async (hop) =>
    hop.operation === 'streamMessages' && asksForNoIndex(hop.body)
      ? Response.json({ detail: 'Index not found' }, { status: 404 })
      : hop.next(),
  'a turn with an unknown index fails, and is kept so': failingTurn((_, error) => ({ is_error: true, error })),
  'a 204 says that its body is of no length': withHeader(['deleteSession'], 'content-length', '0'),
  'ids are UUIDs, in capitals or not': (() => {
    const inHex = (id: string) => [...id].map((letter) => letter.charCodeAt(0).toString(16)).join('');
    const shown = (id: string) => `00000000-0000-4000-8000-${inHex(id).slice(-12)}`;
    return { meddle: aliased(shown, (id) => id.toLowerCase()) };
  })(),
  'a turn with an unknown index fails': async (hop) => {
    const isFailing = hop.operation === 'streamMessages' && asksForNoIndex(hop.body);
    if (!isFailing) return hop.next();
    const path = new URL(hop.request.url).pathname.replace('/messages/stream', '');
    if (!(await hop.ask('GET', path)).ok) return hop.next();
    const stop = { type: 'stop', usage: {}, is_error: true, error: 'The index is gone.' };
    return new Response(`event: message\ndata: ${JSON.stringify(stop)}\n\n`, {
      headers: { 'content-type': 'text/event-stream' },
    });
  },
  'usage without anything': (() => {
    const inStream = eachEvent('stop', (event) => ({ ...event, usage: {} }));
    const poor = (json: Json) => ({ ...json, job_metadata: json.job_metadata && { is_error: false } });
    const inViews = inJson(['getSession', 'getSessionSummary', 'listSessions', 'generateSessionTitle'], (json) => {
      if ('items' in json) return { ...json, items: json.items.map(poor) };
      if (!('events' in json)) return poor(json);
      const events = json.events.map((event: Json) => (event.type === 'stop' ? { ...event, usage: {} } : event));
      return { ...poor(json), events };
    });
    return (hop) => (hop.operation === 'streamMessages' ? inStream(hop) : inViews(hop));
  })(),
  'content types with parameters': withHeader(views, 'content-type', 'Application/JSON; charset=utf-8'),
  'connections are closed each time': { mock: { choices: { stream_connection: 'close' } } },
  slow: { mock: { speed: 60 } },
  'thinking takes its time, and the text comes from a cache': inPieces((bytes) => {
    const frames = toFrames(bytes);
    const start = frames.findIndex((frame) => frame.includes('"text_delta"'));
    const encode = (text: string) => new TextEncoder().encode(text);
    return [
      ...frames.slice(0, start).map((frame) => ({ bytes: encode(frame), afterMs: 2 })),
      { bytes: encode(frames.slice(start).join('')), afterMs: 0 },
    ];
  }),
  'edition 2026-08': { mock: { edition: '2026-08' }, verify: { edition: '2026-08' } },
  'no skipped indexes are left out of the stream, and an empty list in the history': {
    mock: { edition: '2026-09' },
    verify: { edition: '2026-09' },
    meddle: eachEvent('stop', ({ skipped_index_ids: _, ...stop }) => stop),
  },
  'edition 2026-09, shared for queries': {
    mock: { edition: '2026-09', choices: { shared_access_default: 'query' } },
    verify: { edition: '2026-09' },
  },
});

/** All calls first, then their results in reverse order, in the stream and in the history. */
function parallelTools(): Meddle {
  const typeOf = (event: Json): string => event.type;
  const reorder = <One>(all: readonly One[], eventOf: (one: One) => Json): One[] => {
    const first = all.findIndex((one) => typeOf(eventOf(one)) === 'tool_call');
    const rest = all.filter((one) => !typeOf(eventOf(one)).startsWith('tool_'));
    const calls = all.filter((one) => typeOf(eventOf(one)) === 'tool_call');
    const results = all.filter((one) => typeOf(eventOf(one)) === 'tool_result').toReversed();
    return first === -1 ? [...all] : [...rest.slice(0, first), ...calls, ...results, ...rest.slice(first)];
  };
  const turns = (events: readonly Json[]) => {
    const starts = events.flatMap((event, index) => (typeOf(event) === 'user_input' ? [index] : []));
    return starts.flatMap((start, nth) => reorder(events.slice(start, starts[nth + 1]), (event) => event));
  };
  const inStream = inFrames((frames) => reorder(frames, ({ event }) => event));
  const inHistory = inJson(['getSession'], (json) => ({ ...json, events: turns(json.events) }));
  return (hop) => (hop.operation === 'streamMessages' ? inStream(hop) : inHistory(hop));
}

/** Sessions have other ids than in the mock; `same` gives ids that mean the same session one form. */
function aliased(toShown: (id: string) => string, same: (id: string) => string): Meddle {
  return async (hop) => {
    const ids = (hop.memory.get('ids') ?? new Map()) as Map<string, string>;
    hop.memory.set('ids', ids);
    const real = ids.get(same(hop.sessionId ?? ''));
    const url = new URL(hop.request.url);
    if (real !== undefined) url.pathname = url.pathname.replace(/(\/chat\/)[^/]+/, `$1${real}`);
    const response = await hop.next(real === undefined ? hop.request : new Request(url, hop.request.clone()));
    return sessionIn((session) => {
      const shown = toShown(session.session_id);
      ids.set(same(shown), session.session_id);
      return { ...session, session_id: shown };
    })({ ...hop, next: async () => response });
  };
}
