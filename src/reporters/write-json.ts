/**
 * Writes what `JSON.stringify(value, null, 2)` returns, piece by piece: a report as one string may be longer than a
 * string can be.
 */
export function* writeJson(value: unknown, indent = ''): Generator<string> {
  if (typeof value !== 'object' || value === null) {
    yield JSON.stringify(value) ?? 'null';
    return;
  }
  const isList = Array.isArray(value);
  const members = isList
    ? value.map((item): [string, unknown] => ['', item])
    : Object.entries(value)
        .filter(([, item]) => item !== undefined)
        .map(([key, item]): [string, unknown] => [`${JSON.stringify(key)}: `, item]);
  if (members.length === 0) {
    yield isList ? '[]' : '{}';
    return;
  }
  const inner = `${indent}  `;
  let before = isList ? '[' : '{';
  for (const [label, item] of members) {
    yield `${before}\n${inner}${label}`;
    yield* writeJson(item, inner);
    before = ',';
  }
  yield `\n${indent}${isList ? ']' : '}'}`;
}
