/** Literal `{{` in a text with templates: the braces are written twice. `}}` needs no escape. */
export const ESCAPED_BRACES = '{{{{';

/** A text with its literal braces, templates left as they stand: the fill of a script that has none. */
export function unescapeBraces(text: string): string {
  return text.replaceAll(ESCAPED_BRACES, '{{');
}
