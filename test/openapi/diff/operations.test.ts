import { describe, expect, test } from 'vitest';
import { editions } from '../../../src/api/editions.ts';
import { buildDocument, diffDocuments, specVersions } from '../../../src/openapi/index.ts';
import type { JsonObject } from '../../../src/openapi/json.ts';

const text = { schema: { type: 'string' } };
const json = (schema: object) => ({ 'application/json': { schema } });
const ok = { 200: { description: 'ok' } };

/** A document with one operation, `GET /things/{id}`. */
function documentOf(operation: object, more: object = {}): object {
  const parameters = [{ name: 'id', in: 'path', required: true, ...text }];
  const paths = { '/things/{id}': { get: { parameters, responses: ok, ...operation } } };
  return { openapi: '3.1.0', info: { title: 'T', version: '1' }, paths, ...more };
}

/** The changes between two such documents, breaking ones with `!`. */
function tell(before: object, after: object): string[] {
  const { changes, notes } = diffDocuments(before, after);
  expect(notes).toEqual([]);
  return changes.map(
    ({ kind, severity, place, before: was, after: is }) =>
      `${severity === 'breaking' ? '!' : ''}${kind} ${place}${was === undefined && is === undefined ? '' : `: ${JSON.stringify([was, is])}`}`,
  );
}
const judge = (before: object, after: object) => tell(documentOf(before), documentOf(after));

describe('operations', () => {
  const other = (method: string) => ({ paths: { '/others': { [method]: { responses: ok } } } });
  test.each([
    ['a new one', documentOf({}, { paths: {} }), documentOf({}, other('get')), ['operation-added GET /others']],
    [
      'one that is gone',
      documentOf({}, other('get')),
      documentOf({}, { paths: {} }),
      ['!operation-removed GET /others'],
    ],
    [
      'another method',
      documentOf({}, other('get')),
      documentOf({}, other('query')),
      ['!operation-removed GET /others', 'operation-added QUERY /others'],
    ],
    [
      'another name of its own',
      documentOf({ operationId: 'a' }),
      documentOf({ operationId: 'b' }),
      ['operation-renamed GET /things/{id}: ["a","b"]'],
    ],
    ['one that is deprecated', documentOf({}), documentOf({ deprecated: true }), ['deprecated GET /things/{id}']],
  ])('%s', (_, before, after, expected) => {
    expect(tell(before, after)).toEqual(expected);
  });

  test('what the parameters of its path are called is not part of an address', () => {
    const of = (first: string, second: string) => ({
      openapi: '3.1.0',
      paths: {
        [`/a/{${first}}/b/{${second}}`]: {
          parameters: [first, second].map((name) => ({ name, in: 'path', required: true, ...text })),
          get: { responses: ok },
        },
      },
    });
    expect(tell(of('x', 'y'), of('x', 'z'))).toEqual(['path-parameter-renamed /a/{x}/b/{z} parameter z: ["y","z"]']);
    expect(tell(of('x', 'y'), of('y', 'x'))).toEqual([
      'path-parameter-renamed /a/{y}/b/{x} parameter y: ["x","y"]',
      'path-parameter-renamed /a/{y}/b/{x} parameter x: ["y","x"]',
    ]);
  });
});

describe('parameters', () => {
  const query = (name: string, more: object = {}) => ({ parameters: [{ name, in: 'query', ...text, ...more }] });
  const none = { parameters: [] };
  test.each([
    ['a new one', none, query('q'), ['parameter-added-optional GET /things/{id} parameter q']],
    [
      'a new required one',
      none,
      query('q', { required: true }),
      ['!parameter-added-required GET /things/{id} parameter q'],
    ],
    ['one that is gone', query('q'), none, ['!parameter-removed GET /things/{id} parameter q']],
    [
      'one that becomes required',
      query('q'),
      query('q', { required: true }),
      ['!parameter-became-required GET /things/{id} parameter q'],
    ],
    [
      'one that becomes optional',
      query('q', { required: true }),
      query('q'),
      ['parameter-became-optional GET /things/{id} parameter q'],
    ],
    [
      'a tighter one',
      query('q'),
      query('q', { schema: { type: 'string', maxLength: 5 } }),
      ['!limit-tightened GET /things/{id} parameter q: [null,5]'],
    ],
    [
      'one that moves',
      query('q'),
      query('q', { in: 'cookie' }),
      ['!parameter-removed GET /things/{id} parameter q', 'parameter-added-optional GET /things/{id} parameter q'],
    ],
    ['a header in other letters', query('X-A', { in: 'header' }), query('x-a', { in: 'header' }), []],
    ['a header that others describe', none, query('Authorization', { in: 'header', required: true }), []],
    [
      'JSON instead of plain text',
      query('q'),
      query('q', { schema: undefined, content: json({ type: 'string' }) }),
      [
        '!parameter-style-changed GET /things/{id} parameter q: [{"style":"form","explode":true,"allowReserved":false},{"mediaType":"application/json"}]',
      ],
    ],
    ['a style that was the default', query('q'), query('q', { style: 'form', explode: true }), []],
    [
      'another style',
      query('q'),
      query('q', { explode: false }),
      [
        '!parameter-style-changed GET /things/{id} parameter q: [{"style":"form","explode":true,"allowReserved":false},{"style":"form","explode":false,"allowReserved":false}]',
      ],
    ],
  ])('%s', (_, before, after, expected) => {
    expect(judge(before, after)).toEqual(expected);
  });
});

describe('bodies and answers', () => {
  const body = (more: object = {}) => ({ requestBody: { content: json({ type: 'string' }), ...more } });
  const answers = (responses: object) => ({ responses });
  const status = (...all: (string | number)[]) =>
    answers(Object.fromEntries(all.map((one) => [one, { description: 'ok' }])));
  const header = (name: string, more: object = {}) =>
    answers({ 200: { description: 'ok', headers: { [name]: { ...text, ...more } } } });
  const types = (...all: string[]) =>
    answers({ 200: { description: 'ok', content: Object.fromEntries(all.map((one) => [one, text])) } });
  const bodyTypes = (...all: string[]) => ({
    requestBody: { content: Object.fromEntries(all.map((one) => [one, text])) },
  });
  const place = 'GET /things/{id}';
  test.each([
    ['a new body', {}, body(), [`body-added-optional ${place} request`]],
    ['a new required body', {}, body({ required: true }), [`!body-added-required ${place} request`]],
    ['a body that is gone', body(), {}, [`!body-removed ${place} request`]],
    ['a body that becomes required', body(), body({ required: true }), [`!body-became-required ${place} request`]],
    ['a body that becomes optional', body({ required: true }), body(), [`body-became-optional ${place} request`]],
    [
      'a new media type of a request',
      bodyTypes('a/a'),
      bodyTypes('a/a', 'b/b'),
      [`media-type-added ${place} request b/b: [null,"b/b"]`],
    ],
    [
      'one that a request loses',
      bodyTypes('a/a', 'b/b'),
      bodyTypes('a/a'),
      [`!media-type-removed ${place} request b/b: ["b/b",null]`],
    ],
    [
      'a new media type of an answer',
      types('a/a'),
      types('a/a', 'b/b'),
      [`media-type-added ${place} 200 b/b: [null,"b/b"]`],
    ],
    [
      'one that an answer loses',
      types('a/a', 'b/b'),
      types('a/a'),
      [`!media-type-removed ${place} 200 b/b: ["b/b",null]`],
    ],
    ['a media type with parameters', types('a/a'), types('A/A; charset=utf-8'), []],
    [
      'the parameters of a media type in another order',
      types('a/a;version=1; profile="x;y"'),
      types('a/a; Profile="x;y"; version="1"'),
      [],
    ],
    [
      'one of two media types that differ in a parameter',
      types('a/a;version=1', 'a/a;version=2'),
      types('a/a;version=1'),
      [`!media-type-removed ${place} 200 a/a;version=2: ["a/a; version=2",null]`],
    ],
    [
      'another value of a parameter',
      bodyTypes('a/a;version=1'),
      bodyTypes('a/a;version=2'),
      [
        `!media-type-removed ${place} request a/a;version=1: ["a/a; version=1",null]`,
        `media-type-added ${place} request a/a;version=2: [null,"a/a; version=2"]`,
      ],
    ],
    [
      'a parameter where there was none, and one more',
      types('a/a'),
      types('a/a;version=1', 'a/a;version=2'),
      [`media-type-added ${place} 200 a/a;version=2: [null,"a/a; version=2"]`],
    ],
    ['another way to write the same', types('a/a;version=1'), types('a/a;charset=utf-8;version=1'), []],
    [
      'what is in the first of two that differ in a parameter',
      answers({
        200: { description: 'ok', content: { 'a/a;version=1': { schema: { enum: ['x'] } }, 'a/a;version=2': text } },
      }),
      answers({
        200: { description: 'ok', content: { 'a/a;version=2': text, 'a/a;version=1': { schema: { enum: ['y'] } } } },
      }),
      [`!value-added ${place} 200 a/a;version=1: [null,"y"]`, `value-removed ${place} 200 a/a;version=1: ["x",null]`],
    ],
    ['a new status', status(200), status(200, 404), [`status-added ${place} 404: [null,"404"]`]],
    ['a success that is gone', status(200, 201), status(200), [`!success-status-removed ${place} 201: ["201",null]`]],
    ['an error that is gone', status(200, 404), status(200), [`error-status-removed ${place} 404: ["404",null]`]],
    [
      'an error that a range stands for',
      status(200, 404),
      status(200, '4XX'),
      [`status-range-changed ${place} 4XX: [null,"4XX"]`],
    ],
    [
      'an error that the default stands for',
      status(200, 404),
      status(200, 'default'),
      [`status-range-changed ${place} default: [null,"default"]`],
    ],
    [
      'a default beside a success, which is of errors',
      status(200, 'default'),
      status(200, '4XX'),
      [`status-range-changed ${place} default: ["default",null]`],
    ],
    ['a new header', status(200), header('X-A'), [`header-added-optional ${place} 200 X-A`]],
    ['a header that is gone', header('X-A'), status(200), [`!header-removed ${place} 200 X-A`]],
    [
      'a header that becomes optional',
      header('X-A', { required: true }),
      header('x-a'),
      [`!header-became-optional ${place} 200 x-a`],
    ],
  ])('%s', (_, before, after, expected) => {
    expect(judge(before, after)).toEqual(expected);
  });
});

describe('security', () => {
  const schemes = {
    bearer: { type: 'http', scheme: 'bearer' },
    token: { type: 'http', scheme: 'bearer' },
    cookie: { type: 'apiKey', in: 'cookie', name: 's' },
    oauth: { type: 'oauth2', flows: {} },
  };
  const judgeSecurity = (before: object[] | undefined, after: object[] | undefined) => {
    const of = (security: object[] | undefined) =>
      documentOf({}, { ...(security && { security }), components: { securitySchemes: schemes } });
    return tell(of(before), of(after));
  };
  const [bearer, token, cookie] = [{ bearer: [] }, { token: [] }, { cookie: [] }];
  const place = 'GET /things/{id}';
  test.each([
    ['a key asked for at last', undefined, [bearer], [`!security-tightened ${place}: ["anybody",null]`]],
    ['no key asked for any more', [bearer], [{}], [`security-loosened ${place}: [null,"anybody"]`]],
    ['another way in', [bearer], [bearer, cookie], [`security-loosened ${place}: [null,"cookie"]`]],
    ['a way in that is gone', [bearer, cookie], [bearer], [`!security-tightened ${place}: ["cookie",null]`]],
    ['one thing less to show', [{ bearer: [], cookie: [] }], [bearer], [`security-loosened ${place}: [null,"bearer"]`]],
    ['another name of the same', [bearer], [token], []],
    [
      'one scope more',
      [{ oauth: ['read'] }],
      [{ oauth: ['read', 'write'] }],
      [`!security-tightened ${place}: ["oauth read",null]`],
    ],
  ])('%s', (_, before, after, expected) => {
    expect(judgeSecurity(before, after)).toEqual(expected);
  });

  test('that of an operation stands before that of the document', () => {
    const of = (security: object[]) =>
      documentOf({ security: [] }, { security, components: { securitySchemes: schemes } });
    expect(tell(of([bearer]), of([cookie]))).toEqual([]);
  });
});

describe('what the service sends by itself has the opposite direction', () => {
  const call = (schema: object) => ({ post: { requestBody: { content: json(schema) }, responses: ok } });
  const [before, after] = [{ enum: ['x'] }, { enum: ['x', 'y'] }];
  test('a webhook', () => {
    const of = (schema: object) => documentOf({}, { webhooks: { turnEnded: call(schema) } });
    expect(diffDocuments(of(before), of(after)).changes).toMatchObject([
      { kind: 'value-added', severity: 'breaking', direction: 'response', uses: ['webhook POST turnEnded request'] },
    ]);
  });
  test('a callback', () => {
    const of = (schema: object) => documentOf({ callbacks: { onEnd: { '{$request.query.url}': call(schema) } } });
    expect(diffDocuments(of(before), of(after)).changes).toMatchObject([
      { kind: 'value-added', direction: 'response' },
    ]);
  });
});

describe('streams', () => {
  const event = (type: string) => ({ type: 'object', properties: { type: { const: type } }, required: ['type'] });
  const union = (...types: string[]) => ({ oneOf: types.map(event), discriminator: { propertyName: 'type' } });
  const stream = (media: object) =>
    documentOf({ responses: { 200: { description: 'ok', content: { 'text/event-stream': media } } } });
  const frame = (schema: object) => ({
    type: 'object',
    properties: { data: { type: 'string', contentMediaType: 'application/json', contentSchema: schema } },
  });
  const place = 'GET /things/{id} 200 text/event-stream';
  test.each([
    ['under itemSchema', (schema: object) => ({ itemSchema: schema }), `${place} each item`],
    ['in the data of a frame', (schema: object) => ({ itemSchema: frame(schema) }), `${place} each item.data as JSON`],
    ['in a list', (schema: object) => ({ schema: { type: 'array', items: schema } }), `${place}[]`],
    ['as older documents say it', (schema: object) => ({ schema }), place],
  ])('a new type of event breaks who handles each: %s', (_, media, where) => {
    const [one, two] = [stream(media(union('text', 'stop'))), stream(media(union('text', 'stop', 'ping')))];
    expect(tell(one, two)).toEqual([`!member-added ${where}: [null,"ping"]`]);
    expect(tell(two, one)).toEqual([`member-removed ${where}: ["ping",null]`]);
  });

  test('items are compared however the two documents write them', () => {
    const list = stream({ schema: { type: 'array', items: union('text') } });
    expect(tell(list, stream({ itemSchema: union('text', 'ping') }))).toEqual([
      `!member-added ${place} each item: [null,"ping"]`,
    ]);
  });

  test('the data of events, where only one document also describes their names', () => {
    const frames = (...types: string[]) => ({ oneOf: types.map((type) => frame(union(type))) });
    const older = stream({ schema: union('text', 'stop') });
    expect(tell(older, stream({ itemSchema: frames('text', 'stop') }))).toEqual([]);
    expect(tell(older, stream({ itemSchema: frames('text', 'stop', 'ping') }))).toEqual([
      `!member-added ${place} each item data: [null,"ping"]`,
    ]);
    const both = stream({ itemSchema: frames('text', 'stop'), schema: union('text', 'stop') });
    expect(tell(older, both)).toEqual([`stream-description-changed ${place}`]);
    expect(tell(both, stream({ itemSchema: frames('text', 'stop'), schema: union('text') }))).toEqual([
      `member-removed ${place}: ["stop",null]`,
    ]);
  });

  test('a stream that one document gives as a text says nothing of its items', () => {
    expect(tell(stream({ schema: { type: 'string' } }), stream({ itemSchema: union('text') }))).toEqual([
      `stream-description-changed ${place}`,
    ]);
  });

  test('a new event in our own documents, and across their versions', () => {
    const before = buildDocument();
    for (const spec of specVersions) {
      const { changes } = diffDocuments(before, withPing(buildDocument({ spec })));
      const breaking = changes.filter(({ severity }) => severity === 'breaking');
      expect(breaking).toMatchObject([
        {
          kind: 'member-added',
          place: 'Event',
          after: 'ping',
          uses: ['GET /api/v1/chat/{session_id} 200', 'POST /api/v1/chat/{session_id}/messages/stream 200'],
        },
        ...(spec === '3.1'
          ? []
          : [
              {
                kind: 'member-added',
                place: 'MessageFrame.data as JSON',
                after: 'ping',
                uses: ['POST /api/v1/chat/{session_id}/messages/stream 200'],
              },
            ]),
      ]);
    }
  });

  function withPing(document: JsonObject): object {
    const text = JSON.stringify(document)
      .replaceAll('{"$ref":"#/components/schemas/EventStopEvent"}', '$&,{"$ref":"#/components/schemas/Ping"}')
      .replace('"stop":"#/components/schemas/EventStopEvent"', '$&,"ping":"#/components/schemas/Ping"');
    const changed = JSON.parse(text) as { components: { schemas: Record<string, object> } };
    changed.components.schemas['Ping'] = { type: 'object', properties: { type: { const: 'ping' } } };
    return changed;
  }
});

describe('our own documents', () => {
  test.each(editions)('%s in 3.1 and in 3.2 is one service', (edition) => {
    const [one, other] = specVersions.map((spec) => buildDocument({ edition, spec }));
    expect(diffDocuments(one, one)).toEqual({ changes: [], notes: [], remarks: [] });
    const { changes, notes } = diffDocuments(one, other);
    expect([new Set(changes.map(({ severity }) => severity)), notes]).toEqual([new Set(['docs-only']), []]);
  });

  test('what many operations meet is told once, with all of them', () => {
    const { changes } = diffDocuments(buildDocument(), buildDocument({ edition: '2026-09' }));
    const access = changes.filter(({ pointer }) => pointer.endsWith('ChatSessionSummary/properties/shared_access'));
    expect(access).toEqual([
      {
        kind: 'property-added-required',
        severity: 'non-breaking',
        direction: 'response',
        place: 'ChatSessionSummary.shared_access',
        pointer: '#/components/schemas/ChatSessionSummary/properties/shared_access',
        reason: 'A client that does not know it ignores it.',
        uses: ['GET /api/v1/chat 200', 'POST /api/v1/chat 201', 'GET /api/v1/chat/{session_id}/summary 200'],
      },
    ]);
  });
});

test.each([
  [{ swagger: '2.0' }, 'it is of Swagger 2'],
  [{}, 'it does not begin with "openapi: 3…"'],
  [null, 'it does not begin with "openapi: 3…"'],
  [{ openapi: '4.0.0' }, 'it does not begin with "openapi: 3…"'],
])('%j is refused', (document, reason) => {
  const message = `Failed to compare: of the second document, this is not an OpenAPI 3 document: ${reason}; give one of OpenAPI 3.0, 3.1 or 3.2.`;
  expect(() => diffDocuments(documentOf({}), document)).toThrow(message);
});
