import { type Refusal, refuse, refuseSurrogates } from './refusal.ts';

/** A string of at most `maxLength` code points. Without a limit, even lone surrogates pass: nobody looks into it. */
export function judgeString(value: unknown, maxLength?: number): string | Refusal {
  if (typeof value !== 'string') {
    return refuse({ type: 'string_type', msg: 'Input should be a valid string', input: value });
  }
  if (maxLength === undefined) return value;
  const refusal = refuseSurrogates(value);
  if (refusal) return refusal;
  if (value.length <= maxLength || !hasMoreCodePoints(value, maxLength)) return value;
  return refuse({
    type: 'string_too_long',
    msg: `String should have at most ${maxLength} character${maxLength === 1 ? '' : 's'}`,
    input: value,
    ctx: { max_length: maxLength },
  });
}

function hasMoreCodePoints(text: string, limit: number): boolean {
  let count = 0;
  for (const _ of text) {
    count += 1;
    if (count > limit) return true;
  }
  return false;
}
