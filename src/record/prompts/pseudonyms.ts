import { createCipheriv, createHmac, randomBytes } from 'node:crypto';
import { type Alphabet, alphabetOf } from './alphabets.ts';

/** Replaces each word of a text by its pseudonym; lengths, whitespace and punctuation stay as they are. */
export type ReplaceWords = (text: string) => string;

/** What is no word of anybody, a hidden secret or the scheme of a URL; then words, and signs such as emoji. */
const WORDS =
  /(\[redacted\]~*|(?:https?|ftp|file|wss?)(?=:\/\/))|[\p{L}\p{M}\p{N}]+|\p{Extended_Pictographic}|\p{Regional_Indicator}/gu;
/** Scripts that write no blanks between words. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
/** A longer word is no word of a language; two such are never one pseudonym but by an incredible chance. */
const LONGEST_WORD = 60;
const LONGEST_RUN = 500;
const MOST_REMEMBERED = 50_000;
const MOST_REMEMBERED_CHARACTERS = 200;
/** Of a Feistel network: four are enough against whoever only sees the results (Luby and Rackoff). */
const ROUNDS = 6;

/**
 * Creates pseudonyms with a random key that is kept nowhere: the same word, in upper or lower case, always becomes the
 * same pseudonym, and two words never become one. Nobody can tell the word from it, not even by a list of words.
 */
export function createPseudonyms(key: Uint8Array = randomBytes(32)): ReplaceWords {
  const segmenter = new Intl.Segmenter('en', { granularity: 'word' });
  const remembered = new Map<string, string>();
  const replace = (word: string) => {
    const before = remembered.get(word);
    if (before !== undefined) return before;
    const after = replaceWord([...word], key);
    if (word.length > MOST_REMEMBERED_CHARACTERS) return after;
    if (remembered.size >= MOST_REMEMBERED) remembered.clear();
    remembered.set(word, after);
    return after;
  };
  return (text) =>
    text.replaceAll(WORDS, (run, kept?: string) => {
      if (kept !== undefined) return run;
      if (!UNSPACED.test(run)) return replace(run);
      return pieces([...run], LONGEST_RUN)
        .flatMap((piece) => [...segmenter.segment(piece.join(''))].map(({ segment }) => replace(segment)))
        .join('');
    });
}

function pieces<Item>(items: readonly Item[], size: number): Item[][] {
  const all: Item[][] = [];
  for (let from = 0; from < items.length; from += size) all.push(items.slice(from, from + size));
  return all;
}

/** A character as a number of its alphabet. */
interface Letter {
  readonly alphabet: Alphabet;
  readonly isUpper: boolean;
}

/** Replaces the characters of a word by others of their alphabets. */
function replaceWord(characters: readonly string[], key: Uint8Array): string {
  const isNumber = characters.every((one) => /[0-9]/.test(one));
  const letters: Letter[] = [];
  const numbers: number[] = [];
  const places: number[] = [];
  for (const [index, one] of characters.entries()) {
    // A number keeps its leading zero, and gets none.
    if (isNumber && index === 0 && one === '0') continue;
    const alphabet = isNumber && index === 0 ? LEADING_DIGITS : alphabetOf(one);
    if (!alphabet || alphabet.characters.length < 2) continue;
    const lower = alphabet.isCased ? one.toLowerCase() : one;
    const number = alphabet.places.get(lower);
    if (number === undefined) continue;
    letters.push({ alphabet, isUpper: lower !== one });
    numbers.push(number);
    places.push(index);
  }
  const shuffled = (numbers.length > LONGEST_WORD ? shiftAll : shuffle)(numbers, { letters, key });
  const replaced = [...characters];
  for (const [order, place] of places.entries()) {
    const letter = letters[order];
    const chosen = letter?.alphabet.characters[shuffled[order] ?? 0] ?? '';
    replaced[place] = letter?.isUpper ? chosen.toUpperCase() : chosen;
  }
  return replaced.join('');
}

const leading = [...'123456789'];
const LEADING_DIGITS: Alphabet = {
  id: 'leading',
  characters: leading,
  places: new Map(leading.map((one, index) => [one, index])),
  isCased: false,
};

interface Shuffling {
  readonly letters: readonly Letter[];
  readonly key: Uint8Array;
}

/** Shifts each number by a stream of bytes that depends on the whole word. */
function shiftAll(numbers: readonly number[], { letters, key }: Shuffling): readonly number[] {
  const seed = createHmac('sha512', key).update(numbers.join()).digest();
  const stream = createCipheriv('aes-256-ctr', seed.subarray(0, 32), seed.subarray(32, 48)).update(
    Buffer.alloc(2 * numbers.length),
  );
  return numbers.map((number, index) => (number + stream.readUInt16LE(2 * index)) % (sizeOf(letters[index]) || 1));
}

function sizeOf(letter: Letter | undefined): number {
  return letter?.alphabet.characters.length ?? 0;
}

/** A permutation of all words of the same form, by a Feistel network over the numbers of their characters. */
function shuffle(numbers: readonly number[], { letters, key }: Shuffling): readonly number[] {
  const sizes = letters.map(({ alphabet }) => alphabet.characters.length);
  const form = letters.map(({ alphabet }) => alphabet.id).join('|');
  const shifts = (round: number, half: readonly number[]) => {
    const hash = createHmac('sha512', key).update(`${round}:${form}:${half.join()}`).digest();
    return (index: number) => hash.readUInt16LE(2 * index);
  };
  const [only, size = 2] = [numbers[0] ?? 0, sizes[0]];
  // Never the same: a single character has no other half.
  if (numbers.length === 1) return [(only + 1 + (shifts(0, [])(0) % (size - 1))) % size];
  const middle = Math.ceil(numbers.length / 2);
  let result = [...numbers];
  for (let round = 0; round < ROUNDS; round += 1) {
    const [from, to] = round % 2 === 0 ? [middle, numbers.length] : [0, middle];
    const shift = shifts(round, round % 2 === 0 ? result.slice(0, middle) : result.slice(middle));
    result = result.map((number, index) =>
      index < from || index >= to ? number : (number + shift(index - from)) % (sizes[index] ?? 1),
    );
  }
  return result;
}
