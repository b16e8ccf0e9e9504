import type { Random } from '../../runtime/random.ts';

/** Values for the placeholders of a phrase, by name. */
export type Values = Readonly<Record<string, string>>;

/** Fills the placeholders of a phrase: `{name}`, or `{Name}` with a capital. Filled-in text is not scanned again. */
export function fill(phrase: string, values: Values): string {
  let text = '';
  let from = 0;
  for (let open = phrase.indexOf('{'); open >= 0; open = phrase.indexOf('{', from)) {
    const close = phrase.indexOf('}', open);
    const name = phrase.slice(open + 1, close);
    text += phrase.slice(from, open) + (values[name] ?? upperFirst(values[name.toLowerCase()] ?? ''));
    from = close + 1;
  }
  return text + phrase.slice(from);
}

/** Replaces each range such as `{3-9}` by a random number. */
export function drawNumbers(text: string, random: Random): string {
  return text.replace(/\{(\d+)-(\d+)\}/g, (_, min: string, max: string) => `${random.integer(+min, +max)}`);
}

/** `a`, `a and b`, `a, b and c`, `a, b, c and others`. */
export function enumerate(names: readonly string[]): string {
  const shown = names.length > 3 ? [...names.slice(0, 3), 'others'] : names;
  return shown.length < 2 ? shown.join() : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`;
}

/** Formats items as a Markdown list. */
export function bullets(items: readonly string[]): string {
  return items.map((item) => `- ${item}`).join('\n');
}

/** Capitalizes the first letter. */
export function upperFirst(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Lower-cases the first letter. */
export function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
