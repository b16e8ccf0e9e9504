import type { ChangeKindName } from './kinds.ts';

/** A keyword of OpenAPI or JSON Schema, and the kinds of change that report it. */
export interface Keyword {
  readonly tells: readonly ChangeKindName[];
  /** For a keyword of a schema: the types it restricts; all types if omitted. */
  readonly of?: readonly string[];
  /** For a keyword of a schema: it restricts no values. */
  readonly isAnnotation?: true;
}
type Keywords = Readonly<Record<string, Keyword>>;

const text: Keyword = { tells: ['text-changed'], isAnnotation: true };
const tells = (...kinds: readonly ChangeKindName[]): Keyword => ({ tells: kinds });
const about = (...kinds: readonly ChangeKindName[]): Keyword => ({ tells: kinds, isAnnotation: true });
/** Its contents are compared by their own keywords. */
const inside: Keyword = { tells: [] };
const limit = (...of: readonly string[]): Keyword => ({
  tells: ['limit-tightened', 'limit-loosened'],
  ...(of.length > 0 && { of }),
});
const rule = (...of: readonly string[]): Keyword => ({
  tells: ['limit-tightened', 'limit-loosened', 'limit-changed'],
  ...(of.length > 0 && { of }),
});
const union: Keyword = tells(
  ...(['member-added', 'member-removed', 'type-widened', 'type-narrowed', 'null-allowed', 'null-forbidden'] as const),
  ...(['value-added', 'value-removed', 'limit-tightened', 'limit-loosened', 'text-changed'] as const),
);
const lists = ['value-added', 'value-removed', 'values-listed', 'values-unlisted'] as const;
const types = ['type-widened', 'type-narrowed', 'type-changed', 'null-allowed', 'null-forbidden'] as const;
const shown = (noun: 'parameter' | 'header') => ({
  description: text,
  required: tells(`${noun}-became-required`, `${noun}-became-optional`),
  deprecated: about('deprecated', 'undeprecated'),
  style: tells(`${noun}-style-changed`),
  explode: tells(`${noun}-style-changed`),
  allowReserved: tells(`${noun}-style-changed`),
  schema: inside,
  content: inside,
  example: text,
  examples: text,
});
const described = { description: text, summary: text } as const;

/** Every keyword of OpenAPI 3.0, 3.1 and 3.2 and of JSON Schema 2020-12, by object. */
export const keywords = {
  document: {
    openapi: tells('specification-changed'),
    $self: text,
    info: inside,
    jsonSchemaDialect: text,
    servers: tells('servers-changed'),
    paths: tells('operation-added', 'operation-removed'),
    webhooks: tells('call-added', 'call-removed'),
    components: tells('unused-changed'),
    security: tells('security-tightened', 'security-loosened'),
    tags: text,
    externalDocs: text,
  },
  info: {
    ...{ title: text, summary: text, description: text, termsOfService: text },
    ...{ contact: text, license: text, version: text },
  },
  contact: { name: text, url: text, email: text },
  license: { name: text, identifier: text, url: text },
  server: { url: tells('servers-changed'), name: text, description: text, variables: tells('servers-changed') },
  serverVariable: { enum: tells('servers-changed'), default: tells('servers-changed'), description: text },
  components: {
    schemas: tells('unused-changed'),
    responses: tells('unused-changed'),
    parameters: tells('unused-changed'),
    examples: text,
    requestBodies: tells('unused-changed'),
    headers: tells('unused-changed'),
    securitySchemes: tells('unused-changed'),
    links: text,
    callbacks: tells('unused-changed'),
    pathItems: tells('unused-changed'),
    mediaTypes: tells('unused-changed'),
  },
  pathItem: {
    $ref: inside,
    ...described,
    servers: tells('servers-changed'),
    parameters: tells('parameter-added-optional', 'parameter-added-required', 'parameter-removed'),
    ...{ get: tells('operation-added', 'operation-removed'), put: tells('operation-added', 'operation-removed') },
    ...{ post: tells('operation-added', 'operation-removed'), delete: tells('operation-added', 'operation-removed') },
    ...{ options: tells('operation-added', 'operation-removed'), head: tells('operation-added', 'operation-removed') },
    ...{ patch: tells('operation-added', 'operation-removed'), trace: tells('operation-added', 'operation-removed') },
    query: tells('operation-added', 'operation-removed'),
    additionalOperations: tells('operation-added', 'operation-removed'),
  },
  operation: {
    ...described,
    tags: text,
    externalDocs: text,
    operationId: tells('operation-renamed'),
    parameters: tells('parameter-added-optional', 'parameter-added-required', 'parameter-removed'),
    requestBody: tells('body-added-optional', 'body-added-required', 'body-removed'),
    responses: tells('status-added', 'success-status-removed', 'error-status-removed', 'status-range-changed'),
    callbacks: tells('call-added', 'call-removed'),
    deprecated: about('deprecated', 'undeprecated'),
    security: tells('security-tightened', 'security-loosened'),
    servers: tells('servers-changed'),
  },
  externalDocs: { description: text, url: text },
  parameter: {
    name: tells('parameter-added-optional', 'parameter-added-required', 'parameter-removed', 'path-parameter-renamed'),
    in: tells('parameter-added-optional', 'parameter-added-required', 'parameter-removed'),
    ...shown('parameter'),
    allowEmptyValue: tells('empty-value-allowed', 'empty-value-forbidden'),
  },
  header: { ...shown('header'), allowEmptyValue: text },
  requestBody: {
    description: text,
    content: tells('media-type-added', 'media-type-removed', 'media-type-narrowed', 'media-type-widened'),
    required: tells('body-became-required', 'body-became-optional'),
  },
  mediaType: {
    description: text,
    schema: inside,
    itemSchema: tells('stream-description-changed'),
    example: text,
    examples: text,
    encoding: tells('encoding-changed'),
    prefixEncoding: tells('encoding-changed'),
    itemEncoding: tells('encoding-changed'),
  },
  encoding: {
    contentType: tells('encoding-changed'),
    headers: tells('header-added-optional', 'header-added-required', 'header-removed', 'header-style-changed'),
    style: tells('encoding-changed'),
    explode: tells('encoding-changed'),
    allowReserved: tells('encoding-changed'),
    encoding: tells('encoding-changed'),
    prefixEncoding: tells('encoding-changed'),
    itemEncoding: tells('encoding-changed'),
  },
  responses: { default: tells('status-added', 'success-status-removed', 'error-status-removed') },
  response: {
    ...described,
    headers: tells('header-added-optional', 'header-added-required', 'header-removed'),
    content: tells('media-type-added', 'media-type-removed', 'media-type-narrowed', 'media-type-widened'),
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
    type: tells('security-tightened', 'security-loosened'),
    description: text,
    name: tells('security-tightened', 'security-loosened'),
    in: tells('security-tightened', 'security-loosened'),
    scheme: tells('security-tightened', 'security-loosened'),
    bearerFormat: text,
    flows: tells('security-scheme-changed'),
    openIdConnectUrl: tells('security-scheme-changed'),
    oauth2MetadataUrl: tells('security-scheme-changed'),
    deprecated: about('deprecated', 'undeprecated'),
  },
  oauthFlows: {
    implicit: tells('security-tightened', 'security-loosened'),
    password: tells('security-tightened', 'security-loosened'),
    clientCredentials: tells('security-tightened', 'security-loosened'),
    authorizationCode: tells('security-tightened', 'security-loosened'),
    deviceAuthorization: tells('security-tightened', 'security-loosened'),
  },
  oauthFlow: {
    authorizationUrl: tells('security-scheme-changed'),
    deviceAuthorizationUrl: tells('security-scheme-changed'),
    tokenUrl: tells('security-scheme-changed'),
    refreshUrl: tells('security-scheme-changed'),
    scopes: tells('security-scheme-changed'),
  },
  schema: {
    type: tells(...types),
    nullable: about('null-allowed', 'null-forbidden'),
    enum: tells(...lists, 'null-allowed', 'null-forbidden'),
    const: tells(...lists, 'null-allowed', 'null-forbidden'),
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
      contentSchema: { tells: [...types, 'limit-tightened', 'limit-loosened'], of: ['string'] },
    },
    items: { tells: [...types, 'limit-tightened'], of: ['array'] },
    prefixItems: { tells: [...types], of: ['array'] },
    additionalItems: { tells: [...types], of: ['array'] },
    unevaluatedItems: { tells: [...types], of: ['array'] },
    ...{ maxItems: limit('array'), minItems: limit('array'), uniqueItems: limit('array') },
    ...{ contains: rule('array'), maxContains: limit('array'), minContains: limit('array') },
    properties: { tells: ['property-added-optional', 'property-added-required', 'property-removed'], of: ['object'] },
    required: {
      tells: ['property-became-required', 'property-became-optional', 'property-added-required'],
      of: ['object'],
    },
    additionalProperties: { tells: ['keys-closed', 'keys-opened', ...types], of: ['object'] },
    unevaluatedProperties: { tells: ['keys-closed', 'keys-opened', ...types], of: ['object'] },
    patternProperties: rule('object'),
    propertyNames: rule('object'),
    ...{ maxProperties: limit('object'), minProperties: limit('object') },
    ...{ dependentRequired: rule('object'), dependentSchemas: rule('object'), dependencies: rule('object') },
  },
  discriminator: {
    propertyName: tells('discriminator-changed'),
    mapping: tells('member-added', 'member-removed', 'text-changed'),
    defaultMapping: tells('default-member-changed'),
  },
  xml: {
    ...{ name: tells('xml-changed'), namespace: tells('xml-changed'), prefix: tells('xml-changed') },
    ...{ attribute: tells('xml-changed'), wrapped: tells('xml-changed'), nodeType: tells('xml-changed') },
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
  return found.tells.includes('text-changed') && (found.tells.length === 1 || name === 'xml') ? 'text' : 'code';
}

/** Whether a keyword of a schema restricts none of these types. */
export function isIdle(name: string, types: ReadonlySet<string>): boolean {
  const { of } = (Object.hasOwn(keywords.schema, name) && tables['schema']?.[name]) || {};
  return of !== undefined && !of.some((type) => types.has(type) || (type === 'number' && types.has('integer')));
}
