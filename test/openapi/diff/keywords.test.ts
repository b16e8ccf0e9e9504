import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Keyword, keywords } from '../../../src/openapi/diff/keywords.ts';
import { diffDocuments } from '../../../src/openapi/index.ts';
import { at, isObject, type Json } from '../../../src/openapi/json.ts';
import { documents, samples } from './support/keyword-samples.ts';

type Kind = keyof typeof keywords;
const kinds = Object.keys(keywords) as Kind[]; // The keys of a table of our own.

/** The objects of the meta-schemas, by the name of our table. */
const definitions: Readonly<Record<string, Kind | null>> = {
  '': 'document',
  ...{ info: 'info', Info: 'info', contact: 'contact', Contact: 'contact', license: 'license', License: 'license' },
  ...{ server: 'server', Server: 'server', 'server-variable': 'serverVariable', ServerVariable: 'serverVariable' },
  ...{ components: 'components', Components: 'components', 'path-item': 'pathItem', PathItem: 'pathItem' },
  ...{ operation: 'operation', Operation: 'operation', 'external-documentation': 'externalDocs' },
  ...{ ExternalDocumentation: 'externalDocs', 'external-docs': 'externalDocs' },
  ...{ parameter: 'parameter', Parameter: 'parameter', header: 'header', Header: 'header' },
  ...{ 'request-body': 'requestBody', RequestBody: 'requestBody', 'media-type': 'mediaType', MediaType: 'mediaType' },
  ...{ encoding: 'encoding', Encoding: 'encoding', responses: 'responses', Responses: 'responses' },
  ...{ response: 'response', Response: 'response', example: 'example', Example: 'example', link: 'link', Link: 'link' },
  ...{ tag: 'tag', Tag: 'tag', reference: 'reference', Reference: 'reference' },
  ...{ 'security-scheme': 'securityScheme', SecurityScheme: 'securityScheme', 'oauth-flows': 'oauthFlows' },
  ...{ APIKeySecurityScheme: 'securityScheme', HTTPSecurityScheme: 'securityScheme' },
  ...{ OAuth2SecurityScheme: 'securityScheme', OpenIdConnectSecurityScheme: 'securityScheme' },
  ...{ OAuthFlows: 'oauthFlows', ImplicitOAuthFlow: 'oauthFlow', PasswordOAuthFlow: 'oauthFlow' },
  ...{ ClientCredentialsFlow: 'oauthFlow', AuthorizationCodeOAuthFlow: 'oauthFlow' },
  ...{ Schema: 'schema', discriminator: 'discriminator', Discriminator: 'discriminator', xml: 'xml', XML: 'xml' },
  ...{ ParameterLocation: 'parameter', 'explode-for-form': 'encoding' },
  examples: null, // Those of a media type, a parameter or a header.
};

const require = createRequire(import.meta.url);
const folderOf = (module: string) => dirname(require.resolve(module));
const readJson = (...path: string[]) => JSON.parse(readFileSync(join(...path), 'utf8')) as Json; // Of a JSON file.

const openApi = ['3.0', '3.1', '3.2'].map((version) =>
  readJson(folderOf('@seriousme/openapi-schema-validator'), 'schemas', `v${version}`, 'schema.json'),
);
const drafts = folderOf('ajv/dist/refs/json-schema-2020-12/schema.json');
const vocabularies = 'core applicator unevaluated validation meta-data format-annotation content'.split(' ');

test.each([
  ['OpenAPI 3.0', openApi[0], 'definitions'],
  ['OpenAPI 3.1', openApi[1], '$defs'],
  ['OpenAPI 3.2', openApi[2], '$defs'],
] as const)('every keyword of the meta-schema of %s is in the table', (_, schema, key) => {
  const all = Object.entries({ '': schema, ...(at(schema, key) as object) });
  const unknown = all.flatMap(([name, definition]) => {
    const names = [...propertiesIn(definition as Json)];
    const kind = definitions[name];
    if (kind === undefined) return names.map((property) => `${name}.${property}`);
    const isKnown = (property: string) =>
      kind !== null &&
      (Object.hasOwn(keywords[kind], property) ||
        (kind === 'oauthFlows' && Object.hasOwn(keywords.oauthFlow, property)));
    return kind === null ? [] : names.filter((property) => !isKnown(property));
  });
  expect(unknown).toEqual([]);
  expect(all.length).toBeGreaterThan(30);
});

test('every keyword of JSON Schema 2020-12 and of the base vocabulary of OpenAPI is in the table', async () => {
  const folder = folderOf('@hyperjump/json-schema/openapi-3-2');
  const { default: base } = (await import(join(folder, 'meta/base.js'))) as { readonly default: Json };
  const metaSchemas = [
    ...vocabularies.map((name) => readJson(drafts, 'meta', `${name}.json`)),
    readJson(drafts, 'schema.json'),
    base,
  ];
  const names = metaSchemas.flatMap((schema) => [...propertiesIn(schema)]);
  expect(names.filter((name) => !Object.hasOwn(keywords.schema, name))).toEqual([]);
  expect(names.length).toBeGreaterThan(60);
  for (const [name, definition] of Object.entries(at(base, '$defs') as object)) {
    const kind = definitions[name];
    if (kind) expect([...propertiesIn(definition)].filter((each) => !Object.hasOwn(keywords[kind], each))).toEqual([]);
  }
});

/** Keywords that only give a place a name: another name is no change. */
const names = ['$id', '$anchor', '$dynamicAnchor', '$recursiveAnchor', '$defs', 'definitions'];

describe.each(kinds)('each keyword of %s that changes is reported', (kind) => {
  const rows = Object.entries<Keyword>(keywords[kind]).filter(([name]) => !(kind === 'schema' && names.includes(name)));
  test.each(rows)('%s', (name, { reportedAs }) => {
    const sample = samples[kind][name];
    expect(sample).toBeDefined();
    const [one, other, more = {}] = sample ?? [];
    const build = (value: unknown) =>
      documents[kind](
        name === 'readOnly' || name === 'writeOnly'
          ? { type: 'object', properties: { a: value } }
          : { ...more, ...(value !== undefined && { [name]: value }) },
      );
    for (const [before, after] of [
      [one, other],
      [other, one],
    ]) {
      const { changes, notes } = diffDocuments(build(before), build(after));
      const told = changes.map((change) => change.kind);
      expect({ told, notes }).not.toEqual({ told: [], notes: [] });
      if (reportedAs.length > 0)
        expect(told.filter((change) => (reportedAs as readonly string[]).includes(change))).not.toEqual([]);
      expect(notes).toEqual([]);
    }
  });
});

/** The names that a schema, and what it is composed of, gives to properties. */
function propertiesIn(schema: Json): Set<string> {
  const found = new Set<string>();
  const visit = (value: Json | undefined) => {
    if (Array.isArray(value)) for (const item of value) visit(item as Json);
    if (!isObject(value)) return;
    for (const name of Object.keys(value['properties'] ?? {})) found.add(name);
    for (const name of ['allOf', 'anyOf', 'oneOf', 'if', 'then', 'else']) visit(value[name]);
    for (const name of ['dependentSchemas', ...(value['$dynamicAnchor'] ? [] : ['$defs'])])
      if (isObject(value[name]) && (name === 'dependentSchemas' || value['properties']))
        for (const inner of Object.values(value[name])) if (!isObject(inner) || !value['$id']) visit(inner);
  };
  visit(schema);
  return new Set([...found].filter((name) => !name.startsWith('^')));
}
