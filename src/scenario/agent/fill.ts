import type { Random } from '../../runtime/random.ts';

/** Puts values in the places of a frame. What is put in is not read again: a prompt may hold braces. */
export function fill(frame: string, values: Readonly<Record<string, string>>): string {
  return frame.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = values[name] ?? values[name.toLowerCase()] ?? '';
    return /^[A-Z]/.test(name) ? upperFirst(value) : value;
  });
}

/** Draws a number for each range such as `{3-9}`. */
export function drawNumbers(text: string, random: Random): string {
  return text.replace(/\{(\d+)-(\d+)\}/g, (_, min: string, max: string) => `${random.integer(+min, +max)}`);
}

/** Some names of a list: `a`, `a and b`, `a, b and c`, `a, b, c and others`. */
export function enumerate(names: readonly string[]): string {
  const shown = names.length > 3 ? [...names.slice(0, 3), 'others'] : names;
  return shown.length < 2 ? shown.join() : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`;
}

export function upperFirst(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** For the middle of a sentence; names such as `SLA` or `p95` stay. */
export function lowerFirst(text: string): string {
  return /^[A-Z][a-z ]/.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text;
}
