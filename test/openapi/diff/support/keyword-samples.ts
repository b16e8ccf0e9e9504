import type { keywords } from '../../../../src/openapi/diff/keywords.ts';
import { documentOf, thingOf } from './judge.ts';

type Kind = keyof typeof keywords;
/** Two values of a keyword, and what else its object has. */
type Sample = readonly [before: unknown, after: unknown, more?: object];

const text = { type: 'string' };
const number = { type: 'integer' };
const ok = { description: 'ok' };
const answers = { responses: { 200: ok } };
const operation = (parts: object) => documentOf({ paths: { '/x': { get: { ...answers, ...parts } } } });
const response = (parts: object) => operation({ responses: { 200: { ...ok, ...parts } } });
const secured = (scheme: object) =>
  documentOf({
    security: [{ k: [] }],
    paths: { '/x': { get: answers } },
    components: { securitySchemes: { k: scheme } },
  });
const flow = (parts: object) => secured({ type: 'oauth2', flows: { clientCredentials: { scopes: {}, ...parts } } });
const string = (before: unknown, after: unknown, more: object = {}): Sample => [before, after, { ...text, ...more }];
const array = (before: unknown, after: unknown, more: object = {}): Sample => [
  before,
  after,
  { type: 'array', ...more },
];
const object = (before: unknown, after: unknown, more: object = {}): Sample => [
  before,
  after,
  { type: 'object', ...more },
];
const conditional: Sample = [{ maxProperties: 1 }, { maxProperties: 2 }, { type: 'object', if: { required: ['a'] } }];
const numeric = (before: unknown, after: unknown): Sample => [before, after, { type: 'number' }];
const named = { propertyName: 'kind' };
const media = { 'application/json': { schema: text } };

/** A document that has an object of a kind, for each kind. */
export const documents: Readonly<Record<Kind, (parts: object) => object>> = {
  document: (parts) => ({ openapi: '3.1.0', info: { title: 'T', version: '1' }, ...parts }),
  info: (info) => documentOf({ info }),
  contact: (contact) => documentOf({ info: { title: 'T', version: '1', contact } }),
  license: (license) => documentOf({ info: { title: 'T', version: '1', license } }),
  server: (server) => documentOf({ servers: [{ url: '/', ...server }], paths: { '/x': { get: answers } } }),
  serverVariable: (v) =>
    documentOf({ servers: [{ url: 'https://{v}.test', variables: { v } }], paths: { '/x': { get: answers } } }),
  components: (components) => documentOf({ components }),
  pathItem: (item) =>
    documentOf({ paths: { '/x': item }, components: { pathItems: { A: { get: answers }, B: { put: answers } } } }),
  operation,
  externalDocs: (externalDocs) => documentOf({ externalDocs }),
  parameter: (parameter) => operation({ parameters: [{ name: 'q', in: 'query', ...parameter }] }),
  header: (header) => response({ headers: { 'X-H': header } }),
  requestBody: (requestBody) => operation({ requestBody }),
  mediaType: (mediaType) => operation({ requestBody: { content: { 'multipart/form-data': mediaType } } }),
  encoding: (encoding) =>
    operation({
      requestBody: { content: { 'multipart/form-data': { schema: { type: 'object' }, encoding: { f: encoding } } } },
    }),
  responses: (responses) => operation({ responses }),
  response: (parts) => response(parts),
  example: (example) => response({ content: { 'a/a': { examples: { e: example } } } }),
  link: (link) => response({ links: { l: link } }),
  tag: (tag) => documentOf({ tags: [tag] }),
  reference: (reference) => ({
    ...operation({ responses: { 200: reference } }),
    components: { responses: { A: ok, B: { ...ok, content: media } } },
  }),
  securityScheme: secured,
  oauthFlows: (flows) => secured({ type: 'oauth2', flows }),
  oauthFlow: flow,
  schema: (schema) =>
    thingOf(schema, {
      ...{ A: text, B: number, C: { type: 'object' } },
      ...{ a: { $dynamicAnchor: 'a', ...text }, b: { $dynamicAnchor: 'b', ...number } },
    }),
  discriminator: (discriminator) => {
    const tagged = (value: string) => ({ type: 'object', properties: { kind: text, [value]: text } });
    const refs = ['A', 'B'].map((name) => ({ $ref: `#/components/schemas/${name}` }));
    return thingOf({ oneOf: refs, discriminator }, { A: tagged('a'), B: tagged('b') });
  },
  xml: (xml) => response({ content: { 'application/xml': { schema: { ...text, xml } } } }),
};

const texts = (...names: string[]): Record<string, Sample> =>
  Object.fromEntries(names.map((name) => [name, ['one', 'other']]));
const operations = (...names: string[]): Record<string, Sample> =>
  Object.fromEntries(names.map((name) => [name, [undefined, answers]]));
const urls = (...names: string[]): Record<string, Sample> =>
  Object.fromEntries(names.map((name) => [name, ['https://a.test/x', 'https://b.test/x']]));
const flows = (...names: string[]): Record<string, Sample> =>
  Object.fromEntries(names.map((name) => [name, [undefined, { scopes: {} }]]));
const unused = (...names: string[]): Record<string, Sample> =>
  Object.fromEntries(names.map((name) => [name, [{ A: ok }, { A: {} }]]));
const noted = (name: string, parts: object) => [{ f: { [name]: undefined } }, { f: parts }] as const;

/** Two values for each keyword that mean something else. */
export const samples: Readonly<Record<Kind, Readonly<Record<string, Sample>>>> = {
  document: {
    openapi: ['3.1.0', '3.2.0'],
    $self: ['https://a.test/a', 'https://a.test/b'],
    info: [{ title: 'A' }, { title: 'B' }],
    servers: [[{ url: '/a' }], [{ url: '/b' }]],
    paths: [{}, { '/x': { get: answers } }],
    webhooks: [{}, { x: { post: answers } }],
    components: [{ schemas: { A: text } }, { schemas: {} }],
    security: [[], [{ k: [] }], { paths: { '/x': { get: answers } } }],
    tags: [[], [{ name: 'a' }]],
    externalDocs: [{ url: 'a' }, { url: 'b' }],
    ...texts('jsonSchemaDialect'),
  },
  info: {
    ...texts('title', 'summary', 'description', 'termsOfService', 'version'),
    contact: [{}, { name: 'a' }],
    license: [{ name: 'a' }, { name: 'b' }],
  },
  contact: texts('name', 'url', 'email'),
  license: texts('name', 'identifier', 'url'),
  server: { url: ['/a', '/b'], ...texts('name', 'description'), variables: [{}, { v: { default: 'a' } }] },
  serverVariable: { enum: [['a'], ['b']], default: ['a', 'b'], ...texts('description') },
  components: {
    ...unused('schemas', 'responses', 'parameters', 'requestBodies', 'headers', 'securitySchemes', 'callbacks'),
    ...unused('pathItems', 'mediaTypes'),
    ...unused('examples', 'links'),
  },
  pathItem: {
    $ref: ['#/components/pathItems/A', '#/components/pathItems/B'],
    summary: ['one', 'other', { get: answers }],
    description: ['one', 'other', { get: answers }],
    servers: [[{ url: '/a' }], [{ url: '/b' }], { get: answers }],
    parameters: [[], [{ name: 'q', in: 'query', schema: text }], { get: answers }],
    ...operations('get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace', 'query'),
    additionalOperations: [{}, { COPY: answers }],
  },
  operation: {
    ...texts('summary', 'description', 'operationId'),
    tags: [['a'], ['b']],
    externalDocs: [{ url: 'a' }, { url: 'b' }],
    parameters: [[], [{ name: 'q', in: 'query', schema: text }]],
    requestBody: [undefined, { content: media }],
    responses: [{ 200: ok }, { 200: ok, 404: ok }],
    callbacks: [{}, { onEnd: { '{$url}': { post: answers } } }],
    deprecated: [false, true],
    security: [[], [{ k: [] }]],
    servers: [[{ url: '/a' }], [{ url: '/b' }]],
  },
  externalDocs: texts('description', 'url'),
  parameter: {
    name: ['a', 'b', { schema: text }],
    in: ['query', 'header', { schema: text }],
    ...texts('description', 'example'),
    required: [false, true],
    deprecated: [false, true],
    style: ['form', 'pipeDelimited'],
    explode: [false, true],
    allowReserved: [false, true],
    schema: [text, number],
    content: [{ 'application/json': { schema: text } }, { 'application/json': { schema: number } }],
    examples: [{}, { a: { value: 1 } }],
    allowEmptyValue: [false, true],
  },
  header: {
    ...texts('description', 'example', 'allowEmptyValue'),
    required: [false, true],
    deprecated: [false, true],
    style: ['simple', 'form'],
    explode: [false, true],
    allowReserved: [false, true],
    schema: [text, number],
    content: [{ 'application/json': { schema: text } }, { 'application/json': { schema: number } }],
    examples: [{}, { a: { value: 1 } }],
  },
  requestBody: { ...texts('description'), content: [{}, media], required: [false, true] },
  mediaType: {
    ...texts('description', 'example'),
    schema: [text, number],
    itemSchema: [undefined, number],
    examples: [{}, { a: { value: 1 } }],
    encoding: [...noted('contentType', { contentType: 'a/a' }), { schema: { type: 'object' } }],
    prefixEncoding: [[{ contentType: 'a/a' }], [{ contentType: 'b/b' }]],
    itemEncoding: [{ contentType: 'a/a' }, { contentType: 'b/b' }],
  },
  encoding: {
    contentType: ['a/a', 'b/b'],
    headers: [{ 'X-A': { schema: text } }, { 'X-A': { schema: text, explode: true } }],
    style: ['form', 'pipeDelimited', { explode: false }],
    explode: [false, true],
    allowReserved: [false, true],
    encoding: [{ g: { contentType: 'a/a' } }, { g: { contentType: 'b/b' } }],
    prefixEncoding: [[{ contentType: 'a/a' }], [{ contentType: 'b/b' }]],
    itemEncoding: [{ contentType: 'a/a' }, { contentType: 'b/b' }],
  },
  responses: { default: [undefined, ok, { 200: ok }] },
  response: {
    ...texts('summary', 'description'),
    headers: [{}, { 'X-A': { schema: text } }],
    content: [{}, media],
    links: [{}, { a: { operationId: 'b' } }],
  },
  example: texts('summary', 'description', 'value', 'externalValue', 'dataValue', 'serializedValue'),
  link: texts('operationRef', 'operationId', 'parameters', 'requestBody', 'description', 'server'),
  tag: texts('name', 'summary', 'description', 'externalDocs', 'parent', 'kind'),
  reference: {
    $ref: ['#/components/responses/A', '#/components/responses/B'],
    summary: ['one', 'other', { $ref: '#/components/responses/A' }],
    description: ['one', 'other', { $ref: '#/components/responses/A' }],
  },
  securityScheme: {
    type: ['mutualTLS', 'http', { scheme: 'basic' }],
    ...texts('description'),
    name: ['a', 'b', { type: 'apiKey', in: 'query' }],
    in: ['query', 'header', { type: 'apiKey', name: 'a' }],
    scheme: ['basic', 'bearer', { type: 'http' }],
    bearerFormat: ['a', 'b', { type: 'http', scheme: 'bearer' }],
    flows: [{ password: { tokenUrl: 'a' } }, { password: { tokenUrl: 'b' } }, { type: 'oauth2' }],
    openIdConnectUrl: ['https://a.test', 'https://b.test', { type: 'openIdConnect' }],
    oauth2MetadataUrl: ['https://a.test', 'https://b.test', { type: 'oauth2' }],
    deprecated: [false, true, { type: 'mutualTLS' }],
  },
  oauthFlows: flows('implicit', 'password', 'clientCredentials', 'authorizationCode', 'deviceAuthorization'),
  oauthFlow: {
    ...urls('authorizationUrl', 'deviceAuthorizationUrl', 'tokenUrl', 'refreshUrl'),
    scopes: [{ a: '' }, { b: '' }],
  },
  schema: {
    type: ['string', 'integer'],
    nullable: string(false, true),
    enum: [['a'], ['b']],
    const: ['a', 'b'],
    ...texts('title', 'description', 'example', 'externalDocs', '$comment', '$schema', '$vocabulary', 'examples'),
    default: string('a', 'b'),
    deprecated: string(false, true),
    readOnly: [{ ...text, readOnly: true }, text],
    writeOnly: [{ ...text, writeOnly: true }, text],
    xml: string({ name: 'a' }, { name: 'b' }),
    discriminator: object({ propertyName: 'a' }, { propertyName: 'b' }),
    $ref: ['#/components/schemas/A', '#/components/schemas/B'],
    $dynamicRef: ['#a', '#b'],
    $recursiveRef: ['#a', '#b'],
    allOf: [[text], [number]],
    anyOf: [[text], [text, number]],
    oneOf: [[text], [text, number]],
    not: [{ const: 'a' }, { const: 'b' }],
    if: object({ required: ['a'] }, { required: ['b'] }, { else: { required: ['c'] } }),
    ...Object.fromEntries(['then', 'else'].map((name) => [name, conditional])),
    ...{ maximum: numeric(1, 2), minimum: numeric(1, 2), multipleOf: numeric(1.5, 2) },
    ...{ exclusiveMaximum: numeric(1, 2), exclusiveMinimum: numeric(1, 2) },
    ...{ maxLength: string(1, 2), minLength: string(1, 2), pattern: string('a', 'b'), format: string('a', 'b') },
    ...{ contentEncoding: string('a', 'b'), contentMediaType: string('a/a', 'b/b') },
    contentSchema: string(text, number),
    items: array(text, number),
    prefixItems: array([text], [number]),
    additionalItems: array(text, number, { items: [text] }),
    unevaluatedItems: array(text, number),
    ...{ maxItems: array(1, 2), minItems: array(1, 2), uniqueItems: array(true, false) },
    contains: array(text, number),
    maxContains: array(2, 3, { contains: text }),
    minContains: array(2, 3, { contains: text }),
    properties: object({}, { a: text }),
    required: object([], ['a'], { properties: { a: text } }),
    additionalProperties: object(false, true),
    unevaluatedProperties: object(false, true),
    patternProperties: object({ a: text }, {}),
    propertyNames: object({ maxLength: 1 }, { maxLength: 2 }),
    ...{ maxProperties: object(1, 2), minProperties: object(1, 2) },
    dependentRequired: object({ a: ['b'] }, { a: ['c'] }),
    dependentSchemas: object({ a: { required: ['b'] } }, {}),
    dependencies: object({ a: ['b'] }, { a: ['c'] }),
  },
  discriminator: {
    propertyName: ['kind', 'type'],
    mapping: [{ a: 'A', b: 'B' }, { x: 'A', b: 'B' }, named],
    defaultMapping: ['A', 'B', named],
  },
  xml: {
    ...texts('name', 'namespace', 'prefix', 'nodeType'),
    ...{ attribute: [false, true], wrapped: [false, true] },
  },
};
