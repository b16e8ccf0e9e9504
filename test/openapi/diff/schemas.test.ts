import { describe, expect, test } from 'vitest';
import { diffDocuments } from '../../../src/openapi/index.ts';

/** A document whose one operation takes and answers the schema `Thing`. */
function documentOf(thing: unknown, { version = '3.1.0', ...schemas }: Record<string, unknown> = {}): object {
  const content = { 'application/json': { schema: { $ref: '#/components/schemas/Thing' } } };
  return {
    openapi: version,
    info: { title: 'T', version: '1' },
    paths: {
      '/things': {
        post: { requestBody: { content }, responses: { 200: { description: 'ok', content } } },
      },
    },
    components: { schemas: { Thing: thing, ...schemas } },
  };
}

/** What a change of the schema is in the request and in the response, breaking ones with `!`. */
function judge(before: unknown, after: unknown, others: Record<string, unknown> = {}): Record<string, string[]> {
  const { changes, notes } = diffDocuments(documentOf(before, others), documentOf(after, others));
  expect(notes).toEqual([]);
  const of = (direction: string | null) =>
    changes
      .filter((change) => change.direction === direction)
      .map(({ kind, severity, place }) => `${severity === 'breaking' ? '!' : ''}${kind} ${place}`);
  const texts = of(null);
  return { request: of('request'), response: of('response'), ...(texts.length > 0 && { texts }) };
}

const object = (properties: object, more: object = {}) => ({ type: 'object', properties, ...more });
const a = { type: 'string' };
const both = (...kinds: string[]) => ({ request: kinds, response: kinds });
const wider = (kind: string) => ({ request: [kind], response: [`!${kind}`] });
const narrower = (kind: string) => ({ request: [`!${kind}`], response: [kind] });

describe('properties', () => {
  test.each([
    ['a new optional one', object({}), object({ a }), both('property-added-optional Thing.a')],
    [
      'a new required one',
      object({}),
      object({ a }, { required: ['a'] }),
      { request: ['!property-added-required Thing.a'], response: ['property-added-required Thing.a'] },
    ],
    ['one that is gone', object({ a }), object({}), both('!property-removed Thing.a')],
    [
      'one that becomes required',
      object({ a }),
      object({ a }, { required: ['a'] }),
      { request: ['!property-became-required Thing.a'], response: ['property-became-required Thing.a'] },
    ],
    [
      'one that becomes optional',
      object({ a }, { required: ['a'] }),
      object({ a }),
      { request: ['property-became-optional Thing.a'], response: ['!property-became-optional Thing.a'] },
    ],
    ['one that must not be there any more', object({ a }), object({ a: false }), both('!property-removed Thing.a')],
    ['one that may be there at last', object({ a: false }), object({ a }), both('property-added-optional Thing.a')],
    ['a key that is forbidden by name', object({}), object({ a: false }), narrower('keys-closed Thing.a')],
    ['one that no longer is', object({ a: false }), object({}), both('keys-opened Thing.a')],
    [
      'one that is forbidden twice',
      object({}, { additionalProperties: false }),
      object({ a: false }, { additionalProperties: false }),
      both(),
    ],
    [
      'one of two types that no value has',
      object({ a }),
      object({ a }, { allOf: [object({ a: { type: 'integer' } })] }),
      both('!property-removed Thing.a'),
    ],
    [
      'one that can only be null',
      object({ a: { type: 'null' } }),
      object({ a: { type: ['null', 'string'] } }),
      wider('type-widened Thing.a'),
    ],
    [
      'what only the service writes is not part of a request',
      object({}),
      object({ a: { ...a, readOnly: true } }, { required: ['a'] }),
      { request: [], response: ['property-added-required Thing.a'] },
    ],
    [
      'what only clients write is not part of an answer',
      object({ a: { ...a, writeOnly: true } }),
      object({}),
      { request: ['!property-removed Thing.a'], response: [] },
    ],
    [
      'a required key of any value',
      object({}),
      object({}, { required: ['a'] }),
      {
        request: ['!property-added-required Thing.a'],
        response: ['property-added-required Thing.a'],
      },
    ],
    [
      'deeper down',
      object({ o: object({ l: { type: 'array', items: object({}) } }) }),
      object({ o: object({ l: { type: 'array', items: object({ a }) } }) }),
      both('property-added-optional Thing.o.l[].a'),
    ],
    [
      'unlisted keys no longer allowed',
      object({ a }),
      object({ a }, { additionalProperties: false }),
      narrower('keys-closed Thing'),
    ],
    ['unlisted keys allowed', object({ a }, { additionalProperties: false }), object({ a }), both('keys-opened Thing')],
    [
      'another order',
      object({ a, b: a }, { required: ['a', 'b'] }),
      object({ b: a, a }, { required: ['b', 'a'] }),
      both(),
    ],
    ['any keys said in words', object({ a }), object({ a }, { additionalProperties: {} }), both()],
  ])('%s', (_, before, after, expected) => {
    expect(judge(before, after)).toEqual(expected);
  });
});

describe('types and values', () => {
  test.each([
    ['one type more', a, { type: ['string', 'integer'] }, wider('type-widened Thing')],
    ['one type less', { type: ['string', 'integer'] }, a, narrower('type-narrowed Thing')],
    ['a number instead of an integer', { type: 'integer' }, { type: 'number' }, wider('type-widened Thing')],
    ['an integer instead of a number', { type: 'number' }, { type: 'integer' }, narrower('type-narrowed Thing')],
    ['another type', a, { type: 'integer' }, both('!type-changed Thing')],
    ['any type', a, {}, wider('type-widened Thing')],
    ['no longer any type', {}, a, narrower('type-narrowed Thing')],
    ['null allowed', a, { type: ['string', 'null'] }, wider('null-allowed Thing')],
    ['null forbidden', { type: ['string', 'null'] }, a, narrower('null-forbidden Thing')],
    ['null allowed beside it', a, { anyOf: [a, { type: 'null' }] }, wider('null-allowed Thing')],
    ['null allowed as a value', { enum: ['x'] }, { enum: ['x', null] }, wider('null-allowed Thing')],
    ['null written another way', { type: ['string', 'null'] }, { oneOf: [{ type: 'null' }, a] }, both()],
    ['one value more', { enum: ['x'] }, { enum: ['x', 'y'] }, wider('value-added Thing')],
    ['one value less', { enum: ['x', 'y'] }, { enum: ['x'] }, narrower('value-removed Thing')],
    ['a constant instead of a list of one', { enum: ['x'] }, { const: 'x' }, both()],
    ['values listed', a, { type: 'string', enum: ['x'] }, narrower('values-listed Thing')],
    ['values no longer listed', { type: 'string', enum: ['x'] }, a, wider('values-unlisted Thing')],
    [
      'another default',
      { ...a, default: 'x' },
      { ...a, default: 'y' },
      { request: ['!default-changed Thing'], response: ['default-changed Thing'] },
    ],
    ['a default', a, { ...a, default: 'y' }, { ...both(), texts: ['default-added Thing'] }],
    ['nothing at all', a, false, narrower('type-narrowed Thing')],
    ['true is anything', true, {}, both()],
  ])('%s', (_, before, after, expected) => {
    expect(judge(before, after)).toEqual(expected);
  });

  test('nullable of 3.0 is null of 3.1', () => {
    const options = { version: '3.0.3' };
    expect(judge(a, { ...a, nullable: true }, options)).toEqual(wider('null-allowed Thing'));
    const before = documentOf({ ...a, nullable: true }, options);
    expect(diffDocuments(before, documentOf({ type: ['string', 'null'] })).changes).toMatchObject([
      { kind: 'specification-changed', severity: 'docs-only' },
    ]);
  });
});

describe('limits', () => {
  const s = (more: object) => ({ type: 'string', ...more });
  const n = (more: object) => ({ type: 'number', ...more });
  const tightened = narrower('limit-tightened Thing');
  const loosened = wider('limit-loosened Thing');
  test.each([
    ['a shorter text', s({ maxLength: 10 }), s({ maxLength: 5 }), tightened],
    ['a longer text', s({ maxLength: 5 }), s({ maxLength: 10 }), loosened],
    ['a longer least text', s({ minLength: 1 }), s({ minLength: 2 }), tightened],
    ['a shorter least text', s({ minLength: 2 }), s({}), loosened],
    ['a first limit', s({}), s({ maxLength: 10 }), tightened],
    ['a limit that says nothing', s({}), s({ minLength: 0 }), both()],
    ['more items', { type: 'array', maxItems: 1 }, { type: 'array', maxItems: 2 }, loosened],
    ['each item once', { type: 'array' }, { type: 'array', uniqueItems: true }, tightened],
    ['a pattern', s({}), s({ pattern: '^a' }), tightened],
    ['another pattern', s({ pattern: '^a' }), s({ pattern: '^b' }), both('!limit-changed Thing')],
    ['a format', s({}), s({ format: 'uuid' }), tightened],
    ['a wider format', n({ format: 'int32' }), n({ format: 'int64' }), loosened],
    ['a higher most', n({ maximum: 5 }), n({ maximum: 6 }), loosened],
    ['a higher least', n({ minimum: 5 }), n({ minimum: 6 }), tightened],
    ['the bound itself excluded', n({ maximum: 5 }), n({ exclusiveMaximum: 5 }), tightened],
    ['the bound itself included', n({ exclusiveMinimum: 5 }), n({ minimum: 5 }), loosened],
    ['multiples of multiples', n({ multipleOf: 2 }), n({ multipleOf: 4 }), tightened],
    ['other multiples', n({ multipleOf: 2 }), n({ multipleOf: 3 }), both('!limit-changed Thing')],
    ['another type that is excluded', { not: a }, { not: n({}) }, both('!type-changed Thing')],
  ])('%s', (_, before, after, expected) => {
    expect(judge(before, after)).toEqual(expected);
  });

  test('3.0 says with true that the bound itself is excluded', () => {
    const before = documentOf(n({ maximum: 5, exclusiveMaximum: true }), { version: '3.0.0' });
    const { changes } = diffDocuments(before, documentOf(n({ exclusiveMaximum: 5 })));
    expect(changes.map(({ kind }) => kind)).toEqual(['specification-changed']);
  });
});

describe('unions', () => {
  const tagged = (type: string, more: object = {}) => object({ type: { const: type }, ...more });
  const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });
  const components = { A: tagged('a'), B: tagged('b'), C: tagged('c'), A2: tagged('a', { n: a }) };
  const of = (...names: string[]) => ({ oneOf: names.map(ref) });
  test.each([
    ['a new member', of('A', 'B'), of('A', 'B', 'C'), wider('member-added Thing')],
    ['a member gone', of('A', 'B', 'C'), of('A', 'B'), narrower('member-removed Thing')],
    ['another order', of('A', 'B'), of('B', 'A'), both()],
    ['a union of one that gets a second', ref('A'), of('A', 'B'), wider('member-added Thing')],
    ['a member of another name, told by its tag', of('A', 'B'), of('A2', 'B'), both('property-added-optional A2.n')],
    ['a member told another way', { oneOf: [tagged('a'), ref('B')] }, of('A', 'B'), both()],
    ['a union of unions', { anyOf: [of('A', 'B'), ref('C')] }, of('A', 'B', 'C'), both()],
    ['types as a union', { type: ['string', 'integer'] }, { anyOf: [a, { type: 'integer' }] }, both()],
    [
      'members without tags, by their order',
      { anyOf: [object({ x: a }), object({ y: a })] },
      { anyOf: [object({ x: a }), object({ y: a, z: a })] },
      both('property-added-optional Thing(2).z'),
    ],
    [
      'a union beside properties',
      object({ x: a }),
      object({ x: a }, { oneOf: [{ required: ['x'] }, { required: ['y'] }] }),
      narrower('limit-tightened Thing'),
    ],
    [
      'no longer anything',
      {},
      of('A', 'B'),
      {
        request: ['!type-narrowed Thing', '!limit-tightened Thing'],
        response: ['type-narrowed Thing', 'limit-tightened Thing'],
      },
    ],
  ])('%s', (_, before, after, expected) => {
    expect(judge(before, after, components)).toEqual(expected);
  });

  test('a discriminator whose mapping alone names the members', () => {
    const plain = { Cat: object({ kind: a, lives: { type: 'integer' } }), Dog: object({ kind: a }) };
    const union = (mapping: Record<string, string>) => ({
      oneOf: Object.values(mapping).map((name) => ref(name)),
      discriminator: { propertyName: 'kind', mapping },
    });
    expect(judge(union({ cat: 'Cat' }), union({ cat: 'Cat', dog: 'Dog' }), plain)).toEqual(wider('member-added Thing'));
    expect(judge(union({ cat: 'Cat', dog: 'Dog' }), union({ dog: 'Dog', cat: 'Cat' }), plain)).toEqual(both());
  });

  test('another discriminator', () => {
    const members = { A: object({ type: { const: 'a' }, kind: { const: 'a' } }) };
    const union = (propertyName: string) => ({ oneOf: [ref('A'), a], discriminator: { propertyName } });
    expect(judge(union('type'), union('kind'), members)).toEqual(both('!discriminator-changed Thing'));
  });
});

describe('composition and references', () => {
  const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });
  test('allOf is taken together', () => {
    const Base = object({ id: a }, { required: ['id'] });
    const flat = object({ id: a, name: a }, { required: ['id'] });
    expect(judge(flat, { allOf: [ref('Base'), object({ name: a })] }, { Base })).toEqual(both());
    expect(judge(flat, { allOf: [ref('Base'), object({ name: a }, { required: ['name'] })] }, { Base })).toEqual({
      request: ['!property-became-required Thing.name'],
      response: ['property-became-required Thing.name'],
    });
    expect(
      judge({ allOf: [{ type: 'string', maxLength: 5 }, { maxLength: 9 }] }, { type: 'string', maxLength: 5 }),
    ).toEqual(both());
  });

  test('a schema that contains itself is compared once', () => {
    const tree = (more: object) => object({ children: { type: 'array', items: ref('Thing') }, ...more });
    expect(judge(tree({}), tree({ label: a }))).toEqual(both('property-added-optional Thing.label'));
    const circle = { allOf: [ref('Thing'), object({})] };
    expect(judge(circle, circle)).toEqual(both());
  });

  test('what a reference is called, and whether it is one, makes no difference', () => {
    expect(
      judge(object({ o: ref('One') }), object({ o: ref('Two') }), { One: object({ a }), Two: object({ a }) }),
    ).toEqual(both());
    expect(judge(object({ o: ref('One') }), object({ o: object({ a }) }), { One: object({ a }) })).toEqual(both());
  });

  test('a reference that leads nowhere, out of the document or to itself is a note; another such one is breaking', () => {
    const broken = (reference: string) => documentOf(object({ o: { $ref: reference } }), { Loop: ref('Loop') });
    for (const [reference, why] of [
      ['#/components/schemas/Nobody', 'leads nowhere'],
      ['other.yaml#/Thing', 'leads out of the document: bundle it into one file first'],
      ['#/components/schemas/Loop', 'leads to itself'],
      ['#/components/%zz', 'leads nowhere'],
    ] as const) {
      const { changes, notes } = diffDocuments(broken(reference), broken(reference));
      expect({ changes, notes: new Set(notes) }).toEqual({
        changes: [],
        notes: new Set([`#/components/schemas/Thing/properties/o: the reference ${JSON.stringify(reference)} ${why}.`]),
      });
    }
    const { changes } = diffDocuments(broken('#/components/schemas/Nobody'), broken('other.yaml#/Thing'));
    expect(changes.map(({ kind, severity }) => [kind, severity])).toEqual([
      ['cannot-compare', 'breaking'],
      ['cannot-compare', 'breaking'],
    ]);
  });

  test('texts, examples and extensions are for readers only, and told once for both directions', () => {
    const after = { ...a, description: 'B', examples: ['x'], 'x-since': '2026' };
    expect(judge({ ...a, description: 'A' }, after)).toEqual({ ...both(), texts: ['text-changed Thing'] });
    expect(judge(a, { ...a, deprecated: true })).toEqual(both('deprecated Thing'));
  });
});

describe('whether two schemas are alike', () => {
  const refer = (name: string) => ({ $ref: `#/components/schemas/${name}` });

  test('a schema that holds itself is not one that is written out a few times', () => {
    const circle = { Circle: object({ p: refer('Circle') }) };
    expect(judge({ not: object({ p: object({ p: a }) }) }, { not: refer('Circle') }, circle)).toEqual(
      both('!limit-changed Thing'),
    );
  });

  test('is looked at once for each schema, however many ways lead to it', () => {
    const levels = Array.from({ length: 60 }, (_, level) => {
      const next = refer(`L${level + 1}`);
      return [`L${level}`, object({ a: next, b: next })];
    });
    const schemas = { ...Object.fromEntries(levels), L60: a };
    const union = { oneOf: [object({ a: refer('L0'), x: a }), object({ a: refer('L0'), y: a })] };
    expect(judge(union, union, schemas)).toEqual(both());
  });
});
