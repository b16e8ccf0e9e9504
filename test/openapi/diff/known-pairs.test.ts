import { describe, expect, test } from 'vitest';
import { condition } from './support/condition.ts';
import { documentOf, judge, judgeSchemas, thingOf } from './support/judge.ts';

const text = { type: 'string' };
const whole = { type: 'integer' };
const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });
const object = (properties: object, more: object = {}) => ({ type: 'object', properties, ...more });
const nothing = { request: [], response: [], texts: [] };
const wider = (kind: string) => ({ request: [kind], response: [`!${kind}`], texts: [] });
const narrower = (kind: string) => ({ request: [`!${kind}`], response: [kind], texts: [] });
const alike = (kind: string) => ({ request: [kind], response: [kind], texts: [] });
/** A text that changes in both messages. */
const texts = (kind: string) => ({ ...nothing, texts: [kind, kind] });

describe('schemas', () => {
  const dog = object({ kind: { const: 'dog' }, bark: text }, { required: ['kind'] });
  const cat = object({ kind: { const: 'cat' }, purr: text }, { required: ['kind'] });
  const components = { Dog: dog, Cat: cat, Color: { enum: ['red', 'green'] }, Name: text };
  const oneOf = (...members: object[]) => ({ oneOf: members });
  test.each([
    // Lists of values.
    ['a constant and a list of one', { const: 'a' }, { enum: ['a'] }, nothing],
    [
      'another constant',
      { const: 'a' },
      { const: 'b' },
      { ...nothing, request: ['!value-removed', 'value-added'], response: ['!value-added', 'value-removed'] },
    ],
    ['a constant that becomes any text', { type: 'string', const: 'a' }, text, wider('values-unlisted')],
    [
      'a list that null joins through a union',
      ref('Color'),
      oneOf({ type: 'null' }, ref('Color')),
      wider('null-allowed'),
    ],
    [
      'null in a list only',
      { type: ['string', 'null'], enum: ['a', null] },
      { type: ['string', 'null'], enum: ['a'] },
      narrower('null-forbidden'),
    ],
    ['a list in another order', { enum: ['a', 'b'] }, { enum: ['b', 'a'] }, nothing],
    ['a list with a repeat', { enum: ['a', 'a'] }, { enum: ['a'] }, nothing],
    [
      'values that differ in case',
      { enum: ['a'] },
      { enum: ['A'] },
      { ...nothing, request: ['!value-removed', 'value-added'], response: ['!value-added', 'value-removed'] },
    ],
    [
      'a limit that one value does not keep',
      { enum: ['a', 'bbb'] },
      { type: 'string', enum: ['a', 'bbb'], minLength: 2 },
      narrower('value-removed'),
    ],
    [
      'a limit that each value keeps',
      { enum: ['a', 'bbb'] },
      { type: 'string', enum: ['a', 'bbb'], maxLength: 3 },
      nothing,
    ],
    ['a pattern beside a list', { enum: ['a', 'b'] }, { enum: ['a', 'b'], pattern: '^a' }, alike('!limit-changed')],
    ['1 and 1.0', { enum: [1] }, { const: 1.0 }, nothing],
    ['1 and "1"', { enum: [1] }, { enum: ['1'] }, alike('!type-changed')],
    ['an object as a value, keys in another order', { const: { a: 1, b: 2 } }, { const: { b: 2, a: 1 } }, nothing],
    // Numbers.
    [
      'a bound that the next one replaces',
      { type: 'integer', minimum: 1 },
      { type: 'integer', exclusiveMinimum: 0 },
      nothing,
    ],
    [
      'a bound that is excluded',
      { type: 'number', minimum: 0 },
      { type: 'number', exclusiveMinimum: 0 },
      narrower('limit-tightened'),
    ],
    [
      'a bound of another side',
      { type: 'number', minimum: 0 },
      { type: 'number', maximum: 0 },
      { ...nothing, request: ['!limit-tightened', 'limit-loosened'], response: ['!limit-loosened', 'limit-tightened'] },
    ],
    ['a redundant bound', { type: 'number', minimum: 5 }, { type: 'number', minimum: 5, exclusiveMinimum: 2 }, nothing],
    [
      'int32 to int64',
      { type: 'integer', format: 'int32' },
      { type: 'integer', format: 'int64' },
      wider('limit-loosened'),
    ],
    [
      'multiples of six to multiples of three',
      { type: 'integer', multipleOf: 6 },
      { type: 'integer', multipleOf: 3 },
      wider('limit-loosened'),
    ],
    [
      'a smallest number above the largest',
      { type: 'integer', minimum: 1 },
      { type: 'integer', minimum: 2, maximum: 1 },
      {
        request: ['!limit-tightened', '!limit-tightened'],
        response: ['limit-tightened', 'limit-tightened'],
        texts: [],
      },
    ],
    // Texts.
    [
      'a pattern with an anchor',
      { type: 'string', pattern: 'a' },
      { type: 'string', pattern: '^a' },
      alike('!limit-changed'),
    ],
    ['no pattern any more', { type: 'string', pattern: '^a' }, text, wider('limit-loosened')],
    ['a length of null', text, { type: 'string', minLength: 0 }, nothing],
    ['an unknown format', text, { type: 'string', format: 'pet-name' }, narrower('limit-tightened')],
    [
      'properties of a text, written in another way',
      { type: 'string', properties: { a: ref('Name') } },
      { type: 'string', properties: { a: text } },
      nothing,
    ],
    ['a limit of another type', text, { type: 'string', maximum: 5 }, texts('text-changed')],
    // Arrays.
    ['items of any type', { type: 'array' }, { type: 'array', items: {} }, nothing],
    ['typed items', { type: 'array' }, { type: 'array', items: text }, narrower('type-narrowed')],
    [
      'a type in items of items',
      { type: 'array', items: { type: 'array', items: text } },
      { type: 'array', items: { type: 'array', items: whole } },
      alike('!type-changed'),
    ],
    [
      'a closed tuple',
      { type: 'array', prefixItems: [text] },
      { type: 'array', prefixItems: [text], items: false },
      narrower('limit-tightened'),
    ],
    [
      'repeats allowed',
      { type: 'array', uniqueItems: true },
      { type: 'array', uniqueItems: false },
      wider('limit-loosened'),
    ],
    // Objects.
    [
      'a type for values of a map',
      { type: 'object', additionalProperties: whole },
      { type: 'object', additionalProperties: text },
      alike('!type-changed'),
    ],
    [
      'values of a map through a reference',
      { type: 'object', additionalProperties: ref('Color') },
      { type: 'object', additionalProperties: { enum: ['red', 'green'] } },
      nothing,
    ],
    [
      'other keys spelled in two ways',
      object({ a: text }),
      object({ a: text }, { additionalProperties: true }),
      nothing,
    ],
    ['a property that no value fits', object({ a: text }), object({ a: { not: {} } }), alike('!property-removed')],
    [
      'a required key without a schema',
      object({ a: text }),
      object({ a: text }, { required: ['b'] }),
      narrower('property-added-required'),
    ],
    [
      'a required property with a default',
      object({}),
      object({ a: { type: 'string', default: 'x' } }, { required: ['a'] }),
      narrower('property-added-required'),
    ],
    [
      'an optional property that is closed out',
      object({ a: text }, { additionalProperties: false }),
      object({}, { additionalProperties: false }),
      alike('!property-removed'),
    ],
    [
      'a property that a map takes over',
      object({ a: text }),
      object({}, { additionalProperties: text }),
      { request: ['!type-narrowed'], response: ['type-narrowed'], texts: [] },
    ],
    [
      'a required property in another part',
      { allOf: [object({ a: text }), { required: ['a'] }] },
      object({ a: text }, { required: ['a'] }),
      nothing,
    ],
    [
      'what a dependent key needs',
      object({ a: text, b: text }),
      object({ a: text, b: text }, { dependentRequired: { a: ['b'] } }),
      narrower('limit-tightened'),
    ],
    [
      'a pattern for keys',
      { type: 'object' },
      { type: 'object', patternProperties: { '^x-': text } },
      narrower('limit-tightened'),
    ],
    // readOnly and writeOnly.
    [
      'required and readOnly',
      object({}),
      object({ a: { ...text, readOnly: true } }, { required: ['a'] }),
      { request: [], response: ['property-added-required'], texts: [] },
    ],
    [
      'required and writeOnly',
      object({}),
      object({ a: { ...text, writeOnly: true } }, { required: ['a'] }),
      { request: ['!property-added-required'], response: [], texts: [] },
    ],
    [
      'readOnly and required from now on',
      object({ a: { ...text, readOnly: true } }),
      object({ a: { ...text, readOnly: true } }, { required: ['a'] }),
      { request: [], response: ['property-became-required'], texts: [] },
    ],
    [
      'a readOnly property is gone',
      object({ a: { ...text, readOnly: true } }),
      object({}),
      { request: [], response: ['!property-removed'], texts: [] },
    ],
    [
      'readOnly beside a reference',
      object({ a: ref('Name') }),
      object({ a: { ...ref('Name'), readOnly: true } }),
      { request: ['!property-removed'], response: [], texts: [] },
    ],
    // Unions.
    ['one more member by its component', oneOf(ref('Dog')), oneOf(ref('Dog'), ref('Cat')), wider('member-added')],
    ['one schema as the only member', ref('Dog'), oneOf(ref('Dog')), nothing],
    ['a member that changes its place and its name', oneOf(ref('Dog'), ref('Cat')), oneOf(cat, dog), nothing],
    ['anyOf to oneOf', { anyOf: [ref('Dog'), ref('Cat')] }, oneOf(ref('Dog'), ref('Cat')), nothing],
    [
      'one of two members without names is replaced',
      oneOf(object({ a: text }), object({ b: text })),
      oneOf(object({ b: text }), object({ c: text })),
      {
        request: ['!property-removed', 'property-added-optional'],
        response: ['!property-removed', 'property-added-optional'],
        texts: [],
      },
    ],
    ['a member twice', oneOf(ref('Dog'), ref('Dog')), oneOf(ref('Dog')), nothing],
    [
      'a property of one member',
      oneOf(ref('Dog'), ref('Cat')),
      oneOf(ref('Dog'), object({ kind: { const: 'cat' } }, { required: ['kind'] })),
      alike('!property-removed'),
    ],
    [
      'a required property in one of two',
      object({ a: text, b: text }, { required: ['a', 'b'] }),
      oneOf(object({ a: text, b: text }, { required: ['a'] }), object({ a: text, b: text }, { required: ['b'] })),
      { ...wider('member-added'), texts: ['text-changed', 'text-changed'] },
    ],
    ['another type beside', oneOf(text, whole), oneOf(text, whole, { type: 'boolean' }), wider('type-widened')],
    ['nothing but null', { type: 'null' }, { type: ['string', 'null'] }, wider('type-widened')],
    [
      'a discriminator for the same members',
      oneOf(ref('Dog'), ref('Cat')),
      { ...oneOf(ref('Dog'), ref('Cat')), discriminator: { propertyName: 'kind' } },
      texts('text-changed'),
    ],
    [
      'a mapping by name or by reference',
      {
        ...oneOf(ref('Dog'), ref('Cat')),
        discriminator: { propertyName: 'kind', mapping: { dog: 'Dog', cat: 'Cat' } },
      },
      {
        ...oneOf(ref('Dog'), ref('Cat')),
        discriminator: {
          propertyName: 'kind',
          mapping: { cat: '#/components/schemas/Cat', dog: '#/components/schemas/Dog' },
        },
      },
      nothing,
    ],
    [
      'a mapping that points elsewhere',
      {
        ...oneOf(ref('Dog'), ref('Cat')),
        discriminator: { propertyName: 'kind', mapping: { dog: 'Dog', cat: 'Cat' } },
      },
      {
        ...oneOf(ref('Dog'), ref('Cat')),
        discriminator: { propertyName: 'kind', mapping: { dog: 'Cat', cat: 'Dog' } },
      },
      texts('text-changed'),
    ],
    [
      'another property tells members apart',
      { ...oneOf(ref('Dog'), ref('Cat')), discriminator: { propertyName: 'kind' } },
      { ...oneOf(ref('Dog'), ref('Cat')), discriminator: { propertyName: 'type' } },
      alike('!discriminator-changed'),
    ],
    // Conditions.
    [
      'a wider not',
      { ...text, not: { maxLength: 2 } },
      { ...text, not: { maxLength: 3 } },
      narrower('limit-tightened'),
    ],
    [
      'a condition',
      object({ a: text }),
      object({ a: text }, condition({ required: ['a'] }, { holds: { required: ['b'] } })),
      narrower('limit-tightened'),
    ],
    [
      'room for a first key',
      { type: 'object', maxProperties: 0 },
      { type: 'object', maxProperties: 1 },
      { request: ['limit-loosened', 'keys-opened'], response: ['!limit-loosened', 'keys-opened'], texts: [] },
    ],
    ['room for a first letter', { ...text, maxLength: 0 }, { ...text, maxLength: 1 }, wider('limit-loosened')],
    ['another only letter', { ...text, maxLength: 0 }, { enum: ['', 'a'] }, wider('value-added')],
    ['another only number', { ...whole, minimum: 3, maximum: 3 }, { enum: [3, 4] }, wider('value-added')],
    ['a rule in what is not not so', { not: { not: text } }, { not: { not: whole } }, alike('!type-changed')],
    [
      'a pattern beside a settled condition',
      { enum: ['a', 'b'], if: true, pattern: '^a' },
      { enum: ['a', 'b'], if: true, pattern: '^b' },
      alike('!limit-changed'),
    ],
    [
      'a property that `unevaluatedProperties` does not see',
      { allOf: [object({ a: text })], unevaluatedProperties: false },
      { allOf: [{ not: { not: object({ a: text }) } }], unevaluatedProperties: false },
      alike('!property-removed'),
    ],
    ['a condition without an effect', object({ a: text }), object({ a: text }, { if: { required: ['a'] } }), nothing],
    // Texts.
    [
      'a default for what had none',
      object({ a: text }),
      object({ a: { ...text, default: 'x' } }),
      { ...nothing, texts: ['default-added'] },
    ],
    [
      'a default of null',
      object({ a: { type: ['string', 'null'], default: 'x' } }),
      object({ a: { type: ['string', 'null'], default: null } }),
      { request: ['!default-changed'], response: ['default-changed'], texts: [] },
    ],
    [
      'a date of removal',
      { ...text, deprecated: true },
      { ...text, deprecated: true, 'x-sunset': '2027-01-01' },
      texts('text-changed'),
    ],
    ['an extension of a vendor', text, { ...text, 'x-order': 1 }, texts('text-changed')],
    ['an example', { ...text, examples: ['a'] }, { ...text, examples: ['b'] }, texts('text-changed')],
  ])('%s', (_, before, after, expected) => {
    expect(judgeSchemas(before, after, components)).toEqual(expected);
  });
});

describe('schemas of 3.0 and of later versions', () => {
  const components = { A: object({ a: text }) };
  const versions = (one: unknown, other: unknown) =>
    judge(thingOf(one, components, '3.0.3'), thingOf(other, components, '3.1.0'));
  test.each([
    [
      'an excluded bound',
      { type: 'number', minimum: 1, exclusiveMinimum: true },
      { type: 'number', exclusiveMinimum: 1 },
    ],
    [
      'a bound that is not excluded',
      { type: 'number', minimum: 1, exclusiveMinimum: false },
      { type: 'number', minimum: 1 },
    ],
    ['null', { type: 'string', nullable: true }, { type: ['string', 'null'] }],
    ['null beside a list', { type: 'string', nullable: true, enum: ['a', null] }, { enum: ['a', null] }],
    ['null beside a reference', { nullable: true, allOf: [ref('A')] }, { anyOf: [ref('A'), { type: 'null' }] }],
    ['not null', { type: 'string', nullable: false }, text],
    ['a file', { type: 'string', format: 'binary' }, { type: 'string', contentMediaType: 'application/octet-stream' }],
    ['an example', { type: 'string', enum: ['a'] }, { const: 'a' }],
  ])('%s', (_, one, other) => {
    expect(versions(one, other)).toEqual(['specification-changed openapi']);
  });
});

test('children of a parent that lists the tags of all, in another order', () => {
  const parent = object({ kind: { enum: ['dog', 'cat'] } }, { discriminator: { propertyName: 'kind' } });
  const child = (more: object) => ({ allOf: [ref('Pet'), object(more)] });
  const [dog, cat] = [child({ bark: text }), child({ purr: text })];
  const before = thingOf(ref('Pet'), { Pet: parent, Dog: dog, Cat: cat }, '3.0.3');
  expect(judge(before, thingOf(ref('Pet'), { Cat: cat, Dog: dog, Pet: parent }, '3.0.3'))).toEqual([]);
});

const ok = { description: 'ok' };
const get = (parts: object, more: object = {}) =>
  documentOf({ paths: { '/x': { get: { responses: { 200: ok }, ...parts } } }, ...more });
const query = (schema: object, more: object = {}) => get({ parameters: [{ name: 'q', in: 'query', schema, ...more }] });
const header = (schema: object) => get({ responses: { 200: { ...ok, headers: { 'X-Rate': { schema } } } } });
const body = (...types: string[]) => ({ content: Object.fromEntries(types.map((type) => [type, { schema: text }])) });
const part = (encoding: object) =>
  get({
    requestBody: {
      content: { 'multipart/form-data': { schema: object({ f: text }), encoding: { f: encoding } } },
    },
  });
const schemes = (securitySchemes: object) => ({ components: { securitySchemes } });
const keys = schemes({
  ...{ A: { type: 'apiKey', in: 'header', name: 'X-A' }, B: { type: 'apiKey', in: 'header', name: 'X-B' } },
  O: { type: 'oauth2', flows: { clientCredentials: { tokenUrl: 'https://a.test', scopes: { read: '', write: '' } } } },
});
const secured = (...security: object[]) => get({ security }, keys);
const called = (schema: object) =>
  get({
    callbacks: {
      done: {
        '{$request.query.url}': { post: { requestBody: { content: { 'a/a': { schema } } }, responses: { 200: ok } } },
      },
    },
  });
const hook = (schema: object) =>
  documentOf({
    webhooks: { done: { post: { requestBody: { content: { 'a/a': { schema } } }, responses: { 200: ok } } } },
  });

describe('operations', () => {
  test.each([
    // Parameters.
    [
      'null in a parameter',
      query({ type: ['string', 'null'] }),
      query(text),
      ['!null-forbidden request GET /x parameter q'],
    ],
    [
      'a value in a deep object',
      query(object({ a: { enum: ['x', 'y'] } }), { style: 'deepObject' }),
      query(object({ a: { enum: ['x'] } }), { style: 'deepObject' }),
      ['!value-removed request GET /x parameter q.a'],
    ],
    [
      'how a list is written',
      query({ type: 'array', items: text }),
      query({ type: 'array', items: text }, { explode: false }),
      ['!parameter-style-changed request GET /x parameter q'],
    ],
    [
      'the default of how a list is written',
      query({ type: 'array', items: text }),
      query({ type: 'array', items: text }, { style: 'form', explode: true }),
      [],
    ],
    [
      'a parameter of the path for all methods',
      documentOf({
        paths: {
          '/x': {
            parameters: [{ name: 'q', in: 'query', required: true, schema: text }],
            get: { responses: { 200: ok } },
          },
        },
      }),
      get({ parameters: [{ name: 'q', in: 'query', required: true, schema: text }] }),
      [],
    ],
    [
      'a parameter that moves',
      query(text),
      get({ parameters: [{ name: 'q', in: 'header', schema: text }] }),
      ['!parameter-removed request GET /x parameter q', 'parameter-added-optional request GET /x parameter q'],
    ],
    [
      'a header in another case',
      get({ parameters: [{ name: 'X-Id', in: 'header', schema: text }] }),
      get({ parameters: [{ name: 'x-id', in: 'header', schema: text }] }),
      [],
    ],
    [
      'a required parameter with a default',
      query(text),
      get({
        parameters: [
          { name: 'q', in: 'query', schema: text },
          { name: 'r', in: 'query', required: true, schema: { ...text, default: 'x' } },
        ],
      }),
      ['!parameter-added-required request GET /x parameter r'],
    ],
    ['a number as text', query(whole), query(text), ['type-widened request GET /x parameter q']],
    ['a text as a number', query(text), query(whole), ['!type-narrowed request GET /x parameter q']],
    [
      'a number as a text with a format',
      query(whole),
      query({ type: 'string', format: 'uuid' }),
      ['!type-changed request GET /x parameter q'],
    ],
    // Headers of responses.
    ['the type of a header', header(whole), header(text), ['!type-widened response GET /x 200 X-Rate']],
    ['the type of a header, back', header(text), header(whole), ['type-narrowed response GET /x 200 X-Rate']],
    [
      'a value of a header',
      header({ enum: ['a'] }),
      header({ enum: ['a', 'b'] }),
      ['!value-added response GET /x 200 X-Rate'],
    ],
    // Media types.
    [
      'a charset',
      get({ requestBody: body('text/plain') }),
      get({ requestBody: body('text/plain; charset=utf-8') }),
      [],
    ],
    [
      'a version in a media type',
      get({ requestBody: body('a/a; v=1') }),
      get({ requestBody: body('a/a; v=2') }),
      ['!media-type-removed request GET /x request a/a; v=1', 'media-type-added request GET /x request a/a; v=2'],
    ],
    [
      'a body that is required with the same content',
      get({ requestBody: body('a/a') }),
      get({ requestBody: { ...body('a/a'), required: true } }),
      ['!body-became-required request GET /x request'],
    ],
    [
      'one more media type of a part',
      part({ contentType: 'image/png' }),
      part({ contentType: 'image/jpeg, IMAGE/png' }),
      ['media-type-added request GET /x request multipart/form-data encoding f'],
    ],
    [
      'one media type of a part less',
      part({ contentType: 'image/jpeg,image/png' }),
      part({ contentType: 'image/png' }),
      ['!media-type-removed request GET /x request multipart/form-data encoding f'],
    ],
    [
      'a part whose media type the schema decides',
      part({ contentType: 'image/png' }),
      part({}),
      ['!encoding-changed contentType request GET /x request multipart/form-data encoding f'],
    ],
    // Security: one of several, and all of several.
    ['one more way', secured({ A: [] }), secured({ A: [] }, { B: [] }), ['security-loosened GET /x']],
    ['both at once', secured({ A: [] }), secured({ A: [], B: [] }), ['!security-tightened GET /x']],
    ['one of two where both were asked', secured({ A: [], B: [] }), secured({ A: [] }), ['security-loosened GET /x']],
    ['one more scope', secured({ O: ['read'] }), secured({ O: ['read', 'write'] }), ['!security-tightened GET /x']],
    ['a key in another place of the list', secured({ A: [] }, { B: [] }), secured({ B: [] }, { A: [] }), []],
    ['anybody, in two ways', secured({}), get({ security: [] }, keys), []],
    ['one may stay away', secured({ A: [] }), secured({ A: [] }, {}), ['security-loosened GET /x']],
    [
      'security of the document or of the operation',
      documentOf({ ...keys, security: [{ A: [] }], paths: { '/x': { get: { responses: { 200: ok } } } } }),
      secured({ A: [] }),
      [],
    ],
    // Servers.
    [
      'a variable in its place',
      get({}, { servers: [{ url: 'https://{v}.test', variables: { v: { default: 'a' } } }] }),
      get({}, { servers: [{ url: 'https://a.test' }] }),
      ['servers-changed servers'],
    ],
    [
      'one more value of a variable',
      get({}, { servers: [{ url: 'https://{v}.test', variables: { v: { default: 'a', enum: ['a'] } } }] }),
      get({}, { servers: [{ url: 'https://{v}.test', variables: { v: { default: 'a', enum: ['a', 'b'] } } }] }),
      ['servers-changed servers'],
    ],
    [
      'variables and their values in another order',
      get(
        {},
        { servers: [{ url: '/{v}/{w}', variables: { v: { default: 'a', enum: ['a', 'b'] }, w: { default: 'c' } } }] },
      ),
      get(
        {},
        { servers: [{ url: '/{v}/{w}', variables: { w: { default: 'c' }, v: { enum: ['b', 'a'], default: 'a' } } }] },
      ),
      [],
    ],
    [
      'a slash at the end',
      get({}, { servers: [{ url: 'https://a.test/v1' }] }),
      get({}, { servers: [{ url: 'HTTPS://A.test:443/v1/' }] }),
      [],
    ],
    // Calls of the service.
    [
      'what a callback sends',
      called(whole),
      called(text),
      ['!type-changed response GET /x callback done {$request.query.url} post request a/a'],
    ],
    [
      'a limit of a callback',
      called(text),
      called({ type: 'string', maxLength: 5 }),
      ['limit-tightened maxLength response GET /x callback done {$request.query.url} post request a/a'],
    ],
    [
      'what a webhook sends',
      hook({ enum: ['a'] }),
      hook({ enum: ['a', 'b'] }),
      ['!value-added response POST webhook done request a/a'],
    ],
    // Life cycle.
    ['an operation is deprecated', get({}), get({ deprecated: true }), ['deprecated GET /x']],
    [
      'a deprecated operation is gone',
      get({ deprecated: true }),
      documentOf({ paths: { '/x': { put: { responses: { 200: ok } } } } }),
      ['!operation-removed GET /x', 'operation-added PUT /x'],
    ],
    [
      'a link',
      get({ responses: { 200: { ...ok, links: { next: { operationId: 'a' } } } } }),
      get({ responses: { 200: { ...ok, links: { next: { operationId: 'b' } } } } }),
      ['text-changed links GET /x 200'],
    ],
    ['tags of operations', get({ tags: ['a'] }), get({ tags: ['b'] }), ['text-changed tags GET /x']],
  ])('%s', (_, before, after, expected) => {
    expect(judge(before, after)).toEqual(expected);
  });
});
