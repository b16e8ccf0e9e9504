import { segmentGraphemes } from '../tokens.ts';
import { questionWords } from './phrases.ts';

/** The topic of a prompt in its own words; null if it has none. */
export interface Topic {
  readonly words: string | null;
  /** The prompt continues after these words. */
  readonly isCut: boolean;
  /** The prompt is empty or blank. */
  readonly isEmpty: boolean;
  readonly quarter: string | null;
  readonly year: number | null;
}

const WORDS = 6;
const LENGTH = 64;
const LONGEST_WORD = 32;
/** How many characters of a prompt are read; segmenting 1,000 costs more than the rest of a turn. */
const REACH = 120;

/** Extracts the topic of a prompt without its question words. Graphemes stay whole in every script. */
export function readTopic(prompt: string): Topic {
  const words = plainText(prompt)
    .split(' ')
    .map((word) => word.replace(/^[-.'’&/]+|[-.'’&/]+$/g, ''))
    .filter((word) => word !== '');
  const isAsked = (word: string | undefined) => word !== undefined && questionWords.has(word.toLowerCase());
  while (isAsked(words[0])) words.shift();
  while (isAsked(words.at(-1))) words.pop();
  const { length } = words;
  words.splice(WORDS);
  while (words.join(' ').length > LENGTH) words.pop();
  const isCut = words.length < length;
  while (isAsked(words.at(-1))) words.pop();
  return {
    words: words.length > 0 ? words.join(' ') : null,
    isCut,
    isEmpty: prompt.trim() === '',
    quarter: /\bq([1-4])\b/i.exec(prompt)?.[1] ?? null,
    year: Number(/\b20[12]\d\b/.exec(prompt)?.[0] ?? 0) || null,
  };
}

/**
 * Keeps letters, digits and characters inside words; everything else, including Markdown and template braces, becomes a
 * space.
 */
function plainText(prompt: string): string {
  const part = prompt.slice(0, REACH);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: it asks for ASCII.
  if (/^[\x00-\x7f]*$/.test(part)) return part.replace(/[^A-Za-z0-9\-.'&/]+/g, ' ');
  let text = '';
  let wordLength = 0;
  for (const { segment, index } of segmentGraphemes(part)) {
    // The last one may be cut, or a surrogate pair after it; and a writing without blanks is one long word, which is
    // cut between graphemes.
    if (wordLength > LONGEST_WORD || (prompt.length > REACH && index + segment.length >= REACH - 1)) break;
    // A sign with a mark of its own is not part of a word: signs are cut off at its ends, and the mark would stay.
    const isWord = /^(?:[\p{L}\p{N}]|[-.'’&/]$)/u.test(segment) && segment.length < LONGEST_WORD;
    wordLength = isWord ? wordLength + segment.length : 0;
    text += isWord ? segment : ' ';
  }
  return text;
}
