import type { Choices } from '../api/choices.ts';

/**
 * A title made of a message: its first characters and a suffix, on one line, no character cut in two; null for a blank
 * one.
 */
export function makeTitle(message: string, { title_length, title_suffix }: Choices): string | null {
  const line = firstWords(message, title_length * UNITS_A_GRAPHEME);
  if (line === '') return null;
  return `${firstCharacters(line, title_length).trimEnd()}${title_suffix}`;
}

/**
 * Combining marks can make one grapheme of megabytes: no title is made of more than this for each of its characters.
 */
const UNITS_A_GRAPHEME = 32;

/** Collapses blanks and keeps as many words as a title can need. */
function firstWords(message: string, limit: number): string {
  let line = '';
  for (const [word] of message.matchAll(/\S+/g)) {
    line += line === '' ? word : ` ${word}`;
    if (line.length > limit) break;
  }
  return line.slice(0, limit);
}

function firstCharacters(text: string, count: number): string {
  if (text.length <= count) return text;
  if (/^[\x20-\x7e]*$/.test(text)) return text.slice(0, count);
  let end = 0;
  let characters = 0;
  for (const { index, segment } of new Intl.Segmenter('en', { granularity: 'grapheme' }).segment(text)) {
    characters += 1;
    if (characters > count) break;
    end = index + segment.length;
  }
  return text.slice(0, end);
}
