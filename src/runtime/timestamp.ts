/** Start of the fixed clock: 2026-04-22T12:34:41.342245, in microseconds since 1970. */
export const FIXED_START_MICROS = Date.UTC(2026, 3, 22, 12, 34, 41, 342) * 1000 + 245;

/** How dates are written in answers. */
export type TimestampFormat = 'naive_microseconds' | 'utc_microseconds' | 'utc_milliseconds';

const MICROS_A_DAY = 86_400_000_000;
/** The first day that a date of four digits cannot name. */
const YEAR_10000 = Date.UTC(10_000, 0, 1) * 1000;
const twoDigits = Array.from({ length: 100 }, (_, number) => String(number).padStart(2, '0'));
const threeDigits = Array.from({ length: 1000 }, (_, number) => String(number).padStart(3, '0'));

/** Microseconds since 1970 as ISO text. */
export function formatMicros(micros: number, format: TimestampFormat): string {
  const iso = isoOf(micros);
  if (format === 'utc_milliseconds') return `${iso}Z`;
  const rest = threeDigits[Math.floor(micros % 1000)];
  return format === 'utc_microseconds' ? `${iso}${rest}Z` : `${iso}${rest}`;
}

/** To the millisecond. By hand where it can be: every answer has one, and `Date` takes ten times as long. */
function isoOf(micros: number): string {
  if (!(micros >= 0 && micros < YEAR_10000)) return new Date(Math.floor(micros / 1000)).toISOString().slice(0, -1);
  const day = Math.floor(micros / MICROS_A_DAY);
  const inDay = Math.floor(micros - day * MICROS_A_DAY);
  const seconds = Math.floor(inDay / 1_000_000);
  const millis = Math.floor(inDay / 1000) % 1000;
  const time = `${twoDigits[Math.floor(seconds / 3600)]}:${twoDigits[Math.floor(seconds / 60) % 60]}:${twoDigits[seconds % 60]}`;
  return `${dateOf(day)}T${time}.${threeDigits[millis]}`;
}

/** The date so many days after 1970 began. Years begin in March here, so that a leap day is their last. */
function dateOf(day: number): string {
  const since0 = day + 719_468;
  const era = Math.floor(since0 / 146_097);
  const inEra = since0 - era * 146_097;
  const years = Math.floor(
    (inEra - Math.floor(inEra / 1460) + Math.floor(inEra / 36_524) - Math.floor(inEra / 146_096)) / 365,
  );
  const inYear = inEra - (365 * years + Math.floor(years / 4) - Math.floor(years / 100));
  const march = Math.floor((5 * inYear + 2) / 153);
  const month = march < 10 ? march + 3 : march - 9;
  const year = era * 400 + years + (month <= 2 ? 1 : 0);
  return `${year}-${twoDigits[month]}-${twoDigits[inYear - Math.floor((153 * march + 2) / 5) + 1]}`;
}

/** Parses `2026-04-21T09:15:00.000000` (without a zone it is UTC); throws RangeError if it is not a date. */
export function parseMicros(text: string): number {
  const match = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?Z?$/.exec(text);
  const seconds = match ? Date.parse(`${match[1]}Z`) : Number.NaN;
  if (Number.isNaN(seconds)) throw new RangeError(`"${text}" is not a timestamp like 2026-04-21T09:15:00.000000.`);
  return seconds * 1000 + Number((match?.[2] ?? '').padEnd(6, '0'));
}

/** The wall clock, in microseconds since 1970. */
export function wallMicros(): number {
  return Math.round((performance.timeOrigin + performance.now()) * 1000);
}

/** Milliseconds as JSON shows them: to the microsecond. */
export function roundMs(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
