import { z } from 'zod';
import { operations } from '../../api/operations.ts';
import { ChatMockError, joinProblems } from '../../runtime/errors.ts';
import { parseValue } from '../../runtime/parse-issue.ts';
import { endings } from '../../scenario/endings.ts';
import { InlineScenario, Scenario } from '../../scenario/schema.ts';
import { performanceEnds } from '../../scenario/wire.ts';
import type { Expected, RequestMatch } from '../../world/request-match.ts';

const operationIds = Object.keys(operations) as [string, ...string[]]; // The keys of the table.
const Operation = z.enum(['*', ...operationIds]).meta({ id: 'Operation', description: 'An operation id; `*`: any.' });
const Value = (z.json() as z.ZodType<Expected>).meta({
  id: 'Expected',
  description:
    'A value to equal; a regex `{ regex, flags }` that a text, number or boolean matches; or, for an object, the keys that it has, whatever else it has.',
});

const Match = z
  .strictObject({
    operation: Operation.optional(),
    method: Value.optional(),
    path: Value.optional(),
    session_id: Value.optional(),
    status: Value.optional(),
    scenario: Value.optional(),
    headers: z.record(z.string().toLowerCase(), Value).describe('By name, in lower case.').optional(),
    body: Value.describe('The body as JSON.').optional(),
  })
  .meta({ id: 'Match', description: 'Conditions for the request; all must hold.' });
const StreamMatch = z
  .strictObject({
    session_id: Value.optional(),
    scenario: Value.optional(),
    why: Value.optional(),
    state: z.enum(['running', 'paused', 'held', 'hanging', 'over']).optional(),
    hold: Value.describe('The name of the hold that it waits for.').optional(),
    end: z.enum(performanceEnds).describe('How it ended.').optional(),
  })
  .meta({ id: 'StreamMatch', description: 'Conditions for the stream; all must hold.' });
/** A rule of `PUT chaos`. */
export const ChaosRule = z
  .strictObject({
    operation: Operation.optional(),
    match: Match.optional(),
    probability: z.number().min(0).max(1).describe('Probability that the rule fires. Default: 1.').optional(),
    latency_ms: z
      .union([
        z.number().min(0).max(600_000),
        z
          .tuple([z.int().min(0), z.int().min(0).max(600_000)])
          .refine(([least, most]) => least <= most, 'must begin with the smaller number'),
      ])
      .describe('Milliseconds to wait before the answer; for a pair, a random time between the two.')
      .optional(),
    rate_limit: z
      .strictObject({
        requests: z.int().min(1).describe('Number of requests within the window.').optional(),
        tokens: z
          .int()
          .min(1)
          .describe('Tokens that turns may use within the window. A turn counts when its `stop` event is sent.')
          .optional(),
        per_ms: z.int().min(1).describe('Length of the window in milliseconds; it slides with the clock.'),
      })
      .refine(({ requests, tokens }) => requests ?? tokens, 'needs requests, tokens or both')
      .describe(
        'Requests beyond this rate are answered with 429 and `retry-after`; each answer says in `x-ratelimit-*` what is left.',
      )
      .optional(),
    answer: InlineScenario.describe('The answer to send instead.').optional(),
  })
  .refine(
    ({ latency_ms, rate_limit, answer }) => latency_ms !== undefined || rate_limit || answer,
    'does nothing: give it latency_ms, rate_limit or answer',
  )
  .meta({ id: 'ChaosRule', description: 'A fault for a random part of the requests.' });
const count = z.int().min(0).max(100_000);

/** How many must come, and how long to wait for them. */
const patience = {
  count: count.describe('Required number of matches. Default: 1.').optional(),
  timeout_ms: z
    .int()
    .min(0)
    .max(600_000)
    .describe('Milliseconds to wait before the answer is 408. Default: 5000.')
    .optional(),
};

/** What the control API takes, by endpoint. */
export const bodies = {
  reset: z
    .strictObject({
      all: z.boolean().describe('Reset every world, not only this one.').optional(),
      seed: z
        .union([z.number(), z.string().min(1).max(1000)])
        .describe('New seed of this world. Default: the seed of the server.')
        .optional(),
    })
    .refine(({ all, seed }) => !all || seed === undefined, 'a seed is for one world; leave out "all"'),
  next: z.strictObject({
    scenario: z.union([z.string(), InlineScenario]).describe('Name of a scenario, or an inline scenario.'),
    operation: Operation.describe('Operation to answer. Default: `streamMessages`.').optional(),
    match: Match.optional(),
    times: z.int().min(1).max(100_000).describe('Number of requests to answer. Default: 1.').optional(),
  }),
  verify: z
    .strictObject({
      match: Match.optional(),
      count: z
        .union([count, z.strictObject({ at_least: count.optional(), at_most: count.optional() })])
        .describe('Required number of matches. Default: at least 1.')
        .optional(),
      within: z
        .strictObject({
          ms: z.number().positive().max(86_400_000).describe('Length of the window in milliseconds.'),
          after: Match.describe('Requests that open a window. Default: the window ends now.').optional(),
        })
        .describe('Counts only requests in this window, by the clock of the world.')
        .optional(),
      sequence: z
        .array(Match)
        .min(1)
        .max(1000)
        .describe('Requests that must have come in this order; others may have come between them.')
        .optional(),
    })
    .refine(
      ({ sequence, match, count: wanted, within }) => !sequence || !(match || wanted !== undefined || within),
      'a sequence stands alone; leave out "match", "count" and "within"',
    ),
  wait: z.strictObject({
    match: Match.optional(),
    ...patience,
  }),
  waitForStream: z.strictObject({
    match: StreamMatch.optional(),
    ...patience,
  }),
  clock: z.strictObject({
    mode: z
      .enum(['fixed', 'real', 'manual'])
      .describe('`fixed` and `real` set the time in data; with `manual`, streams wait until the clock is advanced.'),
    speed: z
      .union([z.number().positive(), z.literal('instant')])
      .describe('Speed factor for streams. Default: unchanged. A manual clock ignores it.')
      .optional(),
  }),
  advance: z.strictObject({ ms: z.number().min(0).max(86_400_000).describe('How far the clock moves.') }),
  step: z.strictObject({
    events: z.int().min(1).max(1_000_000).describe('Number of events. Default: 1.').optional(),
  }),
  end: z.strictObject({ how: z.enum(endings).describe('How it ends. Default: `close`.').optional() }),
  chaos: z.strictObject({ rules: z.array(ChaosRule).describe('The rules, in order. An empty list ends the chaos.') }),
} as const;

/** The name of a request body of the control API. */
export type BodyName = keyof typeof bodies;

const JournalQuery = z.strictObject({
  operation: Operation.optional(),
  session_id: z.string().optional(),
  status: z
    .string()
    .regex(/^[1-5]\d\d$/, 'must be a status, like 200')
    .transform(Number)
    .optional(),
});

/** A whole number of a query. */
const number = (least: number, most: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/, 'must be a whole number')
    .transform(Number)
    .pipe(z.int().min(least).max(most));

/** What the queries of the control API hold, by endpoint. */
export const queries = {
  traffic: z.strictObject({ limit: number(1, 10_000).optional() }),
  frames: z.strictObject({ from: number(0, 999_999_999).optional() }),
  scenario: z.strictObject({ name: Scenario.shape.scenario.optional() }),
} as const;

/** Reads the filters of the journal; throws ChatMockError `bad_query` with all that is wrong. */
export function parseJournalQuery(query: URLSearchParams): RequestMatch {
  return parseQuery(JournalQuery, query);
}

/** Reads a query; throws ChatMockError `bad_query` with all that is wrong. */
export function parseQuery<Data>(schema: z.ZodType<Data>, query: URLSearchParams): Data {
  const { data, issues } = parseValue(schema, Object.fromEntries(query));
  if (data !== undefined) return data;
  throw new ChatMockError(
    'bad_query',
    `Failed to read the query: ${joinProblems(issues.map(({ message }) => message))}`,
  );
}
