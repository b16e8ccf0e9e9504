import { z } from 'zod';
import { changes } from '../api/editions.ts';
import { HeaderName, HeaderValue } from '../api/headers.ts';
import { turnRuleIds } from '../api/turn-rules.ts';
import { endings, endingTexts, type Http2Code, http2Codes } from './endings.ts';

import { paceNames } from './paces.ts';

/** Text in which `{{module.method}}` stands for seeded fake data (faker). */
const text = z.string();
const milliseconds = z.number().min(0).max(3_600_000);
/** A scenario needs no more lines of one header; Node itself reads 2000 headers at most. */
const MOST_LINES = 100;
const anything = z.json().meta({ id: 'Json', description: 'Any JSON value.' });

const eventNumber = z.int().min(1);
const image = z
  .strictObject({ source_id: z.string(), attachment_name: z.string() })
  .describe('A page image that comes with the result, like screenshots/page_7.jpg.');
const deltas = z
  .array(z.string())
  .describe('The exact deltas, instead of about one a word. Together they must be the text; it then has no templates.');

const ThinkStep = z.strictObject({
  think: text.describe('What the agent thinks aloud: thinking deltas, then the complete thinking.'),
  deltas: deltas.optional(),
});
const TextStep = z.strictObject({
  text: text.describe(
    'What the agent says: text deltas, then the complete text. {{company.name}} is seeded fake data, {{{{ stands for literal braces.',
  ),
  deltas: deltas.optional(),
});
/** A tool call, the time it takes and its result. */
export const ToolStep = z
  .strictObject({
    tool: z.string().describe('The name of a tool: its call, the time it takes, its result.'),
    arguments: z.record(z.string(), anything).describe('What the tool is called with.').optional(),
    takes_ms: milliseconds.describe('Milliseconds between call and result. Default: 450.').optional(),
    result: anything.describe('Any JSON. Default: null.').optional(),
    image: image.optional(),
  })
  .meta({ id: 'ToolStep' });
const TogetherStep = z.strictObject({
  together: z
    .array(ToolStep)
    .min(1)
    .describe('Calls made at once. All calls come first, then the results in the order in which they are done.'),
});
const WaitStep = z.strictObject({ wait_ms: milliseconds.describe('Milliseconds during which nothing is sent.') });
const EventStep = z.strictObject({
  event: z
    .record(z.string(), anything)
    .describe(
      'An event, sent as it stands. One that the API does not know must be named in violates: [stream.event-schema].',
    ),
});
const RawStep = z.strictObject({
  raw: z
    .union([z.string(), z.strictObject({ base64: z.base64() })])
    .describe(
      'Raw bytes: a text, or { base64: … } for bytes that are not text. They are sent without a frame and do not count as an event.',
    ),
});
const HugeStep = z.strictObject({
  huge: z.int().min(200).max(67_108_864).describe('One complete text whose frame has exactly this many bytes.'),
});
const HoldStep = z.strictObject({
  hold: z
    .string()
    .min(1)
    .describe('Waits until this name is released: POST /__mock/holds/NAME/release, or mock.release(name).'),
  max_ms: milliseconds
    .describe('Milliseconds of real time after which the turn fails if nobody has released the hold. Default: 60000.')
    .optional(),
});
const StopStep = z.strictObject({
  stop: z
    .strictObject({
      usage: z
        .strictObject({
          total_input_tokens: z.int().nullable(),
          total_output_tokens: z.int().nullable(),
          turns: z.int(),
          duration_ms: z.number(),
        })
        .partial()
        .describe('Omitted fields are computed from the turn.')
        .optional(),
      skipped_index_ids: z
        .array(z.string())
        .describe(`Indexes that could not be queried; sent from edition ${changes.skipped_index_ids.since} on.`)
        .optional(),
    })
    .describe('The stop event at the end. Without this step it is added.'),
});
const FailStep = z.strictObject({ fail: text.describe('The turn ends with an error: a stop with is_error.') });

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

/** One step of a scenario; exactly one verb, such as `text` or `tool`. */
export const Step = z
  .union(Object.values(steps) as [(typeof steps)['think'], ...(typeof steps)[keyof typeof steps][]])
  .meta({ id: 'Step' });
/** One step of a scenario; exactly one verb, such as `text` or `tool`. */
export type Step = z.infer<(typeof steps)[keyof typeof steps]>;
/** A tool call, the time it takes and its result. */
export type ToolStep = z.infer<typeof ToolStep>;

/** How fast a turn comes. What is left out is that of `typical`. */
export const PaceNumbers = z.strictObject({
  first_ms: milliseconds.describe('Milliseconds before the first event.').optional(),
  tokens_per_second: z.number().positive().max(100_000).describe('Deltas a second, on average.').optional(),
  jitter: z
    .number()
    .min(0)
    .max(1)
    .describe('How much the gaps vary: 0.25 gives 75 to 125 % of the average, chosen by the seed; 0 gives equal gaps.')
    .optional(),
  burst: z
    .int()
    .min(1)
    .max(1000)
    .describe('Deltas that are sent at once: with 8, eight of them after a gap that is eight times as long.')
    .optional(),
});
/** A pace in numbers: first delay in ms, tokens per second, jitter, burst. */
export type PaceNumbers = z.infer<typeof PaceNumbers>;

const Pace = z.union([z.enum(paceNames), PaceNumbers]).meta({
  id: 'Pace',
  description: 'How fast the turn comes: a name, or numbers. docs/faults.md has what each gives.',
});

const Split = z
  .union([
    z.enum(['event', 'walk']),
    z.strictObject({ bytes: z.int().min(1).describe('Pieces of N bytes.') }),
    z.strictObject({ at: z.array(z.int().min(1)).min(1).describe('Splits after these byte offsets of the stream.') }),
    z.strictObject({ join_events: z.int().min(2).describe('N events (and comments) per piece.') }),
    z.strictObject({
      random: z.strictObject({ max: z.int().min(1) }).describe('Pieces of 1 to max bytes, chosen by the seed.'),
    }),
  ])
  .describe(
    'Which bytes form one write, and so one HTTP/1.1 chunk. event: one event per write; walk: two writes, split one byte later in each turn.',
  );

/** How the bytes of a turn leave. What is left out is as the choices say. */
export const Wire = z
  .strictObject({
    split: Split.optional(),
    newline: z.enum(['lf', 'crlf', 'cr']).describe('Line ending.').optional(),
    bom: z.boolean().describe('A byte order mark at the start.').optional(),
    ids: z.boolean().describe('An id: line in each frame, counting from 1.').optional(),
    retry_ms: milliseconds.describe('A retry: line before the first frame.').optional(),
    ping_ms: milliseconds.describe('A comment line after N milliseconds of silence; 0 sends none.').optional(),
    drop: z
      .array(eventNumber)
      .min(1)
      .describe('Numbers of events to leave out, counting from 1 in the order the steps produce them.')
      .optional(),
    duplicate: z.array(eventNumber).min(1).describe('Numbers of events to send twice.').optional(),
    swap: z.array(eventNumber).min(1).describe('Numbers of events to swap with the next event.').optional(),
  })
  .meta({
    id: 'Wire',
    description: 'How the bytes leave: boundaries, line ends, and events that get lost on the way.',
  });
/** How the bytes of a stream leave: splits, line ends, lost or doubled events. */
export type Wire = z.infer<typeof Wire>;

/** Where and how an answer ends. Left out, `after` is its own end. */
export const Ends = z
  .strictObject({
    after: z
      .union([
        z.literal('nothing'),
        z.strictObject({ event: z.int().min(0).describe('N whole events; 0 sends the headers only.') }),
        z.strictObject({ byte: z.int().min(0).describe('N bytes of the body.') }),
        z.strictObject({ ms: milliseconds.describe('N milliseconds of scripted time.') }),
      ])
      .describe('What the client receives before the end. nothing: not even headers. Default: the whole answer.')
      .optional(),
    how: z.enum(endings).describe(endings.map((ending) => `${ending}: ${endingTexts[ending]}`).join(' ')),
    http2_code: z
      .enum(Object.keys(http2Codes) as [Http2Code, ...Http2Code[]]) // The keys of the table.
      .describe('Error code of truncate and reset over HTTP/2. Default internal_error.')
      .optional(),
  })
  .meta({ id: 'Ends', description: 'Where and how the answer ends.' });
/** Where an answer ends early, and how. */
export type Ends = z.infer<typeof Ends>;

const TurnMatch = z
  .union([z.int().min(1), z.strictObject({ from: z.int().min(1) })])
  .describe('The number of the turn in its session, from 1; or { from: 2 } for this turn and all later ones.');
const TextMatch = z
  .union([
    z.string(),
    z.strictObject({ equals: z.string() }),
    z.strictObject({ regex: z.string(), flags: z.string().optional() }),
  ])
  .describe('Text that the prompt contains, in upper or lower case; or { equals: … }, or { regex: …, flags: i }.');

/** All that is given must hold; the scenario then answers by itself. */
export const When = z
  .strictObject({
    prompt: TextMatch.optional(),
    turn: TurnMatch.optional(),
    index_ids: z.array(z.string()).describe('Index ids that the request must all name.').optional(),
    session_id: z.string().optional(),
  })
  .meta({ id: 'When', description: 'Answers by itself where all of this holds; the most conditions come first.' });
/** The conditions under which a scenario answers by itself. */
export type When = z.infer<typeof When>;

/** What answers instead of an operation. Without `steps`, `status` and a body the operation answers as ever. */
const answer = {
  pace: Pace.optional(),
  steps: z
    .array(Step)
    .min(1)
    .describe('What the agent does, in order. Default: the turn of the generated agent.')
    .optional(),
  wire: Wire.optional(),
  ends: Ends.optional(),
  status: z
    .int()
    .min(200)
    .max(599)
    .describe('Instead of steps: answers with this status, without a stream.')
    .optional(),
  headers: z
    .record(HeaderName, z.union([HeaderValue, z.array(HeaderValue).min(1).max(MOST_LINES), z.null()]))
    .describe('Added to the usual headers, or in their place; a list is one line for each value; null omits one.')
    .optional(),
  body: anything.describe('The body of an answer with a status: JSON; a text is sent unchanged.').optional(),
  body_base64: z.base64().describe('Instead of body: bytes that are not text, such as a compressed body.').optional(),
  delay_ms: milliseconds.describe('Milliseconds before the headers.').optional(),
  violates: z
    .array(z.enum(turnRuleIds))
    .min(1)
    .describe('Rules of a turn that the steps break on purpose. Not needed for what ends, raw, wire and status break.')
    .optional(),
};

/** A scenario file: one scripted turn. `docs/scenarios.md` explains every key. */
export const Scenario = z.strictObject({
  scenario: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]*$/, 'must be of lower-case letters, digits and hyphens, like slow-tool')
    .describe("The file's name without its extension. A prompt that starts with /NAME asks for it."),
  description: z.string().describe('One sentence: what happens.').optional(),
  when: When.optional(),
  ...answer,
});
/** A scenario file: one scripted turn. `docs/scenarios.md` explains every key. */
export type Scenario = z.infer<typeof Scenario>;

/** A scenario that is queued rather than kept: a name is not needed. */
export const InlineScenario = z
  .strictObject({
    scenario: z.string().describe('Its name in logs.').optional(),
    description: z.string().optional(),
    ...answer,
  })
  .meta({ id: 'InlineScenario', description: 'A scenario written in place; its name may be left out.' });
/** A scenario without a name, as `mock.next` and the control API take it. */
export type InlineScenario = z.infer<typeof InlineScenario>;
