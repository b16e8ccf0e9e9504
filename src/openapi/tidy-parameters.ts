import { isObject, type Json, type JsonObject, objectAt } from './json.ts';

/** Parameters in the order a reader wants, described once; those of several operations become components. */
export function tidyParameters(document: JsonObject): JsonObject {
  const uses = new Map<string, number>();
  const tidy = mapParameters(document, (parameter) => {
    const { name, in: place, required = false, description, schema } = parameter;
    const { description: _, ...bare } = objectAt(schema);
    const whole = { name, in: place, required, description, schema: bare } as JsonObject;
    uses.set(JSON.stringify(whole), (uses.get(JSON.stringify(whole)) ?? 0) + 1);
    return whole;
  });
  const shared = new Map<string, JsonObject>();
  const paths = mapParameters({ paths: tidy }, (parameter) => {
    if (uses.get(JSON.stringify(parameter)) === 1) return parameter;
    const name = componentName(String(parameter['name']));
    const other = shared.get(name) ?? parameter;
    if (JSON.stringify(other) !== JSON.stringify(parameter)) return parameter; // Its name is another's: it stays where it is.
    shared.set(name, parameter);
    return { $ref: `#/components/parameters/${name}` };
  });
  const parameters = Object.fromEntries([...shared].sort(([one], [other]) => (one < other ? -1 : 1)));
  return { ...document, components: { ...objectAt(document, 'components'), parameters }, paths };
}

function mapParameters(document: JsonObject, change: (parameter: JsonObject) => JsonObject): JsonObject {
  return mapValues(objectAt(document, 'paths'), (item) =>
    mapValues(item, (operation) => {
      const parameters = isObject(operation) ? operation['parameters'] : undefined;
      if (!isObject(operation) || !Array.isArray(parameters)) return operation;
      return { ...operation, parameters: parameters.filter(isObject).map(change) };
    }),
  );
}

function mapValues(value: Json, change: (value: Json) => Json): JsonObject {
  if (!isObject(value)) return {};
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, change(inner ?? null)]));
}

/** `project_id` → `ProjectId`. */
function componentName(name: string): string {
  return name.replaceAll(/(?:^|_)(\w)/g, (_, letter: string) => letter.toUpperCase());
}
