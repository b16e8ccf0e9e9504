import { at, isObject, type Json, type JsonObject, objectAt, resolve } from './json.ts';

/**
 * Examples are written once, for the newest edition: here they lose what their edition does not have. And every
 * JSON body shows the example of its model, since not all readers of a document follow references for that.
 */
export function tidyExamples(document: JsonObject): JsonObject {
  const schemas = Object.entries(objectAt(document, 'components', 'schemas')).map(([name, schema]) => {
    const examples = at(schema, 'examples');
    if (!isObject(schema) || !Array.isArray(examples)) return [name, schema];
    return [name, { ...schema, examples: examples.map((example: Json) => fitTo(document, schema, example)) }];
  });
  const components = { ...objectAt(document, 'components'), schemas: Object.fromEntries(schemas) as JsonObject };
  return showInBodies({ ...document, components });
}

/** Copies the example without keys that its schema does not define. */
function fitTo(document: JsonObject, schema: Json | undefined, example: Json): Json {
  const whole = choose(document, resolve(document, schema), example);
  if (Array.isArray(example)) return example.map((item: Json) => fitTo(document, at(whole, 'items'), item));
  if (!isObject(example) || !isObject(whole) || !isObject(whole['properties'])) return example;
  const properties = whole['properties'];
  const known = Object.entries(example).filter(([name]) => name in properties);
  return Object.fromEntries(known.map(([name, value]) => [name, fitTo(document, properties[name], value ?? null)]));
}

/** The member of a union that the example belongs to. */
function choose(document: JsonObject, schema: Json | undefined, example: Json): Json | undefined {
  const mapped = at(schema, 'discriminator', 'mapping', String(at(example, 'type')));
  if (typeof mapped === 'string') return resolve(document, { $ref: mapped });
  const options = at(schema, 'anyOf');
  if (!Array.isArray(options)) return schema;
  return options.map((option: Json) => resolve(document, option)).find((option) => at(option, 'type') !== 'null');
}

function showInBodies(document: JsonObject): JsonObject {
  const visit = (value: Json | undefined): Json | undefined => {
    if (Array.isArray(value)) return value.map((item: Json) => visit(item) ?? null);
    if (!isObject(value)) return value;
    const entries = Object.entries(value).map(([name, inner]) => [name, visit(inner)] as const);
    const own = Object.fromEntries(entries);
    const schema = resolve(document, at(value, 'application/json', 'schema'));
    const [example] = (at(schema, 'examples') ?? []) as readonly Json[]; // Examples of a schema are a list.
    if (example === undefined || at(value, 'application/json', 'examples') !== undefined) return own;
    const summary = String(at(schema, 'description')).replace(/\.$/, '');
    return {
      ...own,
      'application/json': { ...objectAt(own, 'application/json'), examples: { typical: { summary, value: example } } },
    };
  };
  return visit(document) as JsonObject; // An object stays one.
}
