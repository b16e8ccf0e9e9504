/** Character codes of JSON's marks. */
export const jsonMarks = {
  ...{ quote: 0x22, backslash: 0x5c, comma: 0x2c },
  ...{ listStart: 0x5b, listEnd: 0x5d, objectStart: 0x7b, objectEnd: 0x7d },
} as const;
const { quote, backslash, comma, listStart, listEnd, objectStart, objectEnd } = jsonMarks;

/**
 * How much JSON a text holds, without parsing it: to parse many members, or to look at deep ones, takes far longer. Both
 * are right for valid JSON; the values may be a few more, as an empty list counts an item.
 */
export function measureJson(text: string): { readonly values: number; readonly depth: number } {
  let values = 1;
  let depth = 0;
  let deepest = 0;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === quote) index = endOfString(text, index);
    else if (code === comma) values += 1;
    else if (code === objectEnd || code === listEnd) depth -= 1;
    else if (code === objectStart || code === listStart) {
      values += 1;
      depth += 1;
      if (depth > deepest) deepest = depth;
    }
  }
  return { values, depth: deepest };
}

/** Where the closing quote is of the string that opens at `start`; the end of the text, if it has none. */
export function endOfString(text: string, start: number): number {
  let end = start;
  do {
    end = text.indexOf('"', end + 1);
    if (end === -1) return text.length;
  } while (isEscaped(text, end));
  return end;
}

function isEscaped(text: string, index: number): boolean {
  let first = index;
  while (text.charCodeAt(first - 1) === backslash) first -= 1;
  return (index - first) % 2 === 1;
}
