import type { Exchange } from '../record/exchange.ts';
import { isSuccess } from '../record/exchange.ts';
import { type Check, defineCheck, type Finding, show } from '../verdict/check.ts';
import { type Fields, fieldsOf, finding, itemsOf, operationOf } from './select.ts';
import { wireContract } from './wire-contract.ts';

/**
 * A date, alone or with a time of any precision and zone, as ISO 8601 and the programs that claim it write it: with and
 * without dashes and colons, with a blank for the T.
 */
const ISO =
  /^[+-]?\d{4,6}-?(?:0[1-9]|1[0-2])-?(?:0[1-9]|[12]\d|3[01])(?:[Tt ](?:[01]\d|2[0-4])(?::?[0-5]\d(?::?[0-6]\d)?)?(?:[.,]\d+)?(?: ?(?:[Zz]|[+-]\d\d(?::?[0-5]\d(?::?[0-5]\d)?)?))?)?$/;

/** Whether a text is a date and time in ISO format, on a day that the calendar has. */
function isIsoTime(text: string): boolean {
  if (!ISO.test(text)) return false;
  const [, year, month, day] = /^[+-]?(\d{4,6})-?(\d\d)-?(\d\d)/.exec(text) ?? [];
  // Day 0 of the next month is the last of this one. Years repeat after 400.
  return Number(day) <= new Date(Date.UTC(2000 + (Number(year) % 400), Number(month), 0)).getUTCDate();
}

const iso = defineCheck({
  id: 'sessions.updated-at-iso',
  requirement: 'last_updated_at MUST be a date and time in ISO format.',
  level: 'must',
  evidence: 'documented',
  source: wireContract('last-updated-at'),
  rationale: 'A client that parses it shows “Invalid Date”, or throws.',
  requires: ['http.success-status', 'http.schema'],
  appliesTo: (exchange) => {
    const success = operationOf(exchange)?.success;
    return success?.kind === 'json' && isSuccess(exchange);
  },
  run: (exchanges) => exchanges.flatMap(judge),
});

/** One finding for each answer: a list may have thousands of them. */
function judge(exchange: Exchange): Finding[] {
  const views: readonly (readonly [string, Fields])[] = Array.isArray(fieldsOf(exchange)['items'])
    ? itemsOf(exchange).map((item, index) => [`$.items[${index}]`, item] as const)
    : [['$', fieldsOf(exchange)]];
  const wrong = views.find(([, { last_updated_at: at }]) => typeof at === 'string' && !isIsoTime(at));
  if (!wrong) return [];
  const [place, view] = wrong;
  const expected = 'an ISO date and time, such as "2026-04-22T12:34:41.342245"';
  return [finding(exchange, { at: `${place}.last_updated_at`, expected, actual: show(view['last_updated_at']) })];
}

/** Checks of how times are written. */
export const isoTimeChecks: readonly Check[] = [iso];
