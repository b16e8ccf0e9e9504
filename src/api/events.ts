import { z } from 'zod';
import { field, keywords, model, tag } from './describe.ts';
import { changes } from './editions.ts';
import { during } from './lifetimes.ts';

const content = (description: string) => field(z.string(), description);

/** A piece of the answer while it is being written. */
export const TextDelta = event(
  'EventTextDeltaEvent',
  'A piece of the answer, as it is written.',
  {
    type: tag('text_delta'),
    content: content('The next characters of the answer.'),
  },
  { type: 'text_delta', content: 'Revenue' },
);

/** A piece of the agent's thinking. */
export const ThinkingDelta = event(
  'EventThinkingDeltaEvent',
  'A piece of the agent’s thinking.',
  {
    type: tag('thinking_delta'),
    content: content('The next characters of the thinking.'),
  },
  { type: 'thinking_delta', content: 'I should' },
);

/** A complete text; equals the `text_delta`s since the previous one. */
export const Text = event(
  'EventTextEvent',
  'The complete answer; equals the text deltas before it.',
  {
    type: tag('text'),
    content: content('The whole text.'),
  },
  { type: 'text', content: 'Revenue grew 12 % in Q3.' },
);

/** A complete thought; equals the `thinking_delta`s since the previous one. */
export const Thinking = event(
  'EventThinkingEvent',
  'The complete thinking; equals the thinking deltas before it.',
  {
    type: tag('thinking'),
    content: content('The whole thinking.'),
  },
  { type: 'thinking', content: 'I should look at the Q3 report first.' },
);

/** The user's prompt, as history stores it. */
export const UserInput = event(
  'EventUserInputEvent',
  'What the user asked; the first event of a turn’s history.',
  {
    type: tag('user_input'),
    content: content('The prompt as it was sent.'),
  },
  { type: 'user_input', content: 'What were the main findings in Q3?' },
);

/** A tool call; a `tool_result` with the same `call_id` answers it. */
export const ToolCall = event(
  'EventToolCallEvent',
  'The agent calls a tool.',
  {
    type: tag('tool_call'),
    arguments: field(z.record(z.string(), z.unknown()), 'The tool’s arguments, free-form.'),
    name: field(z.string(), 'Name of the tool.'),
    call_id: field(z.string(), 'Identifies the call within its turn.'),
  },
  { type: 'tool_call', arguments: { query: 'Q3 findings', top_k: 5 }, name: 'retrieve', call_id: 'call_1' },
);

/** Where to load a page image; `attachment_name` may contain `/`. */
export const ImageAttachmentRef = model(
  'ImageAttachmentRef',
  z.object({
    source_id: field(z.string(), 'The file the page belongs to.', 'src-1'),
    attachment_name: field(z.string(), 'Name of the attachment; contains slashes.', 'screenshots/page_7.jpg'),
  }),
  'Coordinates for lazily resolving a page screenshot presigned URL.',
  { source_id: 'src-1', attachment_name: 'screenshots/page_7.jpg' },
);

/** Where to load a page image. */
export type ImageAttachmentRef = z.infer<typeof ImageAttachmentRef>;

/** The result of an earlier tool call in the same turn; `result` is any JSON value. */
export const ToolResult = event(
  'EventToolResultEvent',
  'What a tool returned; answers the call with the same call_id.',
  {
    type: tag('tool_result'),
    name: field(z.string(), 'Name of the tool that was called.'),
    call_id: field(z.string(), 'The call this answers.'),
    // Required and may be null: `nonoptional` refuses a missing key where `unknown` alone would not.
    result: field(z.unknown().nonoptional(), 'Anything; may be null.'),
    image_attachment: field(
      z.union([ImageAttachmentRef, z.null()]).optional(),
      'The page the result was read from, where there is one.',
    ),
  },
  {
    type: 'tool_result',
    name: 'retrieve',
    call_id: 'call_1',
    result: [{ text: 'Revenue grew 12 %', page: 7 }],
    image_attachment: null,
  },
);

const count = (description: string, example: number) => field(z.int().nullable().optional(), description, example);
const run = {
  total_input_tokens: count('Tokens read so far in this session.', 912),
  total_output_tokens: count('Tokens written so far in this session.', 148),
  turns: field(z.int().default(1), 'Turns so far in this session.', 1),
  duration_ms: field(z.number().default(0), 'How long the turn took, in milliseconds.', 2417.5),
};
const usageExample = { total_input_tokens: 912, total_output_tokens: 148, turns: 1, duration_ms: 2417.5 };

/** Token counts, number of turns and duration of a run. */
export const Usage = model('EventStopEventUsage', z.object(run), 'Token usage of the run.', usageExample);

/** The last event of every turn. */
export const Stop = event(
  'EventStopEvent',
  'The turn has ended; the last event of every stream.',
  {
    type: tag('stop'),
    usage: Usage,
    is_error: field(z.boolean(), 'Whether the turn failed.'),
    error: field(z.string().nullable(), 'Why it failed; null otherwise.'),
    skipped_index_ids: during(
      changes.skipped_index_ids,
      field(z.array(z.string()).optional(), 'Requested indexes this turn could not query.'),
    ),
  },
  { type: 'stop', usage: usageExample, is_error: false, error: null, skipped_index_ids: [] },
);

/** Pieces of what follows whole; sent as `event: delta`, where all others are `event: message`. */
export const deltaEvents = [ThinkingDelta, TextDelta] as const;

/** The union in the order of the published document; `type` tells them apart. */
export const Event = z
  .discriminatedUnion('type', [...deltaEvents, Thinking, Text, UserInput, ToolCall, ToolResult, Stop])
  .openapi('Event', {
    description: 'One of the eight kinds of event, in a stream’s `data:` lines and in a session’s history alike.',
    examples: [
      { type: 'text', content: 'Revenue grew 12 % in Q3.' },
      { type: 'tool_call', arguments: { query: 'Q3 findings' }, name: 'retrieve', call_id: 'call_1' },
    ],
  });
/** The union of all eight event types, told apart by `type`. */
export type Event = z.infer<typeof Event>;
/** The `type` of an event. */
export type EventType = Event['type'];
/** A piece of the answer while it is being written. */
export type TextDeltaEvent = z.infer<typeof TextDelta>;
/** A piece of the agent's thinking. */
export type ThinkingDeltaEvent = z.infer<typeof ThinkingDelta>;
/** A complete text; equals the deltas since the previous one. */
export type TextEvent = z.infer<typeof Text>;
/** A complete thought; equals the deltas since the previous one. */
export type ThinkingEvent = z.infer<typeof Thinking>;
/** The user's prompt, as history stores it. */
export type UserInputEvent = z.infer<typeof UserInput>;
/** A tool call; a `tool_result` with the same `call_id` answers it. */
export type ToolCallEvent = z.infer<typeof ToolCall>;
/** The result of an earlier tool call in the same turn. */
export type ToolResultEvent = z.infer<typeof ToolResult>;
/** The last event of every turn, with its usage and outcome. */
export type StopEvent = z.infer<typeof Stop>;
/** Token counts, number of turns and duration of a run. */
export type Usage = z.output<typeof Usage>;

/** Usage and outcome of a session's latest run. */
export const JobMetadata = model(
  'JobMetadata',
  z.object({
    ...run,
    is_error: field(z.boolean().default(false), 'Whether the most recent run failed.', false),
    error: field(z.string().nullable().optional(), 'Why it failed.'),
    export_config_ids: field(z.array(z.string()).nullable().optional(), 'Export configurations the run used.'),
  }),
  'Token usage and status from the most recent run.',
  { ...usageExample, is_error: false, error: null, export_config_ids: null },
);
/** Usage and outcome of a session's latest run. */
export type JobMetadata = z.output<typeof JobMetadata>;

/** The published document calls the tag formally optional, though it is always sent. */
function event<Shape extends z.ZodRawShape>(name: string, description: string, shape: Shape, example: object) {
  const required = Object.entries(shape)
    .filter(([key, schema]) => key !== 'type' && !(schema instanceof z.ZodOptional))
    .map(([key]) => key);
  return z.object(shape).openapi(name, keywords({ description, required, examples: [example] }));
}
