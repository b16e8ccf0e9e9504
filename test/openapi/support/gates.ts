import { Validator } from '@seriousme/openapi-schema-validator';
import type { SpecVersion } from '../../../src/openapi/index.ts';
import { at, isObject, type Json, type JsonObject, objectAt, resolve } from '../../../src/openapi/json.ts';
import { createOracle, isOpenApi } from './oracle.ts';
import { isInExample, type Place, walk } from './walk.ts';

/** What is wrong with a document, in words; a good one has no faults. */
type Gate = (document: JsonObject, spec: SpecVersion) => string[] | Promise<string[]>;

/** What every document of ours must pass; test/openapi/gates asks the tools of others. */
export const gates = {
  async 'is a document by the validator of others'(document) {
    const { valid, errors } = await new Validator().validate(structuredClone(document) as Record<string, unknown>);
    return valid ? [] : [JSON.stringify(errors)];
  },

  async 'is a document by the specification’s own schema'(document, spec) {
    return (await isOpenApi(document, spec)) ? [] : ['It is not.'];
  },

  async 'has an example for every schema and body, and each is valid by its schema'(document, spec) {
    const oracle = createOracle(document, spec);
    const faults: string[] = [];
    const judge = async (names: readonly string[], example: Json | undefined) => {
      if (!(await oracle.accepts(names, example))) faults.push(`${names.join('/')} refuses ${JSON.stringify(example)}`);
    };
    for (const name of Object.keys(objectAt(document, 'components', 'schemas')))
      if (listAt(document, 'components', 'schemas', name, 'examples').length === 0)
        faults.push(`${name} has no example`);
    for (const { names, value } of structureOf(document)) {
      if (names.includes('schemas') || names.at(-1) === 'schema')
        for (const example of listAt(value, 'examples')) await judge(names, example);
      if (names.at(-2) !== 'content') continue;
      const examples = Object.values(objectAt(value, 'examples'));
      if (examples.length === 0) faults.push(`${names.join('/')} has no example`);
      for (const example of examples) {
        if (at(example, 'dataValue') === undefined) await judge([...names, 'schema'], at(example, 'value'));
        const items = listAt(example, 'dataValue');
        for (const item of items) {
          await judge([...names, 'itemSchema'], item);
          const frame = at(item, 'event') === 'delta' ? 'DeltaFrame' : 'MessageFrame';
          const schema = ['components', 'schemas', frame, 'properties', 'data', 'contentSchema'];
          await judge(schema, JSON.parse(String(at(item, 'data'))) as Json);
        }
        const wire = items.map((item) => `event: ${at(item, 'event')}\ndata: ${at(item, 'data')}\n\n`).join('');
        if (items.length > 0 && at(example, 'serializedValue') !== wire) faults.push('The serialized example differs.');
      }
    }
    return faults;
  },

  'has no component that nothing refers to'(document) {
    const text = JSON.stringify(document);
    const components = Object.entries(objectAt(document, 'components'));
    const pointers = components.flatMap(([kind, all]) =>
      Object.keys(objectAt(all)).map((name) => ({ name, pointer: `#/components/${kind}/${name}`, kind })),
    );
    const isUsed = ({ name, pointer, kind }: (typeof pointers)[number]) =>
      text.includes(kind === 'securitySchemes' ? `{"${name}":[` : `"$ref":"${pointer}"`);
    return pointers.filter((one) => !isUsed(one)).map(({ pointer }) => pointer);
  },

  async 'says only of what may be null that it may, in the words of its version'(document, spec) {
    const oracle = createOracle(document, spec);
    const faults = structureOf(document)
      .filter(({ value }) => 'nullable' in value || 'allOf' in value)
      .map(({ names }) => `${names.join('/')} has nullable or allOf`);
    for (const { names, value } of structureOf(document)) {
      const options = [value['type'], ...listAt(value, 'anyOf').map((option) => at(option, 'type'))].flat();
      if (value['type'] === 'null' || !options.includes('null')) continue;
      if (!(await oracle.accepts(names, null))) faults.push(`${names.join('/')} can never be null`);
    }
    return faults;
  },

  'has each discriminator once, with one name for each member of its union'(document, spec) {
    const unions = structureOf(document).filter(({ value }) => isObject(value['discriminator']));
    const found = unions.map(({ names }) => names[2]).join(', ');
    const all = spec === '3.2' ? 'DeltaFrame, Event, Frame, MessageFrame' : 'Event';
    const faults = found === all ? [] : [`Discriminators are in: ${found}`];
    for (const { names, value } of unions) {
      const { propertyName, mapping, defaultMapping } = objectAt(value, 'discriminator');
      const members = listAt(value, 'oneOf').map((member) => String(at(member, '$ref')));
      const tags = members.map((member) =>
        String(at(resolve(document, { $ref: member }), 'properties', String(propertyName), 'const')),
      );
      const expected = Object.fromEntries(members.map((member, index) => [tags[index], member]));
      if (JSON.stringify(mapping) !== JSON.stringify(expected))
        faults.push(`${names.join('/')}: ${JSON.stringify(mapping)}`);
      if (defaultMapping !== undefined && !members.includes(String(defaultMapping)))
        faults.push(`${names.join('/')}: ${JSON.stringify(defaultMapping)} is not a member`);
    }
    return faults;
  },

  'describes every operation, parameter, field, response, header and schema'(document) {
    return structureOf(document)
      .filter(({ names }) => {
        const group = names.at(-2) ?? '';
        const isOperation = names[0] === 'paths' && names.length === 3;
        return (
          isOperation ||
          ['properties', 'headers', 'responses', 'parameters', 'schemas', 'securitySchemes'].includes(group)
        );
      })
      .filter(({ value }) => !value['description'] && !value['$ref'])
      .map(({ names }) => `${names.join('/')} has no description`);
  },
} as const satisfies Record<string, Gate>;

/** Every object of a document that is not an example. */
export function structureOf(document: JsonObject): Place[] {
  return walk(document).filter((place) => !isInExample(place));
}

function listAt(value: unknown, ...names: readonly string[]): readonly Json[] {
  const found = at(value, ...names);
  return Array.isArray(found) ? (found as readonly Json[]) : [];
}
