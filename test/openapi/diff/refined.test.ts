import { describe, expect, test } from 'vitest';
import { answersOf, judge } from './support/judge.ts';

const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });
const text = { type: 'string' };

/** Two answers whose schemas refine the same part of `Base`; the second one says something else after. */
describe('schemas that refine the same part are each compared by themselves', () => {
  const part: Record<string, (more: object) => object> = {
    'a property': (more) => ({ properties: { kind: more } }),
    'the items of a list': (more) => ({ properties: { list: { items: more } } }),
    'other keys': (more) => ({ properties: { map: { additionalProperties: more } } }),
    'a property of a property': (more) => ({ properties: { deep: { properties: { kind: more } } } }),
  };
  const Base = {
    type: 'object',
    properties: {
      ...{ kind: text, list: { type: 'array', items: text }, map: { type: 'object', additionalProperties: text } },
      deep: { type: 'object', properties: { kind: text } },
    },
  };
  test.each(Object.keys(part))('%s', (name) => {
    const refine = part[name] ?? (() => ({}));
    const of = (values: string[]) =>
      answersOf(
        { '/dog': ref('Dog'), '/cat': ref('Cat') },
        {
          Base,
          Dog: { allOf: [ref('Base'), refine({ enum: ['dog'] })] },
          Cat: { allOf: [ref('Base'), refine({ enum: values })] },
        },
      );
    expect(judge(of(['cat']), of(['cat', 'lion']))).toEqual([expect.stringMatching(/^!value-added response Cat/)]);
    expect(judge(of(['cat', 'lion']), of(['cat']))).toEqual([expect.stringMatching(/^value-removed response Cat/)]);
    expect(judge(of(['cat']), of(['cat']))).toEqual([]);
  });

  test('in 3.1, beside a reference', () => {
    const of = (maximum: number) =>
      answersOf(
        {
          '/a': { ...ref('Base'), properties: { n: { maximum: 10 } } },
          '/b': { ...ref('Base'), properties: { n: { maximum } } },
        },
        { Base: { type: 'object', properties: { n: { type: 'integer' } } } },
        '3.1.0',
      );
    expect(judge(of(5), of(100))).toEqual(['!limit-loosened maximum response GET /b 200 application/json.n']);
  });

  test('in members of a union, told by their tags', () => {
    const of = (...names: string[]) => {
      const member = (tag: string, properties: string[]) => ({
        allOf: [
          ref('Base'),
          {
            properties: {
              tag: { enum: [tag] },
              o: { properties: Object.fromEntries(properties.map((name) => [name, text])) },
            },
          },
        ],
      });
      return answersOf(
        { '/all': { oneOf: [member('a', ['x']), member('b', names)] } },
        { Base: { type: 'object', required: ['tag'], properties: { tag: text, o: { type: 'object' } } } },
      );
    };
    expect(judge(of('x', 'y'), of('x'))).toEqual(['!property-removed response GET /all 200 application/json(2).o.y']);
  });

  test('schemas that refine themselves without end', () => {
    const of = (type: string) =>
      answersOf(
        { '/tree': ref('Node') },
        {
          Base: { type: 'object', properties: { child: ref('Node') } },
          Node: { allOf: [ref('Base'), { properties: { child: ref('Node'), label: { type } } }] },
        },
      );
    expect(judge(of('string'), of('string'))).toEqual([]);
    expect(judge(of('string'), of('integer'))).toEqual(['!type-changed response Node.label']);
  });
});

describe('3.0 inheritance', () => {
  const pets = (dog: object, more: object = {}, mapping?: object) =>
    answersOf(
      { '/pet': ref('Pet') },
      {
        Pet: {
          ...{ type: 'object', required: ['t'], properties: { t: text } },
          discriminator: { propertyName: 't', ...(mapping && { mapping }) },
        },
        Dog: { allOf: [ref('Pet'), { type: 'object', properties: dog }] },
        ...more,
      },
    );
  const Poodle = (properties: object) => ({ allOf: [ref('Dog'), { properties }] });
  test.each([
    [
      'a property of a child that is gone',
      pets({ bark: text, age: text }),
      pets({ age: text }),
      ['!property-removed response Dog.bark'],
    ],
    [
      'of a child of a child',
      pets({}, { Poodle: Poodle({ curl: text }) }),
      pets({}, { Poodle: Poodle({ curl: { type: 'integer' } }) }),
      ['!type-changed response Poodle.curl'],
    ],
    ['a new child', pets({}), pets({}, { Poodle: Poodle({}) }), ['!member-added response Pet']],
    ['a child that is gone', pets({}, { Poodle: Poodle({}) }), pets({}), ['member-removed response Pet']],
    [
      'a child that only the mapping names',
      pets({}, { Fish: { type: 'object', properties: { fins: text } } }, { dog: ref('Dog').$ref, fish: 'Fish' }),
      pets({}, { Fish: { type: 'object', properties: {} } }, { dog: ref('Dog').$ref, fish: 'Fish' }),
      ['!property-removed response Fish.fins'],
    ],
    [
      'another value for a child',
      pets({}, {}, { dog: ref('Dog').$ref }),
      pets({}, {}, { hund: ref('Dog').$ref }),
      ['!member-added response Pet', 'member-removed response Pet'],
    ],
    ['a property of the parent', pets({ age: text }), pets({ age: text }), []],
  ])('%s', (_, before, after, expected) => {
    expect(judge(before, after)).toEqual(expected);
  });

  test('children in another order, where no type is written', () => {
    const of = (...names: string[]) => {
      const child = (name: string) => [name, { description: name, allOf: [ref('Pet')], properties: { [name]: text } }];
      const Pet = { properties: { t: text }, discriminator: { propertyName: 't' } };
      return answersOf({ '/pet': ref('Pet') }, { Pet, ...Object.fromEntries(names.map(child)) });
    };
    expect(judge(of('Dog', 'Cat'), of('Cat', 'Dog'))).toEqual([]);
  });

  test('a child by itself does not stand for its siblings', () => {
    const of = (bark: string) => {
      const Pet = { type: 'object', properties: { t: text }, discriminator: { propertyName: 't' } };
      const child = (properties: object) => ({ allOf: [ref('Pet'), { properties }] });
      return answersOf(
        { '/cat': ref('Cat') },
        { Pet, Dog: child({ bark: { type: bark } }), Cat: child({ lives: text }) },
      );
    };
    expect(judge(of('string'), of('integer'))).toEqual(['unused-changed changed Dog']);
  });
});
