import { stringify } from 'yaml';
import { parseOpenApi } from '../../../../../src/openapi/diff/index.ts';
import type { Direction } from '../../../../../src/openapi/diff/kinds.ts';
import type { Json, JsonObject } from '../../../../../src/openapi/json.ts';
import type { Random } from '../../../../../src/runtime/random.ts';
import { choosing, type Pen, refer, versions } from './pen.ts';

/** A place where a schema may stand, and who sends it there. */
export interface Place {
  readonly directions: readonly Direction[];
  /** Whether OpenAPI 3.0 has no such place. */
  readonly isModern?: true;
  readonly write: (pen: Pen, schema: () => JsonObject) => JsonObject;
}

const ok = { description: 'ok' };
const answer = (parts: JsonObject = {}): JsonObject => ({ responses: { 200: { ...ok, ...parts } } });
const body = (content: JsonObject) => ({ requestBody: { content } });
const get = (operation: JsonObject): JsonObject => ({ paths: { '/x': { get: operation } } });
const post = (operation: JsonObject): JsonObject => ({ paths: { '/x': { post: { ...answer(), ...operation } } } });

/** The places where a schema may stand, each in both kinds of message if it may stand there. */
export const places: Readonly<Record<string, Place>> = {
  'both bodies': {
    directions: ['request', 'response'],
    write: (_, schema) => {
      const json = () => ({ 'application/json': { schema: schema() } });
      return post({ ...body(json()), ...answer({ content: json() }) });
    },
  },
  'two operations': {
    directions: ['response'],
    write: (_, schema) => {
      const one = () => ({ get: answer({ content: { 'application/json': { schema: schema() } } }) });
      return { paths: { '/x': one(), '/y': one() } };
    },
  },
  parameter: {
    directions: ['request'],
    write: (pen, schema) => {
      const own = { name: 'q', in: 'query', schema: schema() };
      return choosing<JsonObject>(pen, {
        'parameter of an operation': () => get({ ...answer(), parameters: [own] }),
        'parameter of a path': () => ({ paths: { '/x': { parameters: [own], get: answer() } } }),
        'component parameter': () => get({ ...answer(), parameters: [refer(pen, 'parameters', own)] }),
      });
    },
  },
  header: {
    directions: ['response'],
    write: (pen, schema) => {
      const header = { schema: schema() };
      const name = pen.choose('X-Size', 'x-size');
      return get(
        answer({
          headers: {
            [name]: choosing<JsonObject>(pen, {
              'inline header': () => header,
              'component header': () => refer(pen, 'headers', header),
            }),
          },
        }),
      );
    },
  },
  form: {
    directions: ['request'],
    write: (_, schema) =>
      post(body({ 'multipart/form-data': { schema: { type: 'object', properties: { part: schema() } } } })),
  },
  webhook: {
    directions: ['response'],
    isModern: true,
    write: (_, schema) => ({
      webhooks: { x: { post: { ...answer(), ...body({ 'application/json': { schema: schema() } }) } } },
    }),
  },
  callback: {
    directions: ['response'],
    write: (_, schema) =>
      post({ callbacks: { x: { '{$url}': { post: { ...answer(), ...body({ 'a/json': { schema: schema() } }) } } } } }),
  },
  'answer of a callback': {
    directions: ['request'],
    write: (_, schema) =>
      post({
        callbacks: {
          x: { '{$request.body#/url}': { post: answer({ content: { 'application/json': { schema: schema() } } }) } },
        },
      }),
  },
  stream: {
    directions: ['response'],
    write: (pen, schema) => {
      const media = pen.version === '3.2.0' ? { itemSchema: schema() } : { schema: { type: 'array', items: schema() } };
      return get(answer({ content: { 'application/jsonl': media } }));
    },
  },
  'component answer': {
    directions: ['response'],
    write: (pen, schema) => ({
      paths: {
        '/x': {
          get: {
            responses: {
              200: refer(pen, 'responses', { ...ok, content: { 'application/json': { schema: schema() } } }),
            },
          },
        },
      },
    }),
  },
};

/** A document as it was written. */
export interface Written {
  readonly document: JsonObject;
  readonly ways: ReadonlySet<string>;
  readonly version: string;
}

/** Writes a document with schemas in a place, and reads it back through the parser. */
export function writeDocument(random: Random, place: Place, write: (pen: Pen) => JsonObject): Written {
  const choose: Pen['choose'] = (...options) => random.pick(options);
  const pen: Pen = {
    ...{
      version: choose(...versions.filter((one) => !place.isModern || one !== '3.0.3')),
      isYaml: choose(true, false),
      choose,
      prefix: choose('S', 'Model'),
    },
    ...{ components: {}, shared: new Map(), ways: new Set() },
  };
  const paths = place.write(pen, () => write(pen));
  const head = { openapi: pen.version, info: { title: 'T', version: '1' } };
  const { components } = pen;
  const document: Json = { ...head, paths: {}, ...paths, ...(Object.keys(components).length > 0 && { components }) };
  const text = pen.isYaml ? stringify(document) : JSON.stringify(document);
  if (pen.isYaml && text.includes('*')) pen.ways.add('an alias');
  const parsed = parseOpenApi({ file: 'x', text });
  if ('problems' in parsed) throw new Error(parsed.problems[0]?.message);
  return { document: parsed.value, ways: pen.ways, version: pen.version };
}
