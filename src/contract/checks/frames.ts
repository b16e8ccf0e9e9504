import { Event } from '../../api/events.ts';
import { inEdition } from '../../api/lifetimes.ts';
import { turnRule } from '../../api/turn-rules.ts';
import { type Exchange, type ExchangeResponse, sseOf } from '../record/exchange.ts';
import { parseJson } from '../record/json.ts';
import type { SseFrame } from '../record/sse-decoder.ts';
import { firstBadByte } from '../record/utf8.ts';
import { type Check, type CheckContext, defineCheck, type Finding, show } from '../verdict/check.ts';
import { eventsOf } from '../verdict/stream-verdict.ts';
import { findHalfCharacter, mayHoldHalf } from './half-characters.ts';
import { schemaFindings } from './schema-findings.ts';
import { isFields, isStream, isWholeStream } from './select.ts';
import { wireContract } from './wire-contract.ts';

const DELTAS = ['text_delta', 'thinking_delta'];
const types: readonly string[] = Event.options.map(({ shape }) => shape.type.value);

/** Complete frames; another check reports a body that ends inside a frame. */
const framesOf = ({ response }: Exchange) =>
  sseOf(response as ExchangeResponse).frames.filter(({ isEnded }) => isEnded); // Chosen by its status.

const utf8 = defineCheck({
  id: 'stream.utf8',
  requirement: 'A stream MUST be valid UTF-8, and no text in it may hold half a character.',
  level: 'must',
  evidence: 'documented',
  source: wireContract('stream-utf8'),
  rationale: 'Browsers show replacement characters for invalid bytes.',
  requires: ['http.content-type', 'stream.whole'],
  appliesTo: isStream,
  run: forEachFrame((exchange, frame) => {
    if (frame.badByte !== null)
      return [
        inFrame(exchange, frame, {
          what: `byte ${frame.badByte + badOffset(exchange, frame)}`,
          expected: 'UTF-8',
          actual: 'a byte that is none',
        }),
      ];
    const [data = ''] = frame.data;
    const half = mayHoldHalf(data) ? findHalfCharacter(parse(data)) : null;
    if (half === null) return [];
    return [inFrame(exchange, frame, { what: half, expected: 'whole characters', actual: 'half of a surrogate pair' })];
  }),
});

const oneLine = defineCheck({
  id: 'stream.one-data-line',
  requirement: 'A frame MUST carry its event as one JSON object on one line that starts with "data: ".',
  level: 'must',
  evidence: 'measured',
  source: wireContract('frame-data'),
  rationale: 'The official reader parses each "data: " line as one whole object and skips every other line.',
  requires: ['stream.utf8'],
  // In another encoding, many characters break the JSON.
  explainedBy: ['stream.utf8'],
  isByFrame: true,
  appliesTo: isStream,
  run: forEachFrame((exchange, frame) => {
    const lines = frame.lines.filter(({ field }) => field === 'data');
    const problem = (expected: string, actual: string) => [
      inFrame(exchange, frame, { what: 'data', expected, actual }),
    ];
    if (lines.length !== 1) return problem('one data line', `${lines.length} data lines`);
    const [line] = lines;
    if (!line?.hasSpace) return problem('"data: " with a space', show(line?.raw));
    const reading = parseJson(line.value);
    if (!reading.ok) return problem('a JSON object', `${show(line.value)}: ${reading.reason}`);
    return isFields(reading.value) ? [] : problem('a JSON object', show(line.value));
  }),
});

const name = defineCheck({
  id: 'stream.event-name',
  requirement: 'A frame MUST be named "delta" if its event is a delta, else "message".',
  level: 'must',
  evidence: 'documented',
  source: wireContract('frame-name'),
  rationale: 'Clients listen for these two names and never see an event without one.',
  requires: ['stream.one-data-line'],
  isByFrame: true,
  appliesTo: isStream,
  run: forEachFrame((exchange, frame) => {
    const value = parse(frame.data[0] ?? '');
    const type = isFields(value) ? value['type'] : undefined;
    // An unknown type has no category; another check reports it.
    if (typeof type !== 'string' || !types.includes(type)) return [];
    const expected = DELTAS.includes(type) ? 'delta' : 'message';
    const count = frame.lines.filter(({ field }) => field === 'event').length;
    if (count === 1 && frame.name === expected) return [];
    const actual = count > 1 ? `${count} event lines` : show(frame.name);
    return [inFrame(exchange, frame, { what: 'event', expected: `event: ${expected} for ${show(type)}`, actual })];
  }),
});

const ended = defineCheck({
  id: 'stream.frame-ended',
  requirement: 'Every frame, including the last, MUST end with an empty line.',
  level: 'must',
  evidence: 'documented',
  source: wireContract('frame-end'),
  rationale: 'Readers discard a frame without its empty line; here that would be the stop event.',
  requires: ['stream.whole', 'stream.moves-on'],
  appliesTo: isWholeStream,
  run: (exchanges) =>
    exchanges.flatMap((exchange) => {
      const last = sseOf(exchange.response as ExchangeResponse).frames.find(({ isEnded }) => !isEnded); // Chosen by its status.
      if (!last) return [];
      return [inFrame(exchange, last, { what: 'end', expected: 'an empty line', actual: 'the end of the body' })];
    }),
});

const schema = defineCheck({
  ...turnRule('stream.event-schema'),
  level: 'must',
  evidence: 'documented',
  source: wireContract('event-schema'),
  rationale: 'Without `type` the Python SDK decodes any event as a text delta.',
  requires: ['stream.one-data-line'],
  isByFrame: true,
  appliesTo: isStream,
  run: (exchanges, { edition, spoiltFrames }) =>
    exchanges.flatMap((exchange) => {
      const spoilt = spoiltFrames(exchange);
      return eventsOf(exchange)
        .filter(({ frame }) => !spoilt.has(frame))
        .flatMap(({ frame, offset, value }) =>
          schemaFindings(exchange, { value, schema: inEdition(Event, edition), frame: { number: frame, offset } }),
        );
    }),
});

/** Checks of the bytes and frames of a stream. */
export const frameChecks: readonly Check[] = [utf8, oneLine, name, ended, schema];

function forEachFrame(judge: (exchange: Exchange, frame: SseFrame) => readonly Finding[]) {
  return (exchanges: readonly Exchange[], { spoiltFrames }: CheckContext) =>
    exchanges.flatMap((exchange) => {
      const spoilt = spoiltFrames(exchange);
      return framesOf(exchange)
        .filter(({ number }) => !spoilt.has(number))
        .flatMap((frame) => judge(exchange, frame));
    });
}

interface InFrame {
  readonly what: string;
  readonly expected: string;
  readonly actual: string;
}

function inFrame({ number }: Exchange, frame: SseFrame, { what, expected, actual }: InFrame): Finding {
  return {
    exchange: number,
    at: `frame ${frame.number}, byte ${frame.offset}, ${what}`,
    expected,
    actual,
    frame: frame.number,
  };
}

/** The offset of the invalid byte in its line. */
function badOffset({ response }: Exchange, { badByte, end }: SseFrame): number {
  return badByte === null || !response ? 0 : firstBadByte(response.body.subarray(badByte, end));
}

/** Undefined if it is not JSON; another check reports that. */
function parse(text: string): unknown {
  const reading = parseJson(text);
  return reading.ok ? reading.value : undefined;
}
