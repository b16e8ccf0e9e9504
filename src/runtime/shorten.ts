/** The beginning of a text that a message repeats: names and values may be as long as a body. */
export function shorten(text: string, characters = 60): string {
  return text.length > characters ? `${text.slice(0, characters - 1)}…` : text;
}
