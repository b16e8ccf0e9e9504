import { z } from 'zod';
import { endings } from './faults.ts';
import { turnRuleIds } from './grammar.ts';
import { paceNames } from './paces.ts';

/** Text in which `{{module.method}}` stands for seeded fake data (faker). */
const text = z.string();
const milliseconds = z.number().min(0).max(3_600_000);

const eventNumber = z.int().min(1);
const headerName = /^[\w!#$%&'*+.^`|~-]+$/;
/** Anything but control characters: a line end would begin another header. */
const headerValue = z.string().regex(/^[\t\u0020-\u007e\u0080-\u00ff]*$/, 'must be one line of Latin-1');
const image = z.strictObject({ source_id: z.string(), attachment_name: z.string() });

const ThinkStep = z.strictObject({ think: text, deltas: z.array(z.string()).optional() });
const TextStep = z.strictObject({ text, deltas: z.array(z.string()).optional() });
export const ToolStep = z.strictObject({
  tool: z.string(),
  arguments: z.record(z.string(), z.json()).optional(),
  takes_ms: milliseconds.optional(),
  result: z.json().optional(),
  image: image.optional(),
});
const TogetherStep = z.strictObject({ together: z.array(ToolStep).min(1) });
const WaitStep = z.strictObject({ wait_ms: milliseconds });
/** Sent as it stands, whatever it is; one that the API does not know must be named in `violates`. */
const EventStep = z.strictObject({ event: z.record(z.string(), z.json()) });
/** Any bytes: a text, or what no text can say in base64. They are no event and get no frame. */
const RawStep = z.strictObject({ raw: z.union([z.string(), z.strictObject({ base64: z.base64() })]) });
/** One complete `text` whose frame has exactly this many bytes. */
const HugeStep = z.strictObject({ huge: z.int().min(200).max(67_108_864) });
/** Nothing is sent until the hold is released; after `max_ms` of real time the turn fails instead. */
const HoldStep = z.strictObject({ hold: z.string().min(1), max_ms: milliseconds.optional() });
const StopStep = z.strictObject({
  stop: z.strictObject({
    usage: z
      .strictObject({
        total_input_tokens: z.int().nullable(),
        total_output_tokens: z.int().nullable(),
        turns: z.int(),
        duration_ms: z.number(),
      })
      .partial()
      .optional(),
    skipped_index_ids: z.array(z.string()).optional(),
  }),
});
const FailStep = z.strictObject({ fail: text });

/** Every kind of step by its verb: the one table that parsing, messages and compiling go by. */
export const steps = {
  think: ThinkStep,
  text: TextStep,
  tool: ToolStep,
  together: TogetherStep,
  wait_ms: WaitStep,
  hold: HoldStep,
  event: EventStep,
  raw: RawStep,
  huge: HugeStep,
  stop: StopStep,
  fail: FailStep,
} as const;

export const Step = z.union(Object.values(steps) as [(typeof steps)['think'], ...(typeof steps)[keyof typeof steps][]]);
export type Step = z.infer<(typeof steps)[keyof typeof steps]>;
export type ToolStep = z.infer<typeof ToolStep>;

/**
 * How fast a turn comes. `jitter` 0.25 means gaps of 75–125 % of the even one, chosen by the seed; `burst` 8 means that
 * eight deltas come at once, after a gap eight times as long. What is left out is that of `typical`.
 */
export const PaceNumbers = z.strictObject({
  first_ms: milliseconds.optional(),
  tokens_per_second: z.number().positive().max(100_000).optional(),
  jitter: z.number().min(0).max(1).optional(),
  burst: z.int().min(1).max(1000).optional(),
});
export type PaceNumbers = z.infer<typeof PaceNumbers>;

const Pace = z.union([z.enum(paceNames), PaceNumbers]);

/** How the bytes of a turn leave. What is left out is as the choices say. */
export const Wire = z.strictObject({
  /** Which bytes make one write, and so one HTTP/1.1 chunk. `walk` cuts in two, one byte later with each turn. */
  split: z
    .union([
      z.enum(['event', 'walk']),
      z.strictObject({ bytes: z.int().min(1) }),
      z.strictObject({ at: z.array(z.int().min(1)).min(1) }),
      z.strictObject({ join_events: z.int().min(2) }),
      z.strictObject({ random: z.strictObject({ max: z.int().min(1) }) }),
    ])
    .optional(),
  newline: z.enum(['lf', 'crlf', 'cr']).optional(),
  bom: z.boolean().optional(),
  ids: z.boolean().optional(),
  retry_ms: milliseconds.optional(),
  /** 0: none. */
  ping_ms: milliseconds.optional(),
  /** Numbers of events (from 1, as the steps make them) that are left out, sent twice, or change places with the next. */
  drop: z.array(eventNumber).min(1).optional(),
  duplicate: z.array(eventNumber).min(1).optional(),
  swap: z.array(eventNumber).min(1).optional(),
});
export type Wire = z.infer<typeof Wire>;

/** Where and how an answer ends. Left out, `after` is its own end. */
export const Ends = z.strictObject({
  after: z
    .union([
      z.literal('nothing'),
      z.strictObject({ event: z.int().min(0) }),
      z.strictObject({ byte: z.int().min(0) }),
      z.strictObject({ ms: milliseconds }),
    ])
    .optional(),
  how: z.enum(endings),
});
export type Ends = z.infer<typeof Ends>;

const TurnMatch = z.union([z.int().min(1), z.strictObject({ from: z.int().min(1) })]);
const TextMatch = z.union([
  z.string(),
  z.strictObject({ equals: z.string() }),
  z.strictObject({ regex: z.string(), flags: z.string().optional() }),
]);

/** All that is given must hold; the scenario then answers by itself. */
export const When = z.strictObject({
  prompt: TextMatch.optional(),
  turn: TurnMatch.optional(),
  index_ids: z.array(z.string()).optional(),
  session_id: z.string().optional(),
});
export type When = z.infer<typeof When>;

/** What answers instead of an operation. Without `steps`, `status` and `body` the operation answers as ever. */
const answer = {
  pace: Pace.optional(),
  steps: z.array(Step).min(1).optional(),
  wire: Wire.optional(),
  ends: Ends.optional(),
  /** Instead of steps: the answer fails before the stream. */
  status: z.int().min(200).max(599).optional(),
  /** Beside those of the answer, or in their place; null leaves one out. */
  headers: z.record(z.string().regex(headerName, 'must be a header name'), headerValue.nullable()).optional(),
  /** JSON; a text is sent as it stands. */
  body: z.json().optional(),
  /** Before the headers. */
  delay_ms: milliseconds.optional(),
  /** Rules of a turn that this one breaks on purpose. */
  violates: z.array(z.enum(turnRuleIds)).min(1).optional(),
};

export const Scenario = z.strictObject({
  scenario: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]*$/, 'must be of lower-case letters, digits and hyphens, like slow-tool'),
  description: z.string().optional(),
  when: When.optional(),
  ...answer,
});
export type Scenario = z.infer<typeof Scenario>;

/** A scenario that is queued rather than kept: a name is not needed. */
export const InlineScenario = z.strictObject({
  scenario: z.string().optional(),
  description: z.string().optional(),
  ...answer,
});
export type InlineScenario = z.infer<typeof InlineScenario>;
