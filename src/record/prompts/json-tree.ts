/** A value of a JSON text with its place there. */
export type JsonNode =
  | { readonly kind: 'text'; readonly start: number; readonly end: number }
  | { readonly kind: 'number'; readonly start: number; readonly end: number }
  | { readonly kind: 'word' }
  | { readonly kind: 'list'; readonly items: readonly JsonNode[] }
  | { readonly kind: 'map'; readonly entries: readonly JsonEntry[] };

/** A key, without its quotes, and its value. */
export interface JsonEntry {
  readonly key: { readonly start: number; readonly end: number };
  readonly value: JsonNode;
}

const DEEPEST = 500;
const TOKEN = /\s*(?:"((?:[^"\\]|\\.)*)"|(-?\d[\d.eE+-]*)|(true|false|null)|([[\]{},:]))\s*/y;

/** Reads where the values of a JSON text stand. Returns null for other text, and where it is nested too deeply. */
export function readJsonTree(text: string): JsonNode | null {
  try {
    JSON.parse(text);
  } catch {
    return null;
  }
  const reader = createReader(text);
  return reader.value(0);
}

/** Reads a text that is known to be JSON. */
function createReader(text: string) {
  let at = 0;
  const next = () => {
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(text);
    at = match ? TOKEN.lastIndex : text.length;
    return match;
  };
  const sign = () => next()?.[4];
  const placeOf = (match: RegExpExecArray, inner: string) => {
    const start = match.index + match[0].indexOf(inner === match[1] ? '"' : inner) + (inner === match[1] ? 1 : 0);
    return { start, end: start + inner.length };
  };
  const isClosed = (closing: string) => {
    const before = at;
    if (sign() === closing) return true;
    at = before;
    return false;
  };
  const value = (depth: number): JsonNode | null => {
    if (depth > DEEPEST) return null;
    const match = next();
    if (!match) return null;
    const [, quoted, number, , opening] = match;
    if (quoted !== undefined) return { kind: 'text', ...placeOf(match, quoted) };
    if (number !== undefined) return { kind: 'number', ...placeOf(match, number) };
    if (opening === '[') return list(depth);
    return opening === '{' ? map(depth) : { kind: 'word' };
  };
  const list = (depth: number): JsonNode | null => {
    const items: JsonNode[] = [];
    if (isClosed(']')) return { kind: 'list', items };
    do {
      const item = value(depth + 1);
      if (!item) return null;
      items.push(item);
    } while (sign() === ',');
    return { kind: 'list', items };
  };
  const map = (depth: number): JsonNode | null => {
    const entries: JsonEntry[] = [];
    if (isClosed('}')) return { kind: 'map', entries };
    do {
      const name = next();
      if (name?.[1] === undefined || sign() !== ':') return null;
      const inner = value(depth + 1);
      if (!inner) return null;
      entries.push({ key: placeOf(name, name[1]), value: inner });
    } while (sign() === ',');
    return { kind: 'map', entries };
  };
  return { value };
}
