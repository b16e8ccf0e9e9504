import { changes, type Edition, existsIn } from '../../api/editions.ts';
import { LongInteger, WholeFloat } from './python-numbers.ts';
import type { DetailItem } from './refusal.ts';

/**
 * The JSON text FastAPI echoes for a decoded value: compact, Python's spelling of floats, integers with all
 * their digits. Non-finite floats, on which FastAPI itself fails with 500, are null; lone surrogates, likewise,
 * are escaped.
 */
export function encodeValue(value: unknown): string {
  if (value instanceof WholeFloat) return encodeFloat(value.value);
  if (value instanceof LongInteger) return value.text;
  if (value instanceof Map) return encodeEntries(value);
  if (Array.isArray(value)) return `[${value.map(encodeValue).join(',')}]`;
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value);
    case 'number':
      return Number.isInteger(value) ? integerText(value) : encodeFloat(value);
    case 'boolean':
      return String(value);
    case 'object':
      return value === null ? 'null' : encodeEntries(Object.entries(value));
    default:
      return 'null';
  }
}

function encodeEntries(entries: Iterable<readonly [string, unknown]>): string {
  const members: string[] = [];
  for (const [key, value] of entries) {
    // FastAPI's jsonable_encoder takes such keys for SQLAlchemy's and leaves them out.
    if (!key.startsWith('_sa')) members.push(`${JSON.stringify(key)}:${encodeValue(value)}`);
  }
  return `{${members.join(',')}}`;
}

/** From 1e21 on JavaScript would write an exponent. */
function integerText(value: number): string {
  return Number.isSafeInteger(value) ? String(value) : String(BigInt(value));
}

/** Python's `repr`: the shortest digits, with an exponent below 1e-4 and from 1e16 on. */
function encodeFloat(value: number): string {
  if (!Number.isFinite(value)) return 'null';
  if (value === 0) return Object.is(value, -0) ? '-0.0' : '0.0';
  const size = Math.abs(value);
  if (size >= 1e-4 && size < 1e16) return Number.isInteger(value) ? `${value}.0` : String(value);
  const [mantissa = '', exponent = ''] = value.toExponential().split('e');
  return `${mantissa}e${exponent.slice(0, 1)}${exponent.slice(1).padStart(2, '0')}`;
}

/** The body of a 422 answer. */
export function encodeDetail(problems: readonly DetailItem[], edition: Edition): string {
  const echoes = existsIn(changes.validation_details, edition);
  const items = problems.map(({ type, loc, msg, input, ctx }) => {
    const head = `{"type":${JSON.stringify(type)},"loc":${JSON.stringify(loc)},"msg":${JSON.stringify(msg)}`;
    if (!echoes) return `${head}}`;
    return `${head},"input":${encodeValue(input)}${ctx ? `,"ctx":${JSON.stringify(ctx)}` : ''}}`;
  });
  return `{"detail":[${items.join(',')}]}`;
}
