/** The beginning of a text that a message repeats: names and values may be as long as a body. */
export function shorten(text: string, characters = 60): string {
  return text.length > characters ? `${text.slice(0, characters - 1)}…` : text;
}

/** Both ends of a text that is too long, the last `tail` characters at its end: what differs is often there. */
export function shortenMiddle(
  text: string,
  { characters, tail }: { readonly characters: number; readonly tail: number },
): string {
  if (text.length <= characters) return text;
  return `${text.slice(0, characters - 1 - tail)}…${text.slice(text.length - tail)}`;
}
