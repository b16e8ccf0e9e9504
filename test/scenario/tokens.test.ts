import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { countTokens, splitTokens } from '../../src/scenario/tokens.ts';
import { runs } from '../support/runs.ts';

const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });

const cases: readonly (readonly [what: string, text: string, tokens: readonly string[]])[] = [
  ['nothing', '', []],
  ['words with their blank', 'Revenue grew in Q3.', ['Revenue', ' grew', ' in', ' Q', '3', '.']],
  [
    'long words in pieces',
    'an international misunderstanding',
    ['an', ' inter', 'nati', 'onal', ' misund', 'ersta', 'nding'],
  ],
  ['digits in threes', 'up 12345.67 %', ['up', ' 123', '45', '.', '67', ' %']],
  ['apostrophes', "don't", ['don', "'t"]],
  ['Markdown', '- **ARR**\n\n| a |', ['-', ' **', 'ARR', '**', '\n\n', '|', ' a', ' |']],
  ['indentation', 'if:\n    go', ['if', ':', '\n', '   ', ' go']],
  ['CRLF', 'a\r\n\r\n\r\nb', ['a', '\r\n\r\n', '\r\n', 'b']],
  ['accents', 'Größe', ['Größe']],
  ['combining marks', 'un cafe\u0301 noir', ['un', ' caf', 'e\u0301', ' noir']],
  ['emoji', 'ok 👩‍👩‍👧‍👦👍🏽🇩🇪🇫🇷!', ['ok', ' 👩‍👩‍👧‍👦', '👍🏽', '🇩🇪', '🇫🇷', '!']],
  ['Devanagari', 'क्षत्रिय', ['क्षत्रि', 'य']],
  ['lone surrogates', 'a\ud83d\udc4d\ud83db', ['a', '👍', '\ud83d', 'b']],
];

describe('splitTokens', () => {
  test.each(cases)('cuts %s', (_what, text, tokens) => {
    expect(splitTokens(text)).toEqual(tokens);
  });

  const fragments = fc.constantFrom(
    ...[
      'a',
      'Word',
      ' ',
      '  ',
      '\n',
      '\r',
      '\r\n',
      '1',
      '2025',
      '.',
      '**',
      "'",
      'é',
      'ß',
      'Ж',
      '漢',
      '字',
      'か',
      '한',
      'ب',
      'ש',
    ],
    ...['\u0301', '\u0300\u0323', '\u200d', '\u200c', '\ufe0f', '\u20e3', '👩', '👍', '🏽', '🇩', '🇪', '©', '\u00ad'],
    ...[
      'क',
      '्',
      'ष',
      'ि',
      'த',
      'ு',
      'ก',
      'ำ',
      '\u1100',
      '\u1161',
      '\u11a8',
      '\u0600',
      '\u{110bd}',
      '\ud83d',
      '\udc4d',
      '𠮷',
      '😀',
    ],
  );
  const mixed = fc.array(fragments, { maxLength: 80 }).map((parts) => parts.join(''));
  const texts = fc.oneof(
    mixed,
    fc.string(),
    fc.string({ unit: 'grapheme' }),
    fc.string({ unit: 'binary', maxLength: 200 }),
  );

  test('loses nothing, makes no empty piece, and never cuts inside a grapheme', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const tokens = splitTokens(text);
        expect(tokens.join('')).toBe(text);
        expect(tokens.includes('')).toBe(false);
        expect(countTokens(text)).toBe(tokens.length);
        const boundaries = new Set(Array.from(segmenter.segment(text), ({ index }) => index));
        let start = 0;
        for (const token of tokens) {
          expect(boundaries).toContain(start);
          start += token.length;
        }
      }),
      { numRuns: runs(2000) },
    );
  });

  test('pieces are short, but for single long graphemes', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const tokens = splitTokens(text);
        for (const token of tokens) {
          if (token.length > 10) expect(Array.from(segmenter.segment(token)).length).toBeLessThanOrEqual(6);
        }
        const median = tokens.map((token) => token.length).sort((a, b) => a - b)[tokens.length >> 1] ?? 1;
        if (tokens.length > 20) expect(median).toBeLessThanOrEqual(8);
      }),
    );
  });

  test('a cut window never makes a boundary: graphemes of every length stay whole', () => {
    for (let length = 1; length < 140; length++) {
      const zalgo = `e${'\u0301'.repeat(length)}`;
      const family = `👩${'\u200d👩'.repeat(length)}`;
      expect(splitTokens(`${zalgo}!`)).toEqual([zalgo, '!']);
      expect(splitTokens(`${family}!`)).toEqual([family, '!']);
    }
  });
});
