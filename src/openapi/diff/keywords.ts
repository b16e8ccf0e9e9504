import type { ChangeKindName } from './kinds.ts';

/** A keyword of OpenAPI or JSON Schema, and the kinds of change that report it. */
export interface Keyword {
  readonly reportedAs: readonly ChangeKindName[];
  /** For a keyword of a schema: the types it restricts; all types if omitted. */
  readonly of?: readonly string[];
  /** For a keyword of a schema: it restricts no values. */
  readonly isAnnotation?: true;
}
type Keywords = Readonly<Record<string, Keyword>>;

const text: Keyword = { reportedAs: ['text-changed'], isAnnotation: true };
const reportedAs = (...kinds: readonly ChangeKindName[]): Keyword => ({ reportedAs: kinds });
const about = (...kinds: readonly ChangeKindName[]): Keyword => ({ reportedAs: kinds, isAnnotation: true });
/** Its contents are compared by their own keywords. */
const inside: Keyword = { reportedAs: [] };
const limit = (...of: readonly string[]): Keyword => ({
  reportedAs: ['limit-tightened', 'limit-loosened'],
  ...(of.length > 0 && { of }),
});
const rule = (...of: readonly string[]): Keyword => ({
  reportedAs: ['limit-tightened', 'limit-loosened', 'limit-changed'],
  ...(of.length > 0 && { of }),
});
const union: Keyword = reportedAs(
  ...(['member-added', 'member-removed', 'type-widened', 'type-narrowed', 'null-allowed', 'null-forbidden'] as const),
  ...(['value-added', 'value-removed', 'limit-tightened', 'limit-loosened', 'text-changed'] as const),
);
const lists = ['value-added', 'value-removed', 'values-listed', 'values-unlisted'] as const;
const types = ['type-widened', 'type-narrowed', 'type-changed', 'null-allowed', 'null-forbidden'] as const;
const part = reportedAs('encoding-changed', 'media-type-added', 'media-type-removed');
const shown = (noun: 'parameter' | 'header') => ({
  description: text,
  required: reportedAs(`${noun}-became-required`, `${noun}-became-optional`),
  deprecated: about('deprecated', 'undeprecated'),
  style: reportedAs(`${noun}-style-changed`),
  explode: reportedAs(`${noun}-style-changed`),
  allowReserved: reportedAs(`${noun}-style-changed`),
  schema: inside,
  content: inside,
  example: text,
  examples: text,
});
const described = { description: text, summary: text } as const;

/** Every keyword of OpenAPI 3.0, 3.1 and 3.2 and of JSON Schema 2020-12, by object. */
export const keywords = {
  document: {
    openapi: reportedAs('specification-changed'),
    $self: text,
    info: inside,
    jsonSchemaDialect: text,
    servers: reportedAs('servers-changed'),
    paths: reportedAs('operation-added', 'operation-removed'),
    webhooks: reportedAs('call-added', 'call-removed'),
    components: reportedAs('unused-changed'),
    security: reportedAs('security-tightened', 'security-loosened'),
    tags: text,
    externalDocs: text,
  },
  info: {
    ...{ title: text, summary: text, description: text, termsOfService: text },
    ...{ contact: text, license: text, version: text },
  },
  contact: { name: text, url: text, email: text },
  license: { name: text, identifier: text, url: text },
  server: {
    url: reportedAs('servers-changed'),
    name: text,
    description: text,
    variables: reportedAs('servers-changed'),
  },
  serverVariable: { enum: reportedAs('servers-changed'), default: reportedAs('servers-changed'), description: text },
  components: {
    schemas: reportedAs('unused-changed'),
    responses: reportedAs('unused-changed'),
    parameters: reportedAs('unused-changed'),
    examples: text,
    requestBodies: reportedAs('unused-changed'),
    headers: reportedAs('unused-changed'),
    securitySchemes: reportedAs('unused-changed'),
    links: text,
    callbacks: reportedAs('unused-changed'),
    pathItems: reportedAs('unused-changed'),
    mediaTypes: reportedAs('unused-changed'),
  },
  pathItem: {
    $ref: inside,
    ...described,
    servers: reportedAs('servers-changed'),
    parameters: reportedAs('parameter-added-optional', 'parameter-added-required', 'parameter-removed'),
    ...{
      get: reportedAs('operation-added', 'operation-removed'),
      put: reportedAs('operation-added', 'operation-removed'),
    },
    ...{
      post: reportedAs('operation-added', 'operation-removed'),
      delete: reportedAs('operation-added', 'operation-removed'),
    },
    ...{
      options: reportedAs('operation-added', 'operation-removed'),
      head: reportedAs('operation-added', 'operation-removed'),
    },
    ...{
      patch: reportedAs('operation-added', 'operation-removed'),
      trace: reportedAs('operation-added', 'operation-removed'),
    },
    query: reportedAs('operation-added', 'operation-removed'),
    additionalOperations: reportedAs('operation-added', 'operation-removed'),
  },
  operation: {
    ...described,
    tags: text,
    externalDocs: text,
    operationId: reportedAs('operation-renamed'),
    parameters: reportedAs('parameter-added-optional', 'parameter-added-required', 'parameter-removed'),
    requestBody: reportedAs('body-added-optional', 'body-added-required', 'body-removed'),
    responses: reportedAs('status-added', 'success-status-removed', 'error-status-removed', 'status-range-changed'),
    callbacks: reportedAs('call-added', 'call-removed'),
    deprecated: about('deprecated', 'undeprecated'),
    security: reportedAs('security-tightened', 'security-loosened'),
    servers: reportedAs('servers-changed'),
  },
  externalDocs: { description: text, url: text },
  parameter: {
    name: reportedAs(
      'parameter-added-optional',
      'parameter-added-required',
      'parameter-removed',
      'path-parameter-renamed',
    ),
    in: reportedAs('parameter-added-optional', 'parameter-added-required', 'parameter-removed'),
    ...shown('parameter'),
    allowEmptyValue: reportedAs('empty-value-allowed', 'empty-value-forbidden'),
  },
  header: { ...shown('header'), allowEmptyValue: text },
  requestBody: {
    description: text,
    content: reportedAs('media-type-added', 'media-type-removed', 'media-type-narrowed', 'media-type-widened'),
    required: reportedAs('body-became-required', 'body-became-optional'),
  },
  mediaType: {
    description: text,
    schema: inside,
    itemSchema: reportedAs('stream-description-changed'),
    example: text,
    examples: text,
    encoding: part,
    prefixEncoding: part,
    itemEncoding: part,
  },
  encoding: {
    contentType: part,
    headers: reportedAs('header-added-optional', 'header-added-required', 'header-removed', 'header-style-changed'),
    style: reportedAs('encoding-changed'),
    explode: reportedAs('encoding-changed'),
    allowReserved: reportedAs('encoding-changed'),
    encoding: part,
    prefixEncoding: part,
    itemEncoding: part,
  },
  responses: { default: reportedAs('status-added', 'success-status-removed', 'error-status-removed') },
  response: {
    ...described,
    headers: reportedAs('header-added-optional', 'header-added-required', 'header-removed'),
    content: reportedAs('media-type-added', 'media-type-removed', 'media-type-narrowed', 'media-type-widened'),
    links: text,
  },
  example: {
    ...described,
    ...{ value: text, externalValue: text, dataValue: text, serializedValue: text },
  },
  link: {
    ...{ operationRef: text, operationId: text, parameters: text, requestBody: text, description: text, server: text },
  },
  tag: { name: text, summary: text, description: text, externalDocs: text, parent: text, kind: text },
  reference: { $ref: inside, summary: text, description: text },
  securityScheme: {
    type: reportedAs('security-tightened', 'security-loosened'),
    description: text,
    name: reportedAs('security-tightened', 'security-loosened'),
    in: reportedAs('security-tightened', 'security-loosened'),
    scheme: reportedAs('security-tightened', 'security-loosened'),
    bearerFormat: text,
    flows: reportedAs('security-scheme-changed'),
    openIdConnectUrl: reportedAs('security-scheme-changed'),
    oauth2MetadataUrl: reportedAs('security-scheme-changed'),
    deprecated: about('deprecated', 'undeprecated'),
  },
  oauthFlows: {
    implicit: reportedAs('security-tightened', 'security-loosened'),
    password: reportedAs('security-tightened', 'security-loosened'),
    clientCredentials: reportedAs('security-tightened', 'security-loosened'),
    authorizationCode: reportedAs('security-tightened', 'security-loosened'),
    deviceAuthorization: reportedAs('security-tightened', 'security-loosened'),
  },
  oauthFlow: {
    authorizationUrl: reportedAs('security-scheme-changed'),
    deviceAuthorizationUrl: reportedAs('security-scheme-changed'),
    tokenUrl: reportedAs('security-scheme-changed'),
    refreshUrl: reportedAs('security-scheme-changed'),
    scopes: reportedAs('security-scheme-changed'),
  },
  schema: {
    type: reportedAs(...types),
    nullable: about('null-allowed', 'null-forbidden'),
    enum: reportedAs(...lists, 'null-allowed', 'null-forbidden'),
    const: reportedAs(...lists, 'null-allowed', 'null-forbidden'),
    ...{ title: text, description: text, example: text, examples: text, externalDocs: text, $comment: text },
    default: about('default-added', 'default-changed'),
    deprecated: about('deprecated', 'undeprecated'),
    readOnly: about('property-added-optional', 'property-added-required', 'property-removed'),
    writeOnly: about('property-added-optional', 'property-added-required', 'property-removed'),
    xml: about('xml-changed', 'text-changed'),
    discriminator: about(
      'discriminator-changed',
      'default-member-changed',
      'member-added',
      'member-removed',
      'text-changed',
    ),
    ...{ $id: about(), $schema: text, $anchor: about(), $dynamicAnchor: about(), $recursiveAnchor: about() },
    ...{ $defs: about(), definitions: about(), $vocabulary: text },
    ...{ $ref: inside, $dynamicRef: inside, $recursiveRef: inside },
    ...{ allOf: inside, anyOf: union, oneOf: union },
    not: rule(),
    if: rule(),
    // biome-ignore lint/suspicious/noThenProperty: It is a keyword, and nobody awaits the table.
    then: rule(),
    else: rule(),
    ...{ maximum: limit('number'), minimum: limit('number') },
    ...{ exclusiveMaximum: limit('number'), exclusiveMinimum: limit('number'), multipleOf: rule('number') },
    ...{ maxLength: limit('string'), minLength: limit('string'), pattern: rule('string') },
    format: rule('string', 'number'),
    ...{
      contentEncoding: rule('string'),
      contentMediaType: rule('string'),
      contentSchema: { reportedAs: [...types, 'limit-tightened', 'limit-loosened'], of: ['string'] },
    },
    items: { reportedAs: [...types, 'limit-tightened'], of: ['array'] },
    prefixItems: { reportedAs: [...types], of: ['array'] },
    additionalItems: { reportedAs: [...types], of: ['array'] },
    unevaluatedItems: { reportedAs: [...types], of: ['array'] },
    ...{ maxItems: limit('array'), minItems: limit('array'), uniqueItems: limit('array') },
    ...{ contains: rule('array'), maxContains: limit('array'), minContains: limit('array') },
    properties: {
      reportedAs: ['property-added-optional', 'property-added-required', 'property-removed'],
      of: ['object'],
    },
    required: {
      reportedAs: ['property-became-required', 'property-became-optional', 'property-added-required'],
      of: ['object'],
    },
    additionalProperties: { reportedAs: ['keys-closed', 'keys-opened', ...types], of: ['object'] },
    unevaluatedProperties: { reportedAs: ['keys-closed', 'keys-opened', ...types], of: ['object'] },
    patternProperties: rule('object'),
    propertyNames: rule('object'),
    ...{ maxProperties: limit('object'), minProperties: limit('object') },
    ...{ dependentRequired: rule('object'), dependentSchemas: rule('object'), dependencies: rule('object') },
  },
  discriminator: {
    propertyName: reportedAs('discriminator-changed'),
    mapping: reportedAs('member-added', 'member-removed', 'text-changed'),
    defaultMapping: reportedAs('default-member-changed'),
  },
  xml: {
    ...{ name: reportedAs('xml-changed'), namespace: reportedAs('xml-changed'), prefix: reportedAs('xml-changed') },
    ...{
      attribute: reportedAs('xml-changed'),
      wrapped: reportedAs('xml-changed'),
      nodeType: reportedAs('xml-changed'),
    },
  },
} as const satisfies Readonly<Record<string, Keywords>>;

const tables: Readonly<Record<string, Keywords>> = keywords;

/** The keywords of a schema that restrict no values. */
export const annotations: ReadonlySet<string> = new Set(
  Object.entries<Keyword>(keywords.schema).flatMap(([name, { isAnnotation }]) => (isAnnotation ? [name] : [])),
);

/** Whether a keyword is a text or is compared by other code; null for an unknown keyword. */
export function handledBy(kind: keyof typeof keywords, name: string): 'text' | 'code' | null {
  if (name.startsWith('x-')) return 'text';
  const found = Object.hasOwn(tables[kind] ?? {}, name) ? tables[kind]?.[name] : undefined;
  if (!found) return null;
  return found.reportedAs.includes('text-changed') && (found.reportedAs.length === 1 || name === 'xml')
    ? 'text'
    : 'code';
}

/** Whether a keyword of a schema restricts none of these types. */
export function isIdle(name: string, types: ReadonlySet<string>): boolean {
  const { of } = (Object.hasOwn(keywords.schema, name) && tables['schema']?.[name]) || {};
  return of !== undefined && !of.some((type) => types.has(type) || (type === 'number' && types.has('integer')));
}
