/** Start of the fixed clock: 2026-04-22T12:34:41.342245, in microseconds since 1970. */
export const FIXED_START_MICROS = Date.UTC(2026, 3, 22, 12, 34, 41, 342) * 1000 + 245;

/** How dates are written in answers. */
export type TimestampFormat = 'naive_microseconds' | 'utc_microseconds' | 'utc_milliseconds';

/** Microseconds since 1970 as ISO text. */
export function formatMicros(micros: number, format: TimestampFormat): string {
  const iso = new Date(Math.floor(micros / 1000)).toISOString().slice(0, -1);
  if (format === 'utc_milliseconds') return `${iso}Z`;
  const rest = String(micros % 1000).padStart(3, '0');
  return format === 'utc_microseconds' ? `${iso}${rest}Z` : `${iso}${rest}`;
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
