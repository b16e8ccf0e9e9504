/** An exact decimal number: `digits * 10 ** exponent`. */
export interface Decimal {
  readonly digits: bigint;
  readonly exponent: number;
}

/** The largest exponent that is written out. */
const MAX_EXPONENT = 400;

/** The value of a number as JSON and YAML write it: a bigint if it is whole and too large for a number. */
export function toExact(literal: string): number | bigint {
  const number = Number(literal);
  if (Number.isSafeInteger(number) || (Number.isFinite(number) && !Number.isInteger(number))) return number;
  const { digits, exponent } = parseDecimal(literal);
  if (Math.abs(exponent) > MAX_EXPONENT) return number;
  if (exponent >= 0) return digits * 10n ** BigInt(exponent);
  const divisor = 10n ** BigInt(-exponent);
  return digits % divisor === 0n ? digits / divisor : number;
}

/** Parses a decimal number such as `-1.5e+3`. */
export function parseDecimal(text: string): Decimal {
  const [mantissa = '0', exponent = '0'] = text.toLowerCase().replace(/^\+/, '').split('e');
  const [whole = '0', fraction = ''] = mantissa.split('.');
  return { digits: BigInt(whole + fraction), exponent: Number(exponent) - fraction.length };
}
