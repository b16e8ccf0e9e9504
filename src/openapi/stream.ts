import { deltaEvents } from '../api/events.ts';
import type { JsonObject } from './json.ts';

/** The description of the stream, in every version. */
export const streamText = `A stream of server-sent events. Each frame has an event name and one JSON object on one data line, and ends with an empty line:

    event: delta
    data: {"type":"text_delta","content":"Rev"}

\`event: delta\` carries \`text_delta\` and \`thinking_delta\`, which are pieces; \`event: message\` carries every other, complete event. Both a text's deltas and the complete \`text\` are sent: show one of them. The data is one of the schemas under \`Event\`. \`stop\` is the last event; then the body ends. Lines that start with a colon are heartbeats.`;

const turn = [
  { event: 'delta', data: { type: 'text_delta', content: 'Revenue' } },
  { event: 'delta', data: { type: 'text_delta', content: ' grew.' } },
  { event: 'message', data: { type: 'text', content: 'Revenue grew.' } },
  {
    event: 'message',
    data: {
      type: 'stop',
      usage: { total_input_tokens: 912, total_output_tokens: 148, turns: 1, duration_ms: 2417.5 },
      is_error: false,
      error: null,
    },
  },
].map(({ event, data }) => ({ event, data: JSON.stringify(data) }));
const turnText = turn.map(({ event, data }) => `event: ${event}\ndata: ${data}\n\n`).join('');
const summary = 'A short turn';

/** The stream's media type: event by event where the specification can say so (3.2), else as text. */
export const streamContent = {
  '3.1': {
    schema: { type: 'string', contentMediaType: 'text/event-stream' },
    examples: { turn: { summary, value: turnText } },
  },
  '3.2': {
    itemSchema: { $ref: '#/components/schemas/Frame' },
    examples: { turn: { summary, dataValue: turn, serializedValue: turnText } },
  },
} as const;

/** The schemas of a frame, which 3.2 describes; `mapping` is that of the event union. */
export function frameSchemas(mapping: JsonObject): [name: string, schema: JsonObject][] {
  const isDelta = (type: string) => deltaEvents.some(({ shape }) => shape.type.value === type);
  const types = Object.keys(mapping);
  return [
    [
      'Frame',
      {
        description: 'One server-sent event. Its name says whether its data is a piece or something complete.',
        oneOf: [{ $ref: '#/components/schemas/DeltaFrame' }, { $ref: '#/components/schemas/MessageFrame' }],
        discriminator: {
          propertyName: 'event',
          mapping: { delta: '#/components/schemas/DeltaFrame', message: '#/components/schemas/MessageFrame' },
        },
        examples: turn.slice(0, 1),
      },
    ],
    [
      'DeltaFrame',
      frame({
        name: 'delta',
        description: 'A piece of a text or of thinking, as it is written.',
        references: types.filter(isDelta).map((type) => mapping[type]),
        example: turn.find(({ event }) => event === 'delta'),
      }),
    ],
    [
      'MessageFrame',
      frame({
        name: 'message',
        description: 'A complete event.',
        references: types.filter((type) => !isDelta(type)).map((type) => mapping[type]),
        example: turn.find(({ event }) => event === 'message'),
      }),
    ],
  ];
}

function frame({
  name,
  description,
  references,
  example,
}: {
  readonly name: string;
  readonly description: string;
  readonly references: readonly JsonObject[string][];
  readonly example: JsonObject | undefined;
}): JsonObject {
  return {
    type: 'object',
    description,
    properties: {
      event: { type: 'string', const: name, description: `The frame’s name: \`${name}\`.` },
      data: {
        type: 'string',
        description: 'The event as JSON, on one line.',
        contentMediaType: 'application/json',
        contentSchema: { oneOf: references.map(($ref) => ({ $ref: $ref ?? null })) },
      },
    },
    required: ['event', 'data'],
    ...(example && { examples: [example] }),
  };
}
