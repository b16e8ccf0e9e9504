import { type JsonEntry, type JsonNode, readJsonTree } from './json-tree.ts';
import { isCommonKey, isFreeKey, isPlainValue } from './known-keys.ts';
import type { ReplaceWords } from './pseudonyms.ts';
import { readSpelling } from './spelling.ts';

/** Replaces what people wrote, or what is about them. Every result is as long as what was given. */
export interface TextHider {
  /** A text of no known form; JSON within it stays JSON. */
  text(text: string): string;
  /** The body of a request or an answer, or the data of an event; it need not be JSON. */
  json(text: string): string;
  /** Looks for the texts of a JSON value, and leaves it to the caller to replace them. Null: it is not JSON. */
  find(text: string): readonly FoundText[] | null;
  /** How many texts have changed. */
  readonly replaced: number;
}

/** A text or number within JSON, where it stands, and what its keys are. */
export interface FoundText {
  readonly start: number;
  readonly end: number;
  readonly path: string;
  readonly kind: 'text' | 'number';
}

/** A part of a text, and what takes its place. */
export interface Replacement {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** JSON within JSON is text again from here on. */
const MOST_LEVELS = 5;

/** Creates what replaces texts by these pseudonyms, and counts them. */
export function createTextHider(replaceWords: ReplaceWords): TextHider {
  let replaced = 0;
  const counted = (before: string, after: string) => {
    if (before !== after) replaced += 1;
    return after;
  };
  const words = (text: string) => {
    const spelling = readSpelling(text, 'all');
    return spelling.write(replaceWords(spelling.plain));
  };
  const within = (text: string, level: number): string => {
    if (level < MOST_LEVELS && /^\s*[[{]/.test(text)) {
      const tree = readJsonTree(text);
      if (tree) return replaceAll(text, listTexts({ text, tree, isFree: true }), level + 1);
    }
    return words(text);
  };
  const replaceAll = (text: string, found: readonly FoundText[], level: number) =>
    applyReplacements(
      text,
      found.map((one) => ({ ...one, text: replaceOne(text.slice(one.start, one.end), one.kind, level) })),
    );
  const replaceOne = (written: string, kind: FoundText['kind'], level: number) => {
    if (kind === 'number') return counted(written, replaceNumber(written, replaceWords));
    const spelling = readSpelling(written, 'json');
    return counted(written, spelling.write(within(spelling.plain, level)));
  };
  const find = (text: string) => {
    const tree = readJsonTree(text);
    return tree && listTexts({ text, tree, isFree: tree.kind === 'text' || tree.kind === 'number' });
  };
  return {
    text: (text) => counted(text, within(text, 0)),
    json: (text) => {
      const found = find(text);
      return found ? replaceAll(text, found, 0) : counted(text, hideBroken(text, words));
    },
    find,
    get replaced() {
      return replaced;
    },
  };
}

/** Puts texts into their places, which are in order and do not overlap. */
export function applyReplacements(text: string, replacements: readonly Replacement[]): string {
  const parts: string[] = [];
  let from = 0;
  for (const { start, end, text: shown } of replacements) {
    parts.push(text.slice(from, start), shown);
    from = end;
  }
  return parts.join('') + text.slice(from);
}

/** A number stays one of the same length; a large one stays finite. */
function replaceNumber(written: string, replaceWords: ReplaceWords): string {
  if (/e/i.test(written)) return written.replace(/(?<=\.)\d+/, replaceWords);
  return written.replaceAll(/\d+/g, replaceWords);
}

interface Listed {
  readonly text: string;
  readonly tree: JsonNode;
  /** Whether all of it is what people wrote, keys included. */
  readonly isFree: boolean;
}

/** The texts and numbers that are to be replaced, in the order of the text. */
function listTexts({ text, tree, isFree }: Listed): FoundText[] {
  const found: FoundText[] = [];
  const keyOf = ({ key }: JsonEntry) => readSpelling(text.slice(key.start, key.end), 'json').plain;
  const look = (node: JsonNode, { path, free, key, isCall }: Look): void => {
    if (node.kind === 'list')
      for (const item of node.items) look(item, { path: `${path}[]`, free, key, isCall: false });
    if (node.kind === 'map') {
      const isToolCall = !free && node.entries.some((entry) => keyOf(entry) === 'call_id');
      for (const entry of node.entries) {
        const name = keyOf(entry);
        const inner = `${path}.${name}`;
        if (free && !isCommonKey(name)) found.push({ ...entry.key, path: inner, kind: 'text' });
        look(entry.value, { path: inner, free: free || isFreeKey(name), key: name, isCall: isToolCall });
      }
    }
    if (node.kind !== 'text' && node.kind !== 'number') return;
    // The input that an error is about: one value of it has no key of its own.
    const hides = free || (node.kind === 'number' ? key === 'input' : !isPlain(node, { key, isCall }));
    if (hides) found.push({ ...{ start: node.start, end: node.end }, path, kind: node.kind });
  };
  const isPlain = (node: { start: number; end: number }, { key, isCall }: Pick<Look, 'key' | 'isCall'>) =>
    key !== null && isPlainValue({ key, value: readSpelling(text.slice(node.start, node.end), 'json').plain, isCall });
  look(tree, { path: '', free: isFree, key: null, isCall: false });
  return found;
}

interface Look {
  readonly path: string;
  readonly free: boolean;
  readonly key: string | null;
  readonly isCall: boolean;
}

/** JSON that was cut or is wrong: the words of the format stay, and keys that the API has. */
function hideBroken(text: string, words: (text: string) => string): string {
  if (!/^\s*[[{"]/.test(text)) return words(text);
  const outside = (part: string) =>
    part
      .split(/\b(true|false|null)\b/)
      .map((piece, index) => (index % 2 === 1 ? piece : words(piece)))
      .join('');
  return text.replaceAll(/"((?:[^"\\]|\\[\s\S])*)("\s*:|"|$)|[^"]+/g, (part, inner?: string, after = '') => {
    if (inner === undefined) return outside(part);
    const spelling = readSpelling(inner, 'json');
    if (after.endsWith(':') && (isCommonKey(spelling.plain) || isFreeKey(spelling.plain))) return part;
    return `"${spelling.write(words(spelling.plain))}${after}`;
  });
}
