/** A line of a JSON value as it is shown. */
export interface JsonLine {
  readonly depth: number;
  /** The name before it, quoted; '' in a list. */
  readonly name: string;
  readonly text: string;
  readonly kind: 'string' | 'number' | 'word' | 'mark';
  /** Where it is in the value. */
  readonly path: readonly (string | number)[];
}

/** More lines, longer texts and deeper values are cut: nobody reads them, and a page must not stand still. */
const MOST_LINES = 3000;
const LONGEST_TEXT = 20_000;
const DEEPEST = 60;

/** The lines of a JSON value, two spaces a level; what is cut is said in a line of its own. */
export function toJsonLines(value: unknown): JsonLine[] {
  const lines: JsonLine[] = [];
  write(value, { depth: 0, name: '', path: [], end: '' });
  return lines;

  function write(
    value: unknown,
    at: { readonly depth: number; readonly name: string; readonly path: JsonLine['path']; readonly end: string },
  ): void {
    if (lines.length > MOST_LINES) return;
    const { depth, name, path, end } = at;
    const add = (text: string, kind: JsonLine['kind']) => lines.push({ depth, name, text: text + end, kind, path });
    if (lines.length === MOST_LINES) {
      lines.push({ depth: 0, name: '', text: '… the rest is not shown; copy it to see all', kind: 'mark', path: [] });
      return;
    }
    if (typeof value === 'string') add(shortJson(value), 'string');
    else if (typeof value === 'number') add(String(value), 'number');
    else if (typeof value !== 'object' || value === null) add(String(value), 'word');
    else {
      const isList = Array.isArray(value);
      const [open, close] = isList ? ['[', ']'] : ['{', '}'];
      const entries = isList ? [...value.entries()] : Object.entries(value);
      if (entries.length === 0 || depth >= DEEPEST) {
        add(entries.length === 0 ? open + close : `${open} … ${close}`, 'mark');
        return;
      }
      lines.push({ depth, name, text: open, kind: 'mark', path });
      for (const [index, [key, inner]] of entries.entries())
        write(inner, {
          depth: depth + 1,
          name: isList ? '' : `${shortJson(String(key))}: `,
          path: [...path, key],
          end: index < entries.length - 1 ? ',' : '',
        });
      if (lines.length <= MOST_LINES) lines.push({ depth, name: '', text: close + end, kind: 'mark', path });
    }
  }
}

function shortJson(text: string): string {
  if (text.length <= LONGEST_TEXT) return JSON.stringify(text);
  return `${JSON.stringify(text.slice(0, LONGEST_TEXT))} … ${(text.length - LONGEST_TEXT).toLocaleString('en')} more characters`;
}
