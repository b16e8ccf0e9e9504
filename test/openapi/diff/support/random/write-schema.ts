import type { Json, JsonObject } from '../../../../../src/openapi/json.ts';
import type { Meaning, NumberShape, ObjectShape, Shape, UnionShape } from './model.ts';
import { addComponent, choosing, isModern, type Pen, turn, turnList, wrap } from './pen.ts';

/** Writes a meaning as a schema, in one of many ways. */
export function writeMeaning(pen: Pen, meaning: Meaning): JsonObject {
  const { description, isDeprecated, fallback } = meaning;
  const texts: JsonObject = {
    ...(description !== null && { description }),
    ...(isDeprecated && { deprecated: true }),
    ...(fallback !== null && { default: fallback }),
  };
  const plain = writeShape(pen, meaning.shape);
  const schema = meaning.isNullable ? writeNull(pen, plain) : plain;
  if (Object.keys(texts).length === 0) return wrap(pen, schema);
  return choosing<JsonObject>(pen, {
    'texts inside': () => wrap(pen, { ...schema, ...texts }),
    'texts beside allOf': () => turn(pen, { ...texts, allOf: [wrap(pen, schema)] }),
    'texts beside $ref': isModern(pen)
      ? () => ({ ...texts, $ref: `#/components/schemas/${addComponent(pen, 'schemas', schema)}` })
      : null,
  });
}

function writeShape(pen: Pen, shape: Shape): JsonObject {
  switch (shape.kind) {
    case 'boolean':
      return choosing<JsonObject>(pen, {
        'a boolean': () => ({ type: 'boolean' }),
        'both booleans': () => ({ type: 'boolean', enum: turnList(pen, [true, false]) }),
      });
    case 'text': {
      const { minLength, maxLength, pattern, format } = shape;
      return {
        type: 'string',
        ...(minLength > 0 && { minLength }),
        ...(maxLength !== null && { maxLength }),
        ...(pattern !== null && { pattern }),
        ...(format !== null && { format }),
      };
    }
    case 'values':
      return writeValues(pen, shape.values);
    case 'number':
      return writeNumber(pen, shape);
    case 'list': {
      const { items, maxItems, isUnique } = shape;
      return {
        type: 'array',
        items: writeMeaning(pen, items),
        ...(maxItems !== null && { maxItems }),
        ...(isUnique && { uniqueItems: true }),
      };
    }
    case 'object':
      return writeObject(pen, shape);
    case 'union':
      return writeUnion(pen, shape);
    case 'mixed':
      return writeMixed(pen, shape.members);
  }
}

function writeValues(pen: Pen, values: readonly string[]): JsonObject {
  const modern = isModern(pen);
  const one = (value: string): JsonObject =>
    wrap(pen, modern && pen.choose(true, false) ? { const: value } : { type: 'string', enum: [value] });
  return choosing<JsonObject>(pen, {
    enum: () => ({ type: 'string', enum: turnList(pen, values) }),
    'enum without a type': modern ? () => ({ enum: turnList(pen, values) }) : null,
    'a union of values': () => ({ [pen.choose('oneOf', 'anyOf')]: turnList(pen, values).map(one) }),
    'a union of lists': () => ({
      anyOf: [wrap(pen, { type: 'string', enum: values.slice(0, 1) }), { type: 'string', enum: values.slice(1) }],
    }),
    'two lists': () => ({ allOf: [{ enum: [...values, 'extra'] }, { type: 'string', enum: ['more', ...values] }] }),
  });
}

function writeNumber(pen: Pen, { isWhole, lower, upper, multiple }: NumberShape): JsonObject {
  const isPlain = !isWhole || multiple !== null || pen.choose(true, false);
  const bound = (name: 'minimum' | 'maximum', limit: NumberShape['lower'], step: 1 | -1): JsonObject => {
    if (limit === null) return {};
    const exclusive = name === 'minimum' ? 'exclusiveMinimum' : 'exclusiveMaximum';
    const { number, isExclusive } = limit;
    return choosing<JsonObject>(pen, {
      'a bound': isExclusive
        ? () => (isModern(pen) ? { [exclusive]: number } : { [name]: number, [exclusive]: true })
        : () => ({ [name]: number }),
      'a bound and false': isExclusive || isModern(pen) ? null : () => ({ [name]: number, [exclusive]: false }),
      'the next whole number': isWhole && isExclusive ? () => ({ [name]: number + step }) : null,
      'a fraction below': isWhole && !isExclusive ? () => ({ [name]: number - step / 2 }) : null,
    });
  };
  return {
    ...(isWhole ? (isPlain ? { type: 'integer' } : { type: 'number', multipleOf: 1 }) : { type: 'number' }),
    ...bound('minimum', lower, 1),
    ...bound('maximum', upper, -1),
    ...(multiple !== null && { multipleOf: multiple }),
  };
}

function writeObject(pen: Pen, { properties, others }: ObjectShape, more: JsonObject = {}): JsonObject {
  const hiding = { request: { readOnly: true }, response: { writeOnly: true } };
  const all = Object.entries(properties).map(([name, { meaning, hiddenIn }]) => {
    const schema = writeMeaning(pen, meaning);
    if (hiddenIn === null) return [name, schema] as const;
    const isBare = '$ref' in schema && !isModern(pen);
    return [name, isBare ? { allOf: [schema], ...hiding[hiddenIn] } : { ...schema, ...hiding[hiddenIn] }] as const;
  });
  const required = [...Object.keys(more), ...Object.keys(properties).filter((name) => properties[name]?.isRequired)];
  const named: JsonObject = { ...more, ...Object.fromEntries(turnList(pen, all)) };
  const rest = { type: 'object', ...(required.length > 0 && { required: turnList(pen, required) }) };
  if (others === 'any')
    return {
      ...rest,
      properties: named,
      ...pen.choose<JsonObject>({}, { additionalProperties: true }, { additionalProperties: {} }),
    };
  const other: Json = others === 'none' ? false : writeMeaning(pen, others);
  return choosing<JsonObject>(pen, {
    additionalProperties: () => ({ ...rest, properties: named, additionalProperties: other }),
    unevaluatedProperties: isModern(pen)
      ? () => {
          const [first, ...more] = Object.entries(named);
          const parts = [Object.fromEntries(first ? [first] : []), Object.fromEntries(more)];
          return {
            ...rest,
            allOf: parts.map((part) => wrap({ ...pen, isSeen: true }, { type: 'object', properties: part })),
            unevaluatedProperties: other,
          };
        }
      : null,
  });
}

function writeUnion(pen: Pen, { members, hasDiscriminator }: UnionShape): JsonObject {
  const tagOf = (tag: string): JsonObject =>
    isModern(pen) && pen.choose(true, false) ? { const: tag } : { type: 'string', enum: [tag] };
  const written = turnList(pen, Object.entries(members)).map(
    ([tag, member]) => [tag, writeObject(pen, member, { kind: tagOf(tag) })] as const,
  );
  const keyword = pen.choose('oneOf', 'anyOf');
  if (hasDiscriminator) {
    const named = written.map(([tag, member]) => ({ tag, name: addComponent(pen, 'schemas', member) }));
    const mapping = named.map(({ tag, name }) => [tag, pen.choose(name, `#/components/schemas/${name}`)]);
    return {
      [keyword]: named.map(({ name }) => ({ $ref: `#/components/schemas/${name}` })),
      discriminator: { propertyName: 'kind', mapping: Object.fromEntries(turnList(pen, mapping)) },
    };
  }
  const all = written.map(([, member]) => wrap(pen, member));
  const [first, ...more] = all;
  return choosing<JsonObject>(pen, {
    'a union': () => ({ [keyword]: all }),
    'a typed union': () => ({ type: 'object', [keyword]: all }),
    'a union in a union': first && more.length > 0 ? () => ({ [keyword]: [wrap(pen, { oneOf: more }), first] }) : null,
    'a union below allOf': () => ({
      allOf: [{ type: 'object', properties: { kind: { type: 'string' } }, required: ['kind'] }, { [keyword]: all }],
    }),
  });
}

function writeMixed(pen: Pen, members: readonly Meaning[]): JsonObject {
  const isMergeable = members.every(({ shape }) => shape.kind !== 'values' && shape.kind !== 'boolean');
  return choosing<JsonObject>(pen, {
    'types as a union': () => ({
      [pen.choose('oneOf', 'anyOf')]: turnList(pen, members).map((member) => writeMeaning(pen, member)),
    }),
    'a list of types':
      isModern(pen) && isMergeable
        ? () => {
            const all = members.map(({ shape }) => writeShape(pen, shape));
            const isSafe = all.every((one) => !('allOf' in one || ('type' in one && 'multipleOf' in one)));
            if (!isSafe) return { anyOf: all };
            return { ...Object.assign({}, ...all), type: all.map(({ type }) => type) };
          }
        : null,
  });
}

const nulls: readonly JsonObject[] = [{ type: 'null' }, { const: null }, { enum: [null] }, { type: ['null'] }];

function writeNull(pen: Pen, schema: JsonObject): JsonObject {
  const { type, enum: listed, oneOf, anyOf } = schema;
  const list = Array.isArray(listed) ? pen.choose<JsonObject>({ enum: [...listed, null] }) : {};
  const union = oneOf ?? anyOf;
  const modern = isModern(pen);
  return choosing<JsonObject>(pen, {
    nullable: typeof type === 'string' ? () => ({ ...schema, ...pen.choose(list, {}), nullable: true }) : null,
    'nullable around allOf': () => ({ nullable: true, allOf: [wrap(pen, schema)] }),
    'a list with null':
      modern && typeof type === 'string' && !('allOf' in schema) && union === undefined
        ? () => ({ ...schema, ...list, type: turnList(pen, [type, 'null']) })
        : null,
    'a union with null': modern
      ? () => ({ [pen.choose('anyOf', 'oneOf')]: turnList(pen, [wrap(pen, schema), pen.choose(...nulls)]) })
      : null,
    'null in the union':
      modern && Array.isArray(union) && type === undefined
        ? () => ({
            ...schema,
            [oneOf === undefined ? 'anyOf' : 'oneOf']: turnList(pen, [...(union as Json[]), pen.choose(...nulls)]),
          })
        : null,
  });
}
