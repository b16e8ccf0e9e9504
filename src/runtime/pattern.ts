import type { RE2JS } from 're2js';
import { messageOf } from './errors.ts';
import { shorten } from './shorten.ts';

/** A regular expression as a scenario or a match holds it. */
export interface Pattern {
  readonly regex: string;
  readonly flags?: string | undefined;
}

/** Makes of a pattern what tells whether it matches somewhere in a text. Throws PatternError. */
export type CompilePattern = (pattern: Pattern) => (text: string) => boolean;

/** What a pattern may be, so that to match it takes some milliseconds at most. */
export const patternLimits = {
  /** Characters of the expression. */
  characters: 1024,
  /** Instructions it compiles to: `{100}` counts a hundred times what it repeats. */
  instructions: 1100,
  /** Characters of a text; a longer one matches no pattern. */
  textCharacters: 65_536,
} as const;

/** A pattern that cannot be used; `part` says what is wrong with it. */
export class PatternError extends Error {
  readonly part: keyof Pattern;

  constructor(part: keyof Pattern, message: string) {
    super(message);
    this.part = part;
  }
}

/**
 * Compiles patterns for RE2, which takes time in proportion to the text, whatever the pattern: no expression of a user
 * can stop the server. The engine is loaded for the first pattern. docs/scenarios.md says what differs from JavaScript.
 */
export function createPatternCompiler(load: () => typeof RE2JS): CompilePattern {
  return ({ regex, flags = '' }) => {
    checkFlags(flags);
    checkRegex(regex, flags);
    const compiled = compile(load(), { regex, flags });
    return (text) => text.length <= patternLimits.textCharacters && compiled.test(text);
  };
}

/** Checks what shows without the engine. */
export const checkPatternText: CompilePattern = ({ regex, flags = '' }) => {
  checkFlags(flags);
  checkRegex(regex, flags);
  return () => false;
};

const allowedFlags = 'dgimsuvy';
/** Escapes that JavaScript reads as a letter, and RE2 as something else. Two characters at a time, so `\\A` is none. */
const escapes = /\\(?:(?<odd>[AzQaCk]|[pP](?!\{)|c(?![A-Za-z])|x\{|u[dD][89a-fA-F])|.)/gs;

function checkFlags(flags: string): void {
  const isSet = [...flags].every((flag, index) => allowedFlags.includes(flag) && flags.indexOf(flag) === index);
  if (isSet && !(flags.includes('u') && flags.includes('v'))) return;
  const allowed = [...allowedFlags].join(', ');
  throw new PatternError('flags', `"${shorten(flags)}" is not a set of regex flags. Allowed: ${allowed}.`);
}

function checkRegex(regex: string, flags: string): void {
  if (regex.length > patternLimits.characters)
    throw invalid(`it has ${regex.length} characters; at most ${patternLimits.characters} are allowed`);
  for (const { 0: written, groups } of regex.matchAll(escapes)) {
    if (groups?.['odd'] !== undefined) throw invalid(`the escape ${written} is not supported`);
  }
  if (flags.includes('v') && /&&|--|\\q\{|\[[^\]]*\[/.test(regex))
    throw invalid('the set notation of the flag v is not supported');
}

function compile(engine: typeof RE2JS, { regex, flags }: { readonly regex: string; readonly flags: string }): RE2JS {
  const translated = engine.translateRegExp(regex);
  const source = flags.includes('y') ? `\\A(?:${translated})` : translated;
  const bits =
    (flags.includes('i') ? engine.CASE_INSENSITIVE : 0) |
    (flags.includes('m') ? engine.MULTILINE : 0) |
    (flags.includes('s') ? engine.DOTALL : 0);
  let compiled: RE2JS;
  try {
    compiled = engine.compile(source, bits);
  } catch (error) {
    const reason = messageOf(error);
    throw invalid(shorten(reason.replace('error parsing regexp: ', ''), 200));
  }
  if (compiled.programSize() > patternLimits.instructions)
    throw invalid('its repeats make it too large; write smaller numbers in braces');
  return compiled;
}

function invalid(reason: string): PatternError {
  return new PatternError('regex', `the regex does not compile: Invalid regular expression: ${reason}`);
}
