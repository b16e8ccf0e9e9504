import { LongInteger, WholeFloat } from './python-numbers.ts';
import { type Refusal, refuse } from './refusal.ts';

/** Python's own limit for integers in text; here a minus counts. */
const maxLength = 4300;
/** Pydantic takes whole floats strictly between these only; as a float, its 64-bit maximum is 2^63. */
const floatLimit = 2 ** 63;
/**
 * What Pydantic makes an integer of: blanks around, a sign, digits with single underscores between, a decimal
 * part of zeros. Leading zeros may have any underscores among them and, an oddity of its own, a minus after them.
 * The lookahead keeps long runs of blanks from being tried twice over.
 */
const integerText =
  /^\p{White_Space}*(?=[-+\d])(?<sign>[+-]?)(?<zeros>0[0_]*)?(?<lateMinus>-_?)?(?<digits>[1-9]\d*(?:_\d+)*|0)?(?:\.0+)?\p{White_Space}*$/u;
const jsonInteger = /^-?[1-9]\d*/;

/** An integer as Pydantic's lax mode takes it, held within JavaScript's safe integers. */
export function judgeInteger(value: unknown): number | Refusal {
  if (typeof value === 'string') return judgeText(value);
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (value instanceof LongInteger) return clamp(Number(value.text));
  if (value instanceof WholeFloat) return Math.abs(value.value) < floatLimit ? clamp(value.value) : refuseSize(value);
  if (typeof value !== 'number')
    return refuse({ type: 'int_type', msg: 'Input should be a valid integer', input: value });
  if (Number.isInteger(value)) return clamp(value);
  if (!Number.isFinite(value))
    return refuse({ type: 'finite_number', msg: 'Input should be a finite number', input: value });
  return refuse({
    type: 'int_from_float',
    msg: 'Input should be a valid integer, got a number with a fractional part',
    input: value,
  });
}

function judgeText(text: string): number | Refusal {
  const number = toJsonInteger(text);
  if (number !== null && number.length <= maxLength) return clamp(Number(number));
  // Pydantic's first attempt, which takes only JSON's integers, is the one that tells of the size.
  if ((jsonInteger.exec(text)?.[0].length ?? 0) > maxLength) return refuseSize(text);
  return refuse({
    type: 'int_parsing',
    msg: 'Input should be a valid integer, unable to parse string as an integer',
    input: text,
  });
}

function toJsonInteger(text: string): string | null {
  const { sign, zeros = '', lateMinus, digits } = integerText.exec(text)?.groups ?? {};
  if (sign === undefined) return null;
  if (lateMinus !== undefined && (zeros === '' || sign === '-' || digits === undefined)) return null;
  if (digits === undefined && !zeros.endsWith('0')) return null;
  const minus = sign === '-' || lateMinus !== undefined ? '-' : '';
  return minus + (digits ?? '0').replaceAll('_', '');
}

function refuseSize(input: unknown): Refusal {
  return refuse({
    type: 'int_parsing_size',
    msg: 'Unable to parse input string as an integer, exceeded maximum size',
    input,
  });
}

function clamp(value: number): number {
  const held = Math.min(Math.max(value, Number.MIN_SAFE_INTEGER), Number.MAX_SAFE_INTEGER);
  return held === 0 ? 0 : held; // Never -0.
}
