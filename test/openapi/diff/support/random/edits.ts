import { anyText, type Meaning, type ObjectShape, plain, type Shape } from './model.ts';

type Severity = 'breaking' | 'non-breaking' | 'docs-only';
/** A change as it must be reported: kind and severity. */
type Told = readonly [kind: string, severity: Severity];
/** What must be reported by who sends the value; null: nothing. `docs` is reported once for both. */
export interface Expected {
  readonly request: Told | null;
  readonly response: Told | null;
  readonly docs?: string;
}

/** A way to change a meaning, and what must be reported for it; `back` for the reverse. */
export interface Edit {
  readonly name: string;
  /** The changed meaning; null if the edit does not apply. */
  readonly apply: (meaning: Meaning) => Meaning | null;
  readonly there: Expected;
  readonly back: Expected;
  /** Whether it changes a type as a whole, so that a member of a union cannot have it. */
  readonly isWhole?: boolean;
}

const wider = (kind: string): Expected => ({ request: [kind, 'non-breaking'], response: [kind, 'breaking'] });
const narrower = (kind: string): Expected => ({ request: [kind, 'breaking'], response: [kind, 'non-breaking'] });
const alike = (kind: string, severity: Severity): Expected => ({
  request: [kind, severity],
  response: [kind, severity],
});
const docs = (kind: string): Expected => ({ request: null, response: null, docs: kind });
const tighter = { there: narrower('limit-tightened'), back: wider('limit-loosened') };
const other = { there: alike('limit-changed', 'breaking'), back: alike('limit-changed', 'breaking') };
const gone = alike('property-removed', 'breaking');
const optional = alike('property-added-optional', 'non-breaking');

/** An edit of one kind of shape. */
function edit<Kind extends Shape['kind']>(
  kind: Kind,
  name: string,
  change: (shape: Extract<Shape, { readonly kind: Kind }>) => Shape | null,
  told: Pick<Edit, 'there' | 'back' | 'isWhole'>,
): Edit {
  return {
    name: `${kind}: ${name}`,
    ...told,
    apply: (meaning) => {
      if (meaning.shape.kind !== kind) return null;
      const shape = change(meaning.shape as Extract<Shape, { readonly kind: Kind }>); // Its kind was asked for.
      return shape && { ...meaning, shape };
    },
  };
}

/** Changes one property, the first that may be changed. */
function property(
  shape: ObjectShape,
  change: (one: ObjectShape['properties'][string]) => ObjectShape['properties'][string] | null,
): ObjectShape | null {
  for (const [name, one] of Object.entries(shape.properties)) {
    const changed = change(one);
    if (changed) return { ...shape, properties: { ...shape.properties, [name]: changed } };
  }
  return null;
}

const fresh = plain(anyText);
const withProperty = (shape: ObjectShape, isRequired: boolean): ObjectShape | null =>
  typeof shape.others === 'string'
    ? { ...shape, properties: { ...shape.properties, fresh: { meaning: fresh, isRequired, hiddenIn: null } } }
    : null;

/** Every kind of edit of a schema. */
export const edits: readonly Edit[] = [
  edit('text', 'a longest length', (shape) => (shape.maxLength === null ? { ...shape, maxLength: 40 } : null), tighter),
  edit(
    'text',
    'a shorter longest length',
    (shape) => (shape.maxLength === null ? null : { ...shape, maxLength: 4 }),
    tighter,
  ),
  edit('text', 'a shortest length', (shape) => ({ ...shape, minLength: shape.minLength + 1 }), tighter),
  edit('text', 'a pattern', (shape) => (shape.pattern === null ? { ...shape, pattern: '^x' } : null), tighter),
  edit('text', 'another pattern', (shape) => (shape.pattern === null ? null : { ...shape, pattern: '^x' }), other),
  edit('text', 'a format', (shape) => (shape.format === null ? { ...shape, format: 'email' } : null), tighter),
  edit('text', 'another format', (shape) => (shape.format === null ? null : { ...shape, format: 'email' }), other),
  edit(
    'text',
    'listed values instead',
    (shape) =>
      shape.pattern === null && shape.format === null && shape.minLength === 0 && shape.maxLength === null
        ? { kind: 'values', values: ['a', 'b'] }
        : null,
    { there: narrower('values-listed'), back: wider('values-unlisted') },
  ),
  edit('values', 'one more', (shape) => ({ ...shape, values: [...shape.values, 'black'] }), {
    there: wider('value-added'),
    back: narrower('value-removed'),
  }),
  edit('number', 'fractions', (shape) => (shape.isWhole && isFree(shape) ? { ...shape, isWhole: false } : null), {
    there: wider('type-widened'),
    back: narrower('type-narrowed'),
  }),
  edit('number', 'a lower bound', (shape) => ({ ...shape, lower: { number: 7, isExclusive: false } }), tighter),
  edit('number', 'an upper bound', (shape) => ({ ...shape, upper: { number: 20, isExclusive: true } }), tighter),
  edit(
    'number',
    'the bound itself excluded',
    ({ upper, ...shape }) =>
      upper && !upper.isExclusive ? { ...shape, upper: { ...upper, isExclusive: true } } : null,
    tighter,
  ),
  edit(
    'number',
    'multiples',
    // Multiples of what is not a multiple would also be whole from now on.
    (shape) => (shape.isWhole || shape.multiple !== null ? { ...shape, multiple: (shape.multiple ?? 1) * 10 } : null),
    tighter,
  ),
  edit('number', 'other multiples', (shape) => (shape.multiple === null ? null : { ...shape, multiple: 7 }), other),
  edit('list', 'fewer items', (shape) => ({ ...shape, maxItems: 2 }), tighter),
  edit('list', 'no repeats', (shape) => (shape.isUnique ? null : { ...shape, isUnique: true }), tighter),
  edit('object', 'an optional property', (shape) => withProperty(shape, false), { there: optional, back: gone }),
  edit('object', 'a required property', (shape) => withProperty(shape, true), {
    there: narrower('property-added-required'),
    back: gone,
  }),
  edit(
    'object',
    'a property that must be there',
    (shape) =>
      property(shape, (one) => (one.isRequired || one.hiddenIn !== null ? null : { ...one, isRequired: true })),
    { there: narrower('property-became-required'), back: wider('property-became-optional') },
  ),
  edit(
    'object',
    'a property that only answers have',
    (shape) =>
      property(shape, (one) => (one.isRequired || one.hiddenIn !== null ? null : { ...one, hiddenIn: 'request' })),
    { there: { ...gone, response: null }, back: { ...optional, response: null } },
  ),
  edit(
    'object',
    'a property that only requests have',
    (shape) =>
      property(shape, (one) => (one.isRequired || one.hiddenIn !== null ? null : { ...one, hiddenIn: 'response' })),
    { there: { ...gone, request: null }, back: { ...optional, request: null } },
  ),
  edit('object', 'no other keys', (shape) => (shape.others === 'any' ? { ...shape, others: 'none' } : null), {
    there: narrower('keys-closed'),
    back: alike('keys-opened', 'non-breaking'),
  }),
  edit(
    'union',
    'one more member',
    (shape) => ({ ...shape, members: { ...shape.members, bird: { kind: 'object', properties: {}, others: 'any' } } }),
    { there: wider('member-added'), back: narrower('member-removed') },
  ),
  edit(
    'mixed',
    'one more type',
    (shape) => ({
      ...shape,
      members: [...shape.members, plain({ kind: 'list', items: fresh, maxItems: null, isUnique: false })],
    }),
    { there: wider('type-widened'), back: narrower('type-narrowed') },
  ),
  {
    name: 'another type',
    apply: (meaning) =>
      // In a parameter, any text is wider than a boolean, and not another type.
      ['boolean', 'mixed', 'text'].includes(meaning.shape.kind) ? null : { ...meaning, shape: { kind: 'boolean' } },
    there: alike('type-changed', 'breaking'),
    back: alike('type-changed', 'breaking'),
    isWhole: true,
  },
  {
    name: 'null',
    apply: (meaning) => (meaning.isNullable ? null : { ...meaning, isNullable: true }),
    there: wider('null-allowed'),
    back: narrower('null-forbidden'),
    isWhole: true,
  },
  {
    name: 'a default',
    apply: (meaning) =>
      meaning.shape.kind === 'text' && meaning.fallback === null ? { ...meaning, fallback: 'x' } : null,
    there: docs('default-added'),
    back: { request: ['default-changed', 'breaking'], response: ['default-changed', 'non-breaking'] },
    isWhole: true,
  },
  {
    name: 'a description',
    apply: (meaning) => ({
      ...meaning,
      description: meaning.description === null ? 'New.' : `${meaning.description}.`,
    }),
    there: docs('text-changed'),
    back: docs('text-changed'),
    isWhole: true,
  },
  {
    name: 'deprecated',
    apply: (meaning) => (meaning.isDeprecated ? null : { ...meaning, isDeprecated: true }),
    there: alike('deprecated', 'non-breaking'),
    back: docs('undeprecated'),
    isWhole: true,
  },
];

function isFree({
  lower,
  upper,
  multiple,
}: {
  readonly lower: unknown;
  readonly upper: unknown;
  readonly multiple: unknown;
}): boolean {
  return lower === null && upper === null && multiple === null;
}

/** Every meaning within a meaning, with how to replace it and who does not see it. */
export interface Spot {
  readonly meaning: Meaning;
  readonly replace: (by: Meaning) => Meaning;
  readonly hiddenIn: ReadonlySet<string>;
  /** Whether it is a member of a union, which has no null and no texts of its own. */
  readonly isMember: boolean;
}

/** Lists every place of a meaning that an edit may change. */
export function spotsOf(meaning: Meaning): Spot[] {
  const own: Spot = { meaning, replace: (by) => by, hiddenIn: new Set(), isMember: false };
  const { shape } = meaning;
  const within = (inner: Meaning, replace: (by: Meaning) => Shape, more: Partial<Spot> = {}): Spot[] =>
    spotsOf(inner).map((spot) => ({
      ...spot,
      ...(spot.meaning === inner && more.isMember && { isMember: true }),
      replace: (by) => ({ ...meaning, shape: replace(spot.replace(by)) }),
      hiddenIn: new Set([...spot.hiddenIn, ...(more.hiddenIn ?? [])]),
    }));
  switch (shape.kind) {
    case 'list':
      return [own, ...within(shape.items, (items) => ({ ...shape, items }))];
    case 'object':
      return [own, ...spotsOfObject(shape, within)];
    case 'union':
      return [
        own,
        ...Object.entries(shape.members).flatMap(([tag, member]) =>
          within(plain(member), (by) => ({ ...shape, members: { ...shape.members, [tag]: by.shape as ObjectShape } }), {
            isMember: true,
          }),
        ),
      ];
    case 'mixed':
      return [
        own,
        ...shape.members.flatMap((member, index) =>
          within(member, (by) => ({ ...shape, members: shape.members.with(index, by) }), { isMember: true }),
        ),
      ];
    default:
      return [own];
  }
}

function spotsOfObject(
  shape: ObjectShape,
  within: (inner: Meaning, replace: (by: Meaning) => Shape, more?: Partial<Spot>) => Spot[],
): Spot[] {
  const { others } = shape;
  return [
    ...Object.entries(shape.properties).flatMap(([name, one]) =>
      within(
        one.meaning,
        (meaning) => ({ ...shape, properties: { ...shape.properties, [name]: { ...one, meaning } } }),
        { hiddenIn: new Set(one.hiddenIn === null ? [] : [one.hiddenIn]) },
      ),
    ),
    ...(typeof others === 'string' ? [] : within(others, (by) => ({ ...shape, others: by }))),
  ];
}
