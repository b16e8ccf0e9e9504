import { type Decimal, parseDecimal } from '../../runtime/exact-number.ts';

/** The number of a whole number, or the bigint if a number cannot hold it. */
export function fromWhole(whole: bigint): number | bigint {
  const number = Number(whole);
  return Number.isSafeInteger(number) ? number : whole;
}

/** Whether a value is a whole number. */
export function isWhole(value: unknown): value is number | bigint {
  return typeof value === 'bigint' || Number.isInteger(value);
}

/** Whether a number is a multiple of another in decimal arithmetic: 0.3 is a multiple of 0.1. */
export function isMultiple(number: number | bigint, divisor: number): boolean {
  const [dividend, other] = align(number, divisor);
  return other !== 0n && dividend % other === 0n;
}

/** The least common multiple, in decimal arithmetic. */
export function leastCommonMultiple(one: number, other: number): number {
  const [first, second, exponent] = align(one, other);
  if (first === 0n || second === 0n) return 0;
  let [divisor, rest] = [first, second];
  while (rest !== 0n) [divisor, rest] = [rest, divisor % rest];
  const multiple = (first / divisor) * second;
  return Number(`${multiple < 0n ? -multiple : multiple}e${exponent}`);
}

function align(one: number | bigint, other: number): readonly [bigint, bigint, number] {
  const decimals = [toDecimal(one), toDecimal(other)] as const;
  const exponent = Math.min(...decimals.map((decimal) => decimal.exponent));
  const [first, second] = decimals.map((decimal) => decimal.digits * 10n ** BigInt(decimal.exponent - exponent));
  return [first ?? 0n, second ?? 0n, exponent];
}

function toDecimal(number: number | bigint): Decimal {
  return parseDecimal(String(typeof number === 'bigint' || Number.isFinite(number) ? number : 0));
}
