import { type Refusal, refuse } from './problem.ts';
import { WholeFloat } from './whole-float.ts';

/** Python's own limit for integers in text. */
const maxDigits = 4300;
/** Pydantic takes whole floats strictly between these only; as a float, its 64-bit maximum is 2^63. */
const floatLimit = 2 ** 63;
/** Blanks around a sign, digits with single underscores between, and a decimal part of zeros only. */
const integerText = /^\p{White_Space}*([+-]?)(\d+(?:_\d+)*)(?:\.0+)?\p{White_Space}*$/u;

/** An integer as Pydantic's lax mode takes it, held within JavaScript's safe integers. */
export function judgeInteger(value: unknown): number | Refusal {
  if (typeof value === 'string') return judgeText(value);
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value === 'bigint') return clamp(Number(value));
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
  const match = integerText.exec(text);
  if (!match) {
    return refuse({
      type: 'int_parsing',
      msg: 'Input should be a valid integer, unable to parse string as an integer',
      input: text,
    });
  }
  const [, sign = '', grouped = ''] = match;
  const digits = grouped.replaceAll('_', '').replace(/^0+(?=\d)/, '');
  // The minus counts as a digit here, the plus does not.
  if (digits.length + (sign === '-' ? 1 : 0) > maxDigits) return refuseSize(text);
  return clamp(Number(sign + digits));
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
