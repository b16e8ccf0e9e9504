import { deltaEvents } from '../api/events.ts';
import type { JsonObject } from './json.ts';

/** The description of the stream, in every version. */
export const streamText = `A stream of server-sent events. Each frame has an event name and one JSON object on one data line, and ends with an empty line:

    event: delta
    data: {"type":"text_delta","content":"Rev"}

\`event: delta\` carries \`text_delta\` and \`thinking_delta\`, which are pieces; \`event: message\` carries every other, complete event. Both a text's deltas and the complete \`text\` are sent: show one of them. The data is one of the schemas under \`Event\`; the body’s \`schema\` is that of the data of each event, as generators of clients read it. \`stop\` is the last event; then the body ends. Lines that start with a colon are heartbeats.`;

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
] as const;
const frames = turn.map(({ event, data }) => ({ event, data: JSON.stringify(data) }));
const turnText = frames.map(({ event, data }) => `event: ${event}\ndata: ${data}\n\n`).join('');

/**
 * The stream's media type. OpenAPI 3.2 has a keyword for the items of a stream. 3.1 has none, so its schema is that of the
 * data of each event, as the generators of clients read it.
 */
export const streamContent = {
  '3.1': {
    schema: { $ref: '#/components/schemas/Event' },
    examples: Object.fromEntries(
      turn.map(({ data }) => [data.type, { summary: `The data of one \`${data.type}\` event`, value: data }]),
    ),
  },
  '3.2': {
    itemSchema: { $ref: '#/components/schemas/Frame' },
    schema: { $ref: '#/components/schemas/Event' },
    examples: { turn: { summary: 'A short turn', dataValue: frames, serializedValue: turnText } },
  },
} as const;

/** The schemas of a frame, which 3.2 describes; `mapping` is that of the event union. */
export function frameSchemas(mapping: JsonObject): [name: string, schema: JsonObject][] {
  const isDelta = (type: string) => deltaEvents.some(({ shape }) => shape.type.value === type);
  const types = Object.keys(mapping);
  const mappingOf = (names: readonly string[]): JsonObject =>
    Object.fromEntries(names.map((name) => [name, mapping[name]]));
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
        examples: frames.slice(0, 1),
      },
    ],
    [
      'DeltaFrame',
      frame({
        name: 'delta',
        description: 'A piece of a text or of thinking, as it is written.',
        mapping: mappingOf(types.filter(isDelta)),
        example: frames.find(({ event }) => event === 'delta'),
      }),
    ],
    [
      'MessageFrame',
      frame({
        name: 'message',
        description: 'A complete event.',
        mapping: mappingOf(types.filter((type) => !isDelta(type))),
        example: frames.find(({ event }) => event === 'message'),
      }),
    ],
  ];
}

function frame({
  name,
  description,
  mapping,
  example,
}: {
  readonly name: string;
  readonly description: string;
  readonly mapping: JsonObject;
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
        contentSchema: {
          oneOf: Object.values(mapping).map(($ref) => ({ $ref })),
          // The service always sends `type`, but calls it optional; 3.2 wants to know what an event without it is.
          discriminator: { propertyName: 'type', mapping, defaultMapping: mapping['text_delta'] ?? mapping['text'] },
        },
      },
    },
    required: ['event', 'data'],
    ...(example && { examples: [example] }),
  };
}
