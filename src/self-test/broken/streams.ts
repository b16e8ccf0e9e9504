import { type Hop, inJson, type Json } from '../meddle.ts';
import { eachEvent, type Frame, firstEvent, inFrames, inPieces, inStreamText, toFrames } from '../meddle-stream.ts';
import { type BrokenMock, breaking } from './broken-mock.ts';

const without = (key: string) => (json: Json) => {
  const { [key]: _, ...rest } = json;
  return rest;
};
const isType =
  (type: string) =>
  ({ event }: Frame) =>
    event.type === type;
const indexOf = (frames: readonly Frame[], type: string) => frames.findIndex(isType(type));
const message = (event: Json): Frame => ({ name: 'message', event });

/** Swaps two frames if both exist. */
function swap(frames: readonly Frame[], a: number, b: number): readonly Frame[] {
  const [first, second] = [frames[a], frames[b]];
  if (!first || !second) return frames;
  return frames.map((frame, index) => (index === a ? second : index === b ? first : frame));
}
const half = (bytes: Uint8Array) => [{ bytes: bytes.subarray(0, bytes.length >> 1), afterMs: 0 }];
const pings = Array.from({ length: 1000 }, () => ({ bytes: new TextEncoder().encode(': ping\n\n'), afterMs: 10 }));
const PACE_MS = 2;
/** Short enough for a quick test, long enough to tell a stall from a slow answer. */
const soon = { verify: { timeoutMs: 300 } } as const;

/** Mocks that break the event stream. */
export const brokenStreams: readonly BrokenMock[] = [
  ...breaking('stream.utf8', {
    'a character is cut in two': inStreamText((text) => {
      const bytes = new TextEncoder().encode(text.replace('"content":"', '"content":"é'));
      const at = bytes.indexOf(0xc3);
      return Uint8Array.from([...bytes.slice(0, at + 1), ...bytes.slice(at + 2)]);
    }),
    'half a character is written as an escape': firstEvent('text_delta', (event) => ({
      ...event,
      content: `${event.content}\ud83d`,
    })),
    'the stream is Latin-1': inStreamText((text) =>
      Uint8Array.from(text.replace('"content":"', '"content":"ü'), (letter) => letter.charCodeAt(0) & 255),
    ),
  }),
  ...breaking('stream.one-data-line', {
    'JSON is spread over several data lines': inStreamText((text) =>
      text.replaceAll('"type":"stop",', '"type":"stop",\ndata: '),
    ),
    'there is no space after data:': inStreamText((text) => text.replaceAll('data: ', 'data:')),
    'two events are on one line': inStreamText((text) => text.replace(/\n\nevent: delta\ndata: /, ' ')),
    'an event is a list': inStreamText((text) => text.replace(/data: (\{.*\})/, 'data: [$1]')),
    'the stream ends with [DONE]': inStreamText((text) => `${text}data: [DONE]\n\n`),
    'a frame has no data': inStreamText((text) => `event: message\n\n${text}`),
  }),
  ...breaking('stream.event-name', {
    'frames have no event name': inStreamText((text) => text.replaceAll(/event: \w+\n/g, '')),
    'deltas are called message': inStreamText((text) => text.replaceAll('event: delta', 'event: message')),
    'complete events are called delta': inStreamText((text) => text.replaceAll('event: message', 'event: delta')),
    'frames are called by their type': inFrames((frames) => frames.map(({ event }) => ({ name: event.type, event }))),
    'only the stop has another name': inFrames((frames) =>
      frames.map((frame) => (isType('stop')(frame) ? { ...frame, name: 'stop' } : frame)),
    ),
  }),
  ...breaking('stream.frame-ended', {
    'the last frame lacks its empty line': inStreamText((text) => text.slice(0, -1)),
  }),
  ...breaking('stream.event-schema', {
    'events have no type': eachEvent('text_delta', without('type')),
    'an event is of an unknown type': inFrames((frames) => [message({ type: 'status', content: 'busy' }), ...frames]),
    'a delta has no content': firstEvent('text_delta', without('content')),
    'content is null': firstEvent('text', (event) => ({ ...event, content: null })),
    'arguments are a text': firstEvent('tool_call', (event) => ({
      ...event,
      arguments: JSON.stringify(event.arguments),
    })),
    'a call has no call_id': firstEvent('tool_call', without('call_id')),
    'a result has no result': firstEvent('tool_result', without('result')),
    'an image lacks its name': firstEvent('tool_result', (event) => ({
      ...event,
      image_attachment: { source_id: 'src-1' },
    })),
    'the stop lacks error': eachEvent('stop', without('error')),
    'the stop lacks is_error': eachEvent('stop', without('is_error')),
    'the stop lacks usage': eachEvent('stop', without('usage')),
    'turns of the usage is null': eachEvent('stop', (event) => ({ ...event, usage: { ...event.usage, turns: null } })),
    'tokens are a text': eachEvent('stop', (event) => ({
      ...event,
      usage: { ...event.usage, total_input_tokens: '874' },
    })),
  }),
  ...breaking('stream.whole', { 'the connection breaks in the middle': inPieces(half, 'break') }),
  ...breaking('stream.moves-on', { 'the stream stalls in the middle': inPieces(half, 'hang') }, soon),
  ...breaking(
    'stream.moves-on',
    { 'the stream goes on with comments only': inPieces((bytes) => [...half(bytes), ...pings]) },
    { verify: { timeoutMs: 60, only: ['stream.moves-on'] } },
  ),
  ...breaking(
    'stream.closes',
    { 'the connection stays open after the stop': inPieces((bytes) => [{ bytes, afterMs: 0 }], 'hang') },
    soon,
  ),
  ...breaking(
    'stream.closes',
    {
      'pings follow the stop': inPieces((bytes) => [{ bytes, afterMs: 0 }, ...pings]),
      'the end comes long after the stop': inPieces((bytes) => [{ bytes, afterMs: 0 }, ...pings.slice(0, 400)]),
    },
    { verify: { only: ['stream.closes'] } },
  ),
  ...breaking('stream.says-something', {
    'the stream is empty': inStreamText(() => ''),
    'the stream is only comments': inStreamText(() => ': ping\n\n'),
  }),
  ...breaking('stream.ends-once', {
    'there is no stop': eachEvent('stop', () => null),
    'there are two stops': inFrames((frames) => [...frames, ...frames.slice(-1)]),
    'an event follows the stop': inFrames((frames) => [...frames, message({ type: 'thinking', content: 'Hm.' })]),
    'the stop comes first': inFrames((frames) => [...frames.slice(-1), ...frames.slice(0, -1)]),
  }),
  ...breaking('stream.text-adds-up', {
    'a delta is lost': inFrames((frames) => frames.filter((_, index) => index !== indexOf(frames, 'text_delta'))),
    'a delta comes twice': inFrames((frames) =>
      frames.flatMap((frame, index) => (index === indexOf(frames, 'text_delta') ? [frame, frame] : [frame])),
    ),
    'deltas change places': inFrames((frames) =>
      swap(frames, indexOf(frames, 'text_delta'), indexOf(frames, 'text_delta') + 1),
    ),
    'the text is trimmed of its last character': eachEvent('text', (event) => ({
      ...event,
      content: event.content.slice(0, -1),
    })),
    'deltas lose their spaces': eachEvent('text_delta', (event) => ({ ...event, content: event.content.trim() })),
  }),
  ...breaking('stream.thinking-adds-up', {
    'a thinking delta is lost': inFrames((frames) =>
      frames.filter((_, index) => index !== indexOf(frames, 'thinking_delta')),
    ),
    'the thinking is another one': eachEvent('thinking', (event) => ({
      ...event,
      content: `${event.content} Or not.`,
    })),
  }),
  ...breaking('stream.deltas-closed', {
    'there is no complete text': eachEvent('text', () => null),
  }),
  ...breaking('stream.call-ids-unique', {
    'every call has the same id': inFrames((frames) =>
      frames.map(({ name, event }) => ({ name, event: 'call_id' in event ? { ...event, call_id: 'call_1' } : event })),
    ),
  }),
  ...breaking('stream.results-pair', {
    'a result answers a call that was not made': firstEvent('tool_result', (event) => ({
      ...event,
      call_id: 'call_x',
    })),
    'a result is of another tool': firstEvent('tool_result', (event) => ({ ...event, name: 'other' })),
    'a result comes twice': inFrames((frames) =>
      frames.flatMap((frame, index) => (index === indexOf(frames, 'tool_result') ? [frame, frame] : [frame])),
    ),
    'a result comes before its call': inFrames((frames) =>
      swap(frames, indexOf(frames, 'tool_call'), indexOf(frames, 'tool_result')),
    ),
  }),
  ...breaking('stream.calls-answered', {
    'a call is never answered': inFrames((frames) =>
      frames.filter((_, index) => index !== indexOf(frames, 'tool_result')),
    ),
  }),
  ...breaking(
    'stream.incremental',
    {
      'a proxy holds the stream back to its end': inPieces((bytes) => [{ bytes, afterMs: 0 }]),
      'a proxy holds it back and writes it in a slow loop': inPieces((bytes) =>
        Array.from({ length: 5 }, (_, index) => ({
          bytes: bytes.subarray(Math.floor((bytes.length * index) / 5), Math.floor((bytes.length * (index + 1)) / 5)),
          afterMs: 1,
        })),
      ),
    },
    { mock: { speed: 20 }, verify: { only: ['stream.*'] } },
  ),
  ...breaking(
    'stream.event-schema',
    {
      'tokens are a text, a delta is altered, and a result is of no call': inFrames((frames) => {
        const [delta, result] = [indexOf(frames, 'text_delta'), indexOf(frames, 'tool_result')];
        return frames.map(({ name, event }, index) => {
          if (index === delta) return { name, event: { ...event, content: `${event.content}!` } };
          if (index === result) return { name, event: { ...event, call_id: 'call_x' } };
          if (event.type !== 'stop') return { name, event };
          return { name, event: { ...event, usage: { ...event.usage, total_input_tokens: '874' } } };
        });
      }),
    },
    { also: ['stream.text-adds-up', 'stream.results-pair'] },
  ),
  ...breaking(
    'stream.one-data-line',
    {
      'a thinking lacks its space, a call is made twice, and the text is another one': inStreamText((text) => {
        const call = /event: message\ndata: \{"type":"tool_call".*\n\n/.exec(text)?.[0] ?? '';
        return text
          .replace(call, call + call)
          .replace('data: {"type":"thinking"', 'data:{"type":"thinking"')
          .replace(/("type":"text","content":")/, '$1Well, ');
      }),
    },
    { also: ['stream.call-ids-unique', 'stream.text-adds-up'] },
  ),
  ...breaking(
    'stream.event-name',
    {
      'the stop has another name, and the history loses a result': (hop) =>
        hop.operation === 'streamMessages'
          ? inFrames((frames) => frames.map((frame) => (isType('stop')(frame) ? { ...frame, name: 'stop' } : frame)))(
              hop,
            )
          : inJson(['getSession'], (json) => ({
              ...json,
              events: json.events.filter(({ type }: Json) => type !== 'tool_result'),
            }))(hop),
    },
    { also: ['history.equals-stream'] },
  ),
  ...breaking(
    'stream.incremental',
    { 'text deltas are held back until the text': heldBack },
    { verify: { only: ['stream.incremental'] } },
  ),
];

/** Thinking comes at its pace; the text deltas come together, after the time that they took. */
function heldBack(hop: Hop): Promise<Response> {
  return inPieces((bytes) => {
    const frames = toFrames(bytes);
    const start = frames.findIndex((frame) => frame.includes('"text_delta"'));
    const count = frames.filter((frame) => frame.includes('"text_delta"')).length;
    const encode = (text: string) => new TextEncoder().encode(text);
    return [
      ...frames.slice(0, start).map((frame) => ({ bytes: encode(frame), afterMs: PACE_MS })),
      { bytes: encode(frames.slice(start).join('')), afterMs: count * PACE_MS },
    ];
  })(hop);
}
