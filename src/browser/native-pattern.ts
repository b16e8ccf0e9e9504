import { type CompilePattern, checkPatternText, patternLimits } from '../runtime/pattern.ts';

/**
 * Patterns by the browser's own engine, which is there at once. What RE2 refuses, `loaded-checks.ts` refuses, so that a
 * scenario that runs in a page runs in Node too.
 */
export const compileNatively: CompilePattern = (pattern) => {
  checkPatternText(pattern);
  const { regex, flags = '' } = pattern;
  const compiled = new RegExp(regex, flags.replaceAll(/[dg]/g, ''));
  return (text) => {
    compiled.lastIndex = 0; // A sticky pattern goes on where it stopped.
    return text.length <= patternLimits.textCharacters && compiled.test(text);
  };
};
