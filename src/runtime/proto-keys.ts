/**
 * A key of this name in JSON or YAML is data like any other, but zod leaves it out of maps, unchecked. So it takes part
 * in parsing under another name, which is a header name, a text of small letters, and none that anybody chooses.
 */
const PROTO = '__proto__';
const STAND_IN = '__proto__~stand-in';

/** The value with the stand-in for each such key; the same value if there is none. */
export function hideProtoKeys(value: unknown): unknown {
  return rename(value, PROTO, STAND_IN);
}

/** The value with the keys that `hideProtoKeys` has hidden. */
export function showProtoKeys<Value>(value: Value): Value {
  return rename(value, STAND_IN, PROTO) as Value; // The same value but for a name in it.
}

/** A text that may repeat a key. */
export function showProtoName(text: string): string {
  return text.replaceAll(STAND_IN, PROTO);
}

function rename(value: unknown, from: string, to: string): unknown {
  if (Array.isArray(value)) {
    const items = value.map((item) => rename(item, from, to));
    return items.some((item, index) => item !== value[index]) ? items : value;
  }
  if (!isMap(value)) return value;
  const entries = Object.entries(value).map(
    ([key, inner]) => [key === from ? to : key, rename(inner, from, to)] as const,
  );
  const isSame = entries.every(([key, inner]) => Object.hasOwn(value, key) && inner === Reflect.get(value, key));
  // Own keys, also of this name: an assignment would replace the prototype.
  return isSame ? value : Object.fromEntries(entries);
}

/** Data, and no object of a program with ways of its own. */
function isMap(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
