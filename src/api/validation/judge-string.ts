import { type Refusal, refuse } from './problem.ts';

/** A string of at most `maxLength` code points. */
export function judgeString(value: unknown, maxLength = Number.POSITIVE_INFINITY): string | Refusal {
  if (typeof value !== 'string')
    return refuse({ type: 'string_type', msg: 'Input should be a valid string', input: value });
  if (value.length <= maxLength || countCodePoints(value) <= maxLength) return value;
  return refuse({
    type: 'string_too_long',
    msg: `String should have at most ${maxLength} character${maxLength === 1 ? '' : 's'}`,
    input: value,
    ctx: { max_length: maxLength },
  });
}

function countCodePoints(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}
