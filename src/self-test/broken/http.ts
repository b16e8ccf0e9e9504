import { inJson, inRefusals, inText, isOne, type Json, type Meddle, withHeader, withStatus } from '../meddle.ts';
import { type BrokenMock, breaking, inEditionOf } from './broken-mock.ts';

const views = ['createSession', 'getSession', 'getSessionSummary', 'generateSessionTitle'] as const;
const detail = ['getSession'] as const;
const list = ['listSessions'] as const;
const summary = ['getSessionSummary'] as const;

/** Changes the events of every history that is not empty. */
const inHistory = (edit: (events: Json[]) => Json[]): Meddle =>
  inJson(detail, (json) => (json.events.length > 0 ? { ...json, events: edit(json.events) } : json));
const without = (key: string) => (json: Json) => {
  const { [key]: _, ...rest } = json;
  return rest;
};
const inItems = (edit: (item: Json) => Json): Meddle =>
  inJson(list, (json) => ({ ...json, items: json.items.map(edit) }));
const inJob = (change: object): Meddle =>
  inJson(detail, (json) => (json.job_metadata ? { ...json, job_metadata: { ...json.job_metadata, ...change } } : json));

const cutBody: Meddle = async (hop) => {
  const response = await hop.next();
  if (!isOne(detail, hop) || !response.ok) return response;
  const bytes = new Uint8Array(await response.arrayBuffer());
  let isSent = false;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (isSent) controller.error(new Error('The connection broke.'));
      else controller.enqueue(bytes.subarray(0, bytes.length >> 1));
      isSent = true;
    },
  });
  return new Response(body, { status: 200, headers: response.headers });
};

/** Mocks that break statuses, headers and bodies. */
export const brokenHttp: readonly BrokenMock[] = [
  ...breaking('http.success-status', {
    'create answers 200': withStatus(['createSession'], 200),
    'delete answers 200': withStatus(['deleteSession'], 200),
    'retrieve answers 203': withStatus(detail, 203),
    'summary answers 202': withStatus(summary, 202),
    'list answers 206': withStatus(list, 206),
    'stream answers 201': withStatus(['streamMessages'], 201),
    'title answers 201': withStatus(['generateSessionTitle'], 201),
    'title does not exist': async (hop) =>
      hop.operation === 'generateSessionTitle' && (await hop.next(hop.request.clone())).ok
        ? Response.json({ detail: 'Not Found' }, { status: 404 })
        : hop.next(),
  }),
  ...breaking('http.no-redirect', {
    'summary redirects': async (hop) =>
      hop.operation === 'getSessionSummary' && (await hop.next()).ok
        ? new Response(null, { status: 307, headers: { location: '/elsewhere' } })
        : hop.next(),
  }),
  ...breaking('http.content-type', {
    'retrieve says that it is UTF-16': withHeader(detail, 'content-type', 'application/json; charset=utf-16'),
    'the stream says that it is Latin-1': withHeader(
      ['streamMessages'],
      'content-type',
      'text/event-stream; charset=ISO-8859-1',
    ),
    'list is text/plain': withHeader(list, 'content-type', 'text/plain'),
    'create has no content type': withHeader(['createSession'], 'content-type', null),
    'stream is application/json': withHeader(['streamMessages'], 'content-type', 'application/json'),
    'stream is text/plain': withHeader(['streamMessages'], 'content-type', 'text/plain; charset=utf-8'),
    'a refusal is text/html': async (hop) => {
      const response = await hop.next();
      if (response.status !== 422) return response;
      return new Response(response.body, { status: 422, headers: { 'content-type': 'text/html' } });
    },
  }),
  ...breaking('http.whole-body', {
    'retrieve is cut in the middle': cutBody,
    'a 204 announces a body': withHeader(['deleteSession'], 'content-length', '4'),
  }),
  ...breaking('http.json', {
    'list starts with a byte order mark': inText(list, (text) => `\ufeff${text}`),
    'duration_ms is NaN': inText(detail, (text) => text.replace(/"duration_ms":[\d.]+/, '"duration_ms":NaN')),
    'retrieve is Latin-1': inText(detail, (text) =>
      Uint8Array.from(`${text.slice(0, -1)},"x":"é"}`, (letter) => letter.charCodeAt(0) & 255),
    ),
    'a title ends in half a character': inJson(summary, (json) => ({ ...json, generated_title: 'Growth \ud83d' })),
    'summary has a comma too many': inText(summary, (text) => `${text.slice(0, -1)},}`),
  }),
  ...breaking('http.schema', {
    'summary has no session_id': inJson(summary, without('session_id')),
    'last_updated_at is null': inJson(views, (json) => ({ ...json, last_updated_at: null })),
    'last_updated_at is a number': inItems((item) => ({ ...item, last_updated_at: 1_776_861_281 })),
    'index_ids is a text': inJson(['createSession'], (json) => ({ ...json, index_ids: 'idx-abc123' })),
    'retrieve has no events': inJson(detail, without('events')),
    'items is null': inJson(list, (json) => ({ ...json, items: null })),
    'next_page_token is a number': inJson(list, (json) => ({ ...json, next_page_token: 2 })),
    'generated_title is a number': inJson(['generateSessionTitle'], (json) => ({ ...json, generated_title: 7 })),
    'turns is null': inJob({ turns: null }),
    'is_error is a text': inJob({ is_error: 'false' }),
    'a listed session has no last_updated_at': inItems(without('last_updated_at')),
    'an event of the history has no type': inHistory(([first, ...rest]) => [without('type')(first), ...rest]),
    'the history has an event of an unknown type': inHistory((events) => [...events, { type: 'note', content: 'x' }]),
    'a tool_result of the history has no result': inHistory((events) =>
      events.map((event) => (event.type === 'tool_result' ? without('result')(event) : event)),
    ),
  }),
  ...breaking(
    'http.schema',
    {
      'shared_access is missing': inJson(summary, without('shared_access')),
      'shared_access is of no known value': inItems((item) => ({ ...item, shared_access: 'write' })),
    },
    inEditionOf('2026-09'),
  ),
  ...breaking('errors.validation-shape', {
    'detail is a text': inRefusals(() => ({ detail: 'Invalid' })),
    'detail is empty': inRefusals(() => ({ detail: [] })),
    'a problem has no loc': inRefusals(({ detail }) => ({ detail: detail.map(without('loc')) })),
    'loc is a text': inRefusals(({ detail }) => ({
      detail: detail.map((one: Json) => ({ ...one, loc: one.loc.join('.') })),
    })),
  }),
  ...breaking(
    'errors.validation-shape',
    {
      'ctx is a text': inRefusals(({ detail }) => ({ detail: detail.map((one: Json) => ({ ...one, ctx: 'limits' })) })),
    },
    inEditionOf('2026-08'),
  ),
];
