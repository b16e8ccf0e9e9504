/** Half of a surrogate pair; the two halves of a whole one are one character here. */
const HALF = /\p{Surrogate}/u;

/** The path of the first text in a JSON value that holds half a character, which only an escape can write; else null. */
export function findHalfCharacter(value: unknown, path = '$'): string | null {
  if (typeof value === 'string') return HALF.test(value) ? path : null;
  if (typeof value !== 'object' || value === null) return null;
  for (const [key, inner] of Object.entries(value)) {
    if (HALF.test(key)) return path;
    const found = findHalfCharacter(inner, Array.isArray(value) ? `${path}[${key}]` : `${path}.${key}`);
    if (found !== null) return found;
  }
  return null;
}

/** Whether a JSON text may hold half a character: without such an escape, UTF-8 has none. */
export function mayHoldHalf(text: string | Buffer): boolean {
  return text.includes('\\ud') || text.includes('\\uD');
}
