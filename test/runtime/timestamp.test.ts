import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatMicros } from '../../src/runtime/timestamp.ts';

const isoOf = (micros: number) => new Date(Math.floor(micros / 1000)).toISOString().slice(0, -1);
const startOf = (date: string) => Date.parse(date) * 1000;
const LAST_DAY = startOf('9999-12-31');
const DAY_MICROS = 86_400_000_000;

test('a time is written as Date writes it, with the microseconds after it', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: startOf('2200-01-01') }), (micros) => {
      expect(formatMicros(micros, 'utc_milliseconds')).toBe(`${isoOf(micros)}Z`);
      expect(formatMicros(micros, 'naive_microseconds')).toBe(isoOf(micros) + String(micros % 1000).padStart(3, '0'));
    }),
  );
});

test.each(['1970-01-01', '2000-02-29', '2024-02-29', '2026-03-01', '2100-02-28', '2100-03-01', '9999-12-31'])(
  '%s begins and ends where Date says',
  (date) => {
    const start = startOf(date);
    for (const micros of [start, start + DAY_MICROS - 1000])
      expect(formatMicros(micros, 'utc_milliseconds')).toBe(`${isoOf(micros)}Z`);
  },
);

test('a time of more than four digits of year is written too', () => {
  expect(formatMicros(LAST_DAY + DAY_MICROS, 'utc_microseconds')).toBe('+010000-01-01T00:00:00.000000Z');
});
