import { LongInteger, WholeFloat } from './python-numbers.ts';
import { type Refusal, refuse } from './refusal.ts';

const words: ReadonlyMap<string, boolean> = new Map([
  ...['0', 'off', 'f', 'false', 'n', 'no'].map((word) => [word, false] as const),
  ...['1', 'on', 't', 'true', 'y', 'yes'].map((word) => [word, true] as const),
]);
const longestWord = 5;
const longestOf64Bits = '-9223372036854775808'.length;

/** A boolean as Pydantic's lax mode takes it. */
export function judgeBoolean(value: unknown): boolean | Refusal {
  if (typeof value === 'boolean') return value;
  if (typeof value === 'string') {
    return (value.length <= longestWord ? words.get(value.toLowerCase()) : undefined) ?? refuseReading(value);
  }
  if (value instanceof LongInteger) return fitsIn64Bits(value) ? refuseReading(value) : refuseType(value);
  if (typeof value === 'number') return Number.isInteger(value) ? judgeWhole(value, value) : refuseType(value);
  if (value instanceof WholeFloat) return judgeWhole(value.value, value);
  return refuseType(value);
}

function fitsIn64Bits({ text }: LongInteger): boolean {
  if (text.length > longestOf64Bits) return false;
  const whole = BigInt(text);
  return BigInt.asIntN(64, whole) === whole;
}

function judgeWhole(whole: number, input: unknown): boolean | Refusal {
  if (whole === 0) return false;
  if (whole === 1) return true;
  return Math.abs(whole) < 2 ** 63 ? refuseReading(input) : refuseType(input);
}

function refuseReading(input: unknown): Refusal {
  return refuse({ type: 'bool_parsing', msg: 'Input should be a valid boolean, unable to interpret input', input });
}

function refuseType(input: unknown): Refusal {
  return refuse({ type: 'bool_type', msg: 'Input should be a valid boolean', input });
}
