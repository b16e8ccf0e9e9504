/** An exact decimal number: `digits * 10 ** exponent`. */
interface Decimal {
  readonly digits: bigint;
  readonly exponent: number;
}

/** Whether a number is a multiple of another in decimal arithmetic: 0.3 is a multiple of 0.1. */
export function isMultiple(number: number, divisor: number): boolean {
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

function align(one: number, other: number): readonly [bigint, bigint, number] {
  const decimals = [toDecimal(one), toDecimal(other)] as const;
  const exponent = Math.min(...decimals.map((decimal) => decimal.exponent));
  const [first, second] = decimals.map((decimal) => decimal.digits * 10n ** BigInt(decimal.exponent - exponent));
  return [first ?? 0n, second ?? 0n, exponent];
}

function toDecimal(number: number): Decimal {
  const [mantissa = '0', exponent = '0'] = String(Number.isFinite(number) ? number : 0).split('e');
  const [whole = '0', fraction = ''] = mantissa.split('.');
  return { digits: BigInt(whole + fraction), exponent: Number(exponent) - fraction.length };
}
