import { describe, expect, test } from 'vitest';
import { condition } from './support/condition.ts';
import { documentOf, judge, judgeSchemas, thingOf } from './support/judge.ts';

const text = { type: 'string' };
const nothing = { request: [], response: [], texts: [] };
const wider = (kind: string) => ({ request: [kind], response: [`!${kind}`], texts: [] });
const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });
const object = (properties: object, more: object = {}) => ({ type: 'object', properties, ...more });
const array = (items: object, more: object = {}) => ({ type: 'array', items, ...more });
const components = { A: object({ a: text }), Text: text };

describe('schemas that allow the same are the same, however they are written', () => {
  test.each([
    ['a list of values as a union', { enum: ['a', 'b'] }, { oneOf: [{ const: 'b' }, { type: 'string', enum: ['a'] }] }],
    ['a list as a union of lists', { enum: ['a', 'b', 'c'] }, { anyOf: [{ enum: ['a', 'c'] }, { const: 'b' }] }],
    ['a list within a list', { enum: ['a'] }, { allOf: [{ enum: ['a', 'b'] }, { enum: ['a', 'c'] }] }],
    ['true and false', { type: 'boolean' }, { enum: [false, true] }],
    ['values of another type beside it', { type: 'string', enum: ['a', 1] }, { const: 'a' }],
    [
      'types as a union',
      { type: ['string', 'integer'], maxLength: 5 },
      { anyOf: [{ ...text, maxLength: 5 }, { type: 'integer' }] },
    ],
    ['whole numbers', { type: 'integer' }, { type: 'number', multipleOf: 1 }],
    ['what is not not so', { not: { not: text } }, text],
    ['what is not not so, beside other rules', { ...text, maxLength: 5 }, { ...text, not: { not: { maxLength: 5 } } }],
    ['what is never not so', { not: { not: { not: text } } }, { not: text }],
    ['not not a component', ref('A'), { not: { description: 'Twice.', not: ref('A') } }],
    ['a condition that always holds', condition(true, { holds: text, fails: { type: 'integer' } }), text],
    [
      'a condition without a rule',
      { ...text, ...condition({}, { holds: { minLength: 2 } }) },
      { ...text, minLength: 2 },
    ],
    ['a condition that never holds', condition(false, { holds: { type: 'integer' }, fails: text }), text],
    ['a condition that nothing meets', condition({ not: {} }, { holds: { type: 'integer' }, fails: text }), text],
    ['a settled condition in a list', array(condition(true, { holds: ref('A') })), array(ref('A'))],
    ['a list of values beside a settled rule', { enum: ['a'], not: { not: text } }, { const: 'a' }],
    ['no key', { type: 'object', maxProperties: 0 }, { type: 'object', additionalProperties: false }],
    [
      'no key, by two rules',
      object({ a: text }, { maxProperties: 0 }),
      { type: 'object', additionalProperties: false },
    ],
    ['no letter', { type: 'string', maxLength: 0 }, { const: '' }],
    ['one number', { type: 'integer', minimum: 3, maximum: 3 }, { enum: [3] }],
    ['one whole number', { type: 'integer', exclusiveMinimum: 2, exclusiveMaximum: 4 }, { const: 3 }],
    ['no item', array(text, { maxItems: 0 }), { const: [] }],
    ['some texts', { anyOf: [{ type: 'string', maxLength: 0 }, { const: 'a' }] }, { enum: ['a', ''] }],
    [
      'bounds of whole numbers',
      { type: 'integer', exclusiveMaximum: 10, minimum: 0.5 },
      { type: 'integer', maximum: 9, minimum: 1 },
    ],
    [
      'multiples',
      { type: 'number', multipleOf: 0.6 },
      { allOf: [{ type: 'number', multipleOf: 0.2 }, { multipleOf: 0.3 }] },
    ],
    ['bytes of 3.0', { ...text, format: 'byte' }, { ...text, contentEncoding: 'BASE64' }],
    [
      'a union below what all members have',
      { allOf: [object({ id: text }), { oneOf: [object({ a: text }), object({ b: text })] }] },
      { oneOf: [object({ id: text, a: text }), object({ id: text, b: text })] },
    ],
    [
      'a union in a union',
      { anyOf: [{ oneOf: [ref('A'), text] }, { type: 'integer' }] },
      { oneOf: [{ type: 'integer' }, ref('A'), text] },
    ],
    [
      'keys closed from outside',
      { allOf: [object({ a: text })], unevaluatedProperties: false },
      object({ a: text }, { additionalProperties: false }),
    ],
    ['nothing', false, { not: {} }],
    ['another type excluded', { ...text, not: { type: 'integer' } }, text],
    ['nothing excluded', { ...text, not: false }, text],
    ['any key by its name', { type: 'object', propertyNames: text }, { type: 'object', propertyNames: {} }],
    ['any value by a pattern', { type: 'object', patternProperties: { '^x-': {} } }, { type: 'object' }],
    ['any schema where a key is there', { type: 'object', dependentSchemas: { a: {} } }, { type: 'object' }],
    ['no item that must be there', { type: 'array', contains: text, minContains: 0 }, { type: 'array' }],
    [
      'a condition for nothing',
      { type: 'object', ...condition({ required: ['a'] }, { holds: {} }) },
      { type: 'object' },
    ],
    [
      'as many properties as must be there',
      object({ a: text }, { required: ['a'], minProperties: 1 }),
      object({ a: text }, { required: ['a'] }),
    ],
    ['a pattern for anything', { ...text, pattern: '.*' }, text],
    ['other types by exclusion', { not: text }, { type: ['number', 'boolean', 'array', 'object', 'null'] }],
    [
      'any key by a pattern',
      { type: 'object', patternProperties: { '.*': text } },
      { additionalProperties: text, type: 'object' },
    ],
    [
      'any key by a pattern, beside a named one',
      { ...object({ a: { maxLength: 5 } }), patternProperties: { '^.*$': text }, additionalProperties: false },
      object({ a: { ...text, maxLength: 5 } }, { additionalProperties: text }),
    ],
    [
      'what a key requires, as a schema',
      { type: 'object', dependentSchemas: { a: { required: ['b'] } } },
      { type: 'object', dependentRequired: { a: ['b'] } },
    ],
    [
      'what holds beside a key, by its older name',
      { type: 'object', dependentSchemas: { a: object({ b: text }) } },
      { type: 'object', dependencies: { a: object({ b: text }) } },
    ],
    [
      'a closed tuple',
      { type: 'array', prefixItems: [text], items: false },
      { type: 'array', prefixItems: [text], maxItems: 1 },
    ],
    [
      'a closed tuple in parts',
      { allOf: [{ type: 'array', prefixItems: [text] }], unevaluatedItems: false },
      { type: 'array', items: [text], additionalItems: false },
    ],
    ['a tuple of the past', { type: 'array', items: [text] }, { type: 'array', prefixItems: [text] }],
  ])('%s', (_, one, other) => {
    expect(judgeSchemas(one, other, components)).toEqual(nothing);
    expect(judgeSchemas(other, one, components)).toEqual(nothing);
  });

  const nulls = [
    ['of 3.0', { type: 'object', properties: { a: text }, nullable: true }],
    ['of 3.1', { type: ['object', 'null'], properties: { a: text } }],
    ['as a union', { anyOf: [ref('A'), { type: 'null' }] }],
    ['as a value', { oneOf: [ref('A'), { const: null }] }],
    ['as a list of one', { oneOf: [{ enum: [null] }, ref('A')] }],
    ['as a list of types', { anyOf: [ref('A'), { type: ['null'] }] }],
    ['around one allOf', { allOf: [ref('A')], nullable: true }],
    ['around allOf', { nullable: true, allOf: [ref('A'), { type: 'object' }] }],
    ['in a member', { oneOf: [{ ...object({ a: text }), nullable: true }] }],
    ['twice', { anyOf: [{ type: ['object', 'null'], properties: { a: text } }, { type: 'null' }] }],
  ] as const;
  test.each(nulls)('null %s', (_, schema) => {
    for (const [, other] of nulls) expect(judgeSchemas(schema, other, components)).toEqual(nothing);
    expect(judgeSchemas(ref('A'), schema, components)).toEqual(wider('null-allowed'));
  });
});

describe('where one way allows more than the other', () => {
  test.each([
    ['a value', { enum: ['a'] }, { oneOf: [{ const: 'a' }, { const: 'b' }] }, wider('value-added')],
    [
      'a finer multiple',
      { type: 'number', multipleOf: 0.1 },
      { type: 'number', multipleOf: 0.01 },
      wider('limit-loosened'),
    ],
    [
      'a finer multiple, large',
      { type: 'number', multipleOf: 1e21 },
      { type: 'number', multipleOf: 10 },
      wider('limit-loosened'),
    ],
    ['a wider address', { ...text, format: 'uri' }, { ...text, format: 'iri-reference' }, wider('limit-loosened')],
    [
      'what a limit takes beside a list',
      { enum: ['a', 'bb'] },
      { ...text, maxLength: 1 },
      { request: ['!value-removed', 'values-unlisted'], response: ['!values-unlisted', 'value-removed'], texts: [] },
    ],
    [
      'a value that is known beside any',
      { anyOf: [text, { enum: ['a'] }] },
      { anyOf: [text, { enum: ['a', 'b'] }] },
      { ...nothing, texts: ['text-changed', 'text-changed'] },
    ],
    [
      'one way more',
      text,
      {
        anyOf: [
          { ...text, format: 'date' },
          { ...text, format: 'uuid' },
        ],
      },
      { request: ['!limit-tightened'], response: ['limit-tightened'], texts: [] },
    ],
    [
      'less in a not',
      { ...text, not: { enum: ['a', 'b'] } },
      { ...text, not: { enum: ['a'] } },
      wider('limit-loosened'),
    ],
    [
      'a key that a part closes',
      { allOf: [object({ a: text }, { additionalProperties: false })] },
      { allOf: [object({ a: text, b: text }, { additionalProperties: false })] },
      { request: ['property-added-optional'], response: ['property-added-optional'], texts: [] },
    ],
    [
      'a typed key among others',
      { type: 'object', additionalProperties: text },
      object({ n: { type: 'integer' } }, { additionalProperties: text }),
      { request: ['!type-changed'], response: ['!type-changed'], texts: [] },
    ],
  ])('%s', (_, before, after, expected) => {
    expect(judgeSchemas(before, after)).toEqual(expected);
  });
});

const operation = (parts: object, more: object = {}) =>
  documentOf({ paths: { '/x': { get: { responses: { 200: { description: 'ok' } }, ...parts } } }, ...more });
const schema = { schema: text };

describe('media types and statuses that stand for many', () => {
  const answer = (...types: string[]) =>
    operation({
      responses: { 200: { description: 'ok', content: Object.fromEntries(types.map((type) => [type, schema])) } },
    });
  const body = (...types: string[]) =>
    operation({ requestBody: { content: Object.fromEntries(types.map((type) => [type, schema])) } });
  test.each([
    ['some of them', answer('*/*'), answer('application/json'), ['media-type-narrowed response GET /x 200 */*']],
    ['some of a kind', answer('text/*'), answer('TEXT/plain'), ['media-type-narrowed response GET /x 200 text/*']],
    ['many instead of one', answer('text/plain'), answer('text/*'), ['!media-type-widened response GET /x 200 text/*']],
    ['some of them in a request', body('*/*'), body('text/plain'), ['!media-type-narrowed request GET /x request */*']],
    ['many in a request', body('text/plain'), body('*/*'), ['media-type-widened request GET /x request */*']],
    [
      'one more by name',
      body('*/*'),
      body('text/plain', '*/*'),
      ['media-type-added request GET /x request text/plain'],
    ],
    [
      'others',
      answer('text/*'),
      answer('application/json'),
      ['!media-type-removed response GET /x 200 text/*', 'media-type-added response GET /x 200 application/json'],
    ],
  ])('%s', (_, before, after, expected) => {
    expect(judge(before, after)).toEqual(expected);
  });

  const statuses = (answers: Record<string, object>) =>
    operation({
      responses: Object.fromEntries(
        Object.entries(answers).map(([status, each]) => [
          status,
          { description: 'ok', content: { 'a/a': { schema: each } } },
        ]),
      ),
    });
  const number = { type: 'integer' };
  test.each([
    ['one of a range', { '2XX': text }, { 200: text }, ['status-range-changed response GET /x 2XX']],
    ['a range', { 200: text }, { '2xx': text }, ['status-range-changed response GET /x 2xx']],
    ['its letters', { '2xx': text }, { '2XX': text }, []],
    [
      'one of a range, with another body',
      { '2XX': text },
      { 201: number },
      ['!type-changed response GET /x 201 a/a', 'status-range-changed response GET /x 2XX'],
    ],
    [
      'an error the default stood for',
      { 200: text, default: text },
      { 200: text, 404: number, default: text },
      ['!type-changed response GET /x 404 a/a', 'status-range-changed response GET /x 404'],
    ],
    [
      'a success no default stands for',
      { 200: text, default: text },
      { 200: text, 201: number, default: text },
      ['status-added response GET /x 201'],
    ],
    [
      'all successes',
      { default: text },
      { 200: number },
      ['!type-changed response GET /x 200 a/a', 'status-range-changed response GET /x default'],
    ],
  ])('%s', (_, before, after, expected) => {
    expect(judge(statuses(before), statuses(after))).toEqual(expected);
  });
});

describe('what has no case, and what does not matter in an address', () => {
  const secured = (scheme: object) =>
    operation({ security: [{ k: [] }] }, { components: { securitySchemes: { k: scheme } } });
  const oauth = (flow: object) => secured({ type: 'oauth2', flows: { clientCredentials: { scopes: {}, ...flow } } });
  const key = { type: 'apiKey', in: 'header' };
  const header = (name: string) => operation({ parameters: [{ name, in: 'header', ...schema }] });
  const served = (url: string) => operation({}, { servers: [{ url }] });
  test.each([
    ['an HTTP scheme', secured({ type: 'http', scheme: 'Bearer' }), secured({ type: 'http', scheme: 'bearer' })],
    ['a key in a header', secured({ ...key, name: 'X-Key' }), secured({ ...key, name: 'x-key' })],
    ['a header', header('X-A'), header('x-a')],
    ['an address of tokens', oauth({ tokenUrl: 'HTTPS://A.test:443/t' }), oauth({ tokenUrl: 'https://a.test/t' })],
    ['a server', served('HTTP://A.test:80/v1/'), served('http://a.test/v1')],
  ])('%s', (_, before, after) => {
    expect(judge(before, after)).toEqual([]);
  });

  test('a key in a query has a case', () => {
    const query = (name: string) => secured({ type: 'apiKey', in: 'query', name });
    expect(judge(query('Key'), query('key'))).toEqual(['!security-tightened GET /x', 'security-loosened GET /x']);
  });

  test.each([
    [
      'the address of tokens',
      oauth({ tokenUrl: 'https://a.test' }),
      oauth({ tokenUrl: 'https://b.test' }),
      'security-scheme-changed tokenUrl k flows clientCredentials',
    ],
    [
      'of refreshing them',
      oauth({ refreshUrl: 'https://a.test' }),
      oauth({}),
      'security-scheme-changed refreshUrl k flows clientCredentials',
    ],
    [
      'the scopes there are',
      oauth({ scopes: { a: '' } }),
      oauth({ scopes: { b: '' } }),
      'security-scheme-changed scopes k flows clientCredentials',
    ],
    [
      'of OpenID',
      secured({ type: 'openIdConnect', openIdConnectUrl: 'https://a.test' }),
      secured({ type: 'openIdConnect', openIdConnectUrl: 'https://b.test' }),
      'security-scheme-changed openIdConnectUrl k',
    ],
    [
      'a flow that is gone',
      secured({ type: 'oauth2', flows: { implicit: {}, password: {} } }),
      secured({ type: 'oauth2', flows: { implicit: {} } }),
      '!security-tightened flow password k flows password',
    ],
  ])('%s', (_, before, after, expected) => {
    expect(judge(before, after)).toEqual([expected.replace('  ', ' ')]);
  });
});

describe('equal paths', () => {
  const paths = (answers: Record<string, object>, servers?: object[]) =>
    documentOf({
      ...(servers && { servers }),
      paths: Object.fromEntries(
        Object.entries(answers).map(([path, each]) => [
          path,
          { get: { responses: { 200: { description: 'ok', content: { 'a/a': { schema: each } } } } } },
        ]),
      ),
    });
  const number = { type: 'integer' };

  test('two templates that are one path are each compared with that of their own name', () => {
    const note =
      'note #/paths/~1r~1{name}/get: GET /r/{name} and GET /r/{id} are one path with two names; each is compared with the one of its own name.';
    expect(
      judge(paths({ '/r/{id}': text, '/r/{name}': text }), paths({ '/r/{id}': number, '/r/{name}': text })),
    ).toEqual(['!type-changed response GET /r/{id} 200 a/a', note]);
  });

  test('a base path may move between server and paths', () => {
    const before = paths({ '/r': text, '/s/{id}': text }, [{ url: 'https://a.test/v1' }]);
    const after = paths({ '/v1/r': text, '/v1/s/{x}': text }, [{ url: 'https://a.test/' }]);
    expect(judge(before, after)).toEqual([]);
    expect(judge(after, before)).toEqual([]);
    expect(judge(before, paths({ '/v2/r': text, '/v2/s/{id}': text }, [{ url: 'https://a.test' }]))).toContain(
      '!operation-removed GET /r',
    );
    expect(judge(before, paths({ '/r': text, '/s/{id}': text }, [{ url: 'https://a.test/v2' }]))).toEqual([
      'servers-changed servers',
    ]);
  });

  test('a path parameter that only the path names is sent all the same', () => {
    const of = (schema?: object) => {
      const parameters = schema ? [{ name: 'id', in: 'path', required: true, schema }] : [];
      const get = { parameters, responses: { 200: { description: 'ok' } } };
      return documentOf({ paths: { '/s/{id}': { get } } });
    };
    expect(judge(of(), of(text))).toEqual([]);
    expect(judge(of(text), of())).toEqual([]);
    expect(judge(of(), of({ type: 'integer' }))).toEqual(['!type-narrowed request GET /s/{id} parameter id']);
  });

  test('variables of a server count', () => {
    const of = (value: string, values: string[]) =>
      paths({ '/r': text }, [{ url: 'https://{env}.test', variables: { env: { default: value, enum: values } } }]);
    expect(judge(of('a', ['a', 'b']), of('a', ['a', 'b']))).toEqual([]);
    expect(judge(of('a', ['a', 'b']), of('a', ['a']))).toEqual(['servers-changed servers']);
    expect(judge(of('a', ['a', 'b']), of('b', ['a', 'b']))).toEqual(['servers-changed servers']);
  });

  test.each([
    ['a header', { headers: { 'X-A': schema, 'x-a': schema } }, 'the header x-a stands twice'],
    ['a media type', { content: {} }, null],
  ])('%s that stands twice is noted', (_, response, expected) => {
    const document = operation({ responses: { 200: { description: 'ok', ...response } } });
    expect(judge(document, document)).toEqual(expected ? [expect.stringContaining(expected)] : []);
  });
});

describe('parts of a form and of a header', () => {
  test('another way to write them', () => {
    const head = (more: object) =>
      operation({ responses: { 200: { description: 'ok', headers: { 'X-H': { ...schema, ...more } } } } });
    expect(judge(head({}), head({ style: 'simple', explode: false }))).toEqual([]);
    expect(judge(head({}), head({ explode: true }))).toEqual(['!header-style-changed response GET /x 200 X-H']);
    const form = (encoding: object) =>
      operation({
        requestBody: { content: { 'multipart/form-data': { schema: object({ f: text }), encoding: { f: encoding } } } },
      });
    expect(judge(form({}), form({ style: 'form', explode: true }))).toEqual([]);
    expect(
      judge(form({ contentType: 'image/png, image/jpeg' }), form({ contentType: 'image/JPEG,image/png' })),
    ).toEqual([]);
    expect(judge(form({ contentType: 'image/png' }), form({ contentType: 'text/csv' }))).toEqual([
      '!media-type-removed request GET /x request multipart/form-data encoding f',
      'media-type-added request GET /x request multipart/form-data encoding f',
    ]);
    expect(judge(form({ headers: { 'X-A': schema } }), form({}))).toEqual([
      '!header-removed request GET /x request multipart/form-data encoding f X-A',
    ]);
  });

  test('names of XML count where XML is sent', () => {
    const of = (type: string, name: string) =>
      operation({
        responses: {
          200: { description: 'ok', content: { [type]: { schema: object({ a: { ...text, xml: { name } } }) } } },
        },
      });
    expect(judge(of('application/xml', 'a'), of('application/xml', 'b'))).toEqual([
      '!xml-changed response GET /x 200 application/xml.a',
    ]);
    expect(judge(of('application/json', 'a'), of('application/json', 'b'))).toEqual([
      'text-changed xml GET /x 200 application/json.a',
    ]);
  });

  test('the name that XML gives anyway says nothing', () => {
    const of = (xml: object) => {
      const content = { 'application/xml': { schema: object({ a: { ...text, ...xml } }) } };
      return operation({ responses: { 200: { description: 'ok', content } } });
    };
    expect(judge(of({}), of({ xml: { name: 'a', attribute: false } }))).toEqual([]);
  });

  test('an encoding outside of a form says nothing', () => {
    const of = (contentType: string) =>
      operation({
        requestBody: {
          content: { 'application/json': { schema: object({ f: text }), encoding: { f: { contentType } } } },
        },
      });
    expect(judge(of('a/a'), of('b/b'))).toEqual(['text-changed encoding GET /x request application/json']);
  });

  test('a value that may be left out', () => {
    const of = (allowEmptyValue: boolean) =>
      operation({ parameters: [{ name: 'q', in: 'query', allowEmptyValue, ...schema }] });
    expect(judge(of(true), of(false))).toEqual(['!empty-value-forbidden request GET /x parameter q']);
    expect(judge(of(false), of(true))).toEqual(['empty-value-allowed request GET /x parameter q']);
  });
});

describe('names that schemas give themselves', () => {
  const of = (reference: object, type: string) =>
    thingOf(reference, {
      Thing: { $id: 'https://a.test/thing', $anchor: 'thing', $defs: { inner: { $anchor: 'inner', type } }, type },
      Loose: { $anchor: 'loose', type },
      Dynamic: { $dynamicAnchor: 'dynamic', type },
    });
  test.each([
    ['an anchor', { $ref: '#loose' }],
    ['an address', { $ref: 'https://a.test/thing' }],
    ['an anchor of an address', { $ref: 'https://a.test/thing#inner' }],
    ['a pointer below an address', { $ref: 'https://a.test/thing#/$defs/inner' }],
    ['a dynamic one', { $dynamicRef: '#dynamic' }],
  ])('%s', (_, reference) => {
    expect(judge(of(reference, 'string'), of(reference, 'string'))).toEqual([]);
    expect(judge(of(reference, 'string'), of(reference, 'integer')).filter((change) => change.startsWith('!'))).toEqual(
      [expect.stringContaining('!type-changed request'), expect.stringContaining('!type-changed response')],
    );
  });
});

describe('what is compared by nobody is named', () => {
  test('a keyword that no specification has', () => {
    expect(judge(thingOf({ ...text, foo: 1 }), thingOf({ ...text, foo: 2 }))).toEqual([
      'not compared #/paths/~1things/post/requestBody/content/application~1json/schema: nothing is known of "foo", which is another one now.',
      'not compared #/paths/~1things/post/responses/200/content/application~1json/schema: nothing is known of "foo", which is another one now.',
    ]);
    expect(judge(operation({ foo: 1 }), operation({ foo: 2 }))).toEqual([
      'not compared #/paths/~1x/get: nothing is known of "foo", which is another one now.',
    ]);
  });

  test('a limit of values that do not come', () => {
    expect(judge(thingOf({ ...text, maximum: 1 }), thingOf({ ...text, maximum: 2 }))).toContain(
      'text-changed maximum POST /things request application/json',
    );
  });

  test('a component that nobody uses, written in another way', () => {
    const unused = (A: object) => thingOf(text, { A, B: text });
    expect(judge(unused({ properties: { a: ref('B') } }), unused({ allOf: [{ properties: { a: text } }] }))).toEqual(
      [],
    );
    expect(judge(unused({ properties: { a: ref('B') } }), unused({ properties: { a: { const: 1 } } }))).toEqual([
      'unused-changed changed A',
    ]);
  });

  test('a response that nobody uses, written in another way', () => {
    const tree = { properties: { a: ref('B'), children: { items: ref('Tree') } } };
    const unused = (schema: object, version = '3.1.0') => ({
      ...documentOf({}, version),
      components: {
        schemas: { B: text, Tree: tree },
        responses: { Gone: { description: 'Gone.', content: { 'application/json': { schema } } } },
      },
    });
    expect(judge(unused(ref('Tree')), unused(tree))).toEqual([]);
    expect(judge(unused(ref('Tree')), unused({ properties: { ...tree.properties, a: text } }))).toEqual([]);
    const told = ['unused-changed changed Gone'];
    expect(judge(unused(ref('Tree')), unused({ properties: { a: text } }))).toEqual(told);
    expect(judge(unused(ref('Tree')), unused({ ...tree, required: ['a'] }))).toEqual(told);
    expect(judge(unused(ref('Tree')), unused({ ...ref('Tree'), title: 'A tree' }))).toEqual(told);
    expect(judge(unused(ref('Tree'), '3.0.3'), unused({ ...ref('Tree'), title: 'A tree' }, '3.0.3'))).toEqual([]);
  });

  test('a component that nobody uses', () => {
    expect(judge(thingOf(text, { A: text }), thingOf(text, { A: { type: 'integer' }, B: text }))).toEqual([
      'unused-changed changed A',
      'unused-changed added B',
    ]);
  });
});
