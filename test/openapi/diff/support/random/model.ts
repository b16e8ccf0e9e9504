import type { Random } from '../../../../../src/runtime/random.ts';

/** What a schema means, apart from how it is written. */
export interface Meaning {
  readonly shape: Shape;
  readonly isNullable: boolean;
  readonly description: string | null;
  readonly isDeprecated: boolean;
  readonly fallback: string | number | null;
}

/** A number that a value may reach, or must stay clear of. */
interface Bound {
  readonly number: number;
  readonly isExclusive: boolean;
}

/** Any text within limits. */
export interface TextShape {
  readonly kind: 'text';
  readonly minLength: number;
  readonly maxLength: number | null;
  readonly pattern: string | null;
  readonly format: string | null;
}

/** One of several texts. */
interface ValuesShape {
  readonly kind: 'values';
  readonly values: readonly string[];
}

/** Any number within limits. */
export interface NumberShape {
  readonly kind: 'number';
  readonly isWhole: boolean;
  readonly lower: Bound | null;
  readonly upper: Bound | null;
  readonly multiple: number | null;
}

/** An array of items of one schema. */
interface ListShape {
  readonly kind: 'list';
  readonly items: Meaning;
  readonly maxItems: number | null;
  readonly isUnique: boolean;
}

/** A property of an object. */
interface PropertyMeaning {
  readonly meaning: Meaning;
  readonly isRequired: boolean;
  /** Who does not see it. */
  readonly hiddenIn: 'request' | 'response' | null;
}

/** An object by its properties. */
export interface ObjectShape {
  readonly kind: 'object';
  readonly properties: Readonly<Record<string, PropertyMeaning>>;
  /** What keys without a name of their own may hold. */
  readonly others: 'any' | 'none' | Meaning;
}

/** Objects that a property `kind` tells apart. */
export interface UnionShape {
  readonly kind: 'union';
  readonly members: Readonly<Record<string, ObjectShape>>;
  readonly hasDiscriminator: boolean;
}

/** Values of several types. */
interface MixedShape {
  readonly kind: 'mixed';
  readonly members: readonly Meaning[];
}

/** What values a schema allows, without null. */
export type Shape =
  | TextShape
  | ValuesShape
  | NumberShape
  | { readonly kind: 'boolean' }
  | ListShape
  | ObjectShape
  | UnionShape
  | MixedShape;

/** A shape that is not null and says nothing else. */
export function plain(shape: Shape): Meaning {
  return { shape, isNullable: false, description: null, isDeprecated: false, fallback: null };
}

/** Any text. */
export const anyText: TextShape = { kind: 'text', minLength: 0, maxLength: null, pattern: null, format: null };

const names = ['id', 'title', 'size', 'owner', 'note'];
const MAX_DEPTH = 2;

/** A random meaning, a few levels deep. */
export function randomMeaning(random: Random, depth = 0): Meaning {
  const simple = (): Shape => randomSimple(random);
  const makers: readonly (() => Shape)[] =
    depth >= MAX_DEPTH
      ? [simple]
      : [
          simple,
          simple,
          () => randomObject(random, depth),
          () => randomObject(random, depth),
          () => ({
            kind: 'list',
            items: randomMeaning(random, depth + 1),
            maxItems: maybe(random, () => random.integer(3, 9)),
            isUnique: random.chance(0.5),
          }),
          () => ({
            kind: 'union',
            members: Object.fromEntries(
              random
                .sample(['cat', 'dog', 'fish'], random.integer(2, 3))
                .map((tag) => [tag, randomObject(random, depth)]),
            ),
            hasDiscriminator: random.chance(0.5),
          }),
          () => ({ kind: 'mixed', members: [plain(simple()), plain(randomObject(random, depth))] }),
        ];
  return {
    shape: random.pick(makers)(),
    isNullable: random.chance(0.25),
    description: maybe(random, () => random.pick(['First.', 'Second.'])),
    isDeprecated: random.chance(0.15),
    fallback: null,
  };
}

function randomObject(random: Random, depth: number): ObjectShape {
  const properties = random.sample(names, random.integer(1, 3)).map((name): [string, PropertyMeaning] => [
    name,
    {
      meaning: randomMeaning(random, depth + 1),
      isRequired: random.chance(0.5),
      hiddenIn: random.chance(0.1) ? random.pick(['request', 'response'] as const) : null,
    },
  ]);
  const others = random.chance(0.2) ? plain(randomSimple(random)) : random.pick(['any', 'none'] as const);
  return { kind: 'object', properties: Object.fromEntries(properties), others };
}

function randomSimple(random: Random): Shape {
  return random.pick<() => Shape>([
    () => ({
      kind: 'text',
      minLength: random.pick([0, 0, 1, 2]),
      maxLength: maybe(random, () => random.integer(5, 50)),
      pattern: maybe(random, () => random.pick(['^[a-z]+$', '^\\d+$'])),
      format: maybe(random, () => random.pick(['uuid', 'date'])),
    }),
    () => ({ kind: 'values', values: random.sample(['red', 'green', 'blue', 'grey'], random.integer(2, 4)) }),
    () => ({
      kind: 'number',
      isWhole: random.chance(0.5),
      lower: maybe(random, () => ({ number: random.integer(-9, 0), isExclusive: random.chance(0.5) })),
      upper: maybe(random, () => ({ number: random.integer(50, 99), isExclusive: random.chance(0.5) })),
      multiple: maybe(random, () => random.pick([2, 3])),
    }),
    () => ({ kind: 'boolean' }),
  ])();
}

function maybe<Value>(random: Random, make: () => Value): Value | null {
  return random.chance(0.5) ? make() : null;
}
