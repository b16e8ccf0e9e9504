import { turnRule } from '../../api/turn-rules.ts';
import type { Exchange } from '../record/exchange.ts';
import { type Check, defineCheck } from '../verdict/check.ts';
import { eventsOf } from '../verdict/stream-verdict.ts';
import { finding, isFields, isWholeStream } from './select.ts';
import { wireContract } from './wire-contract.ts';

const isStop = (value: unknown) => isFields(value) && value['type'] === 'stop';
const hasStop = (exchange: Exchange) => eventsOf(exchange).some(({ value }) => isStop(value));

/** The position in the stream at its end. */
function lastPlace(exchange: Exchange): string {
  const last = eventsOf(exchange).at(-1);
  return last ? `after frame ${last.frame}, byte ${last.offset}` : 'before the first frame';
}

const whole = defineCheck({
  id: 'stream.whole',
  requirement: 'A stream MUST NOT be truncated: its body ends as HTTP requires.',
  level: 'must',
  evidence: 'documented',
  source: wireContract('stream-end'),
  rationale: 'Many clients cannot tell a truncated stream from a finished answer.',
  requires: ['http.content-type'],
  appliesTo: isWholeStream,
  run: (exchanges) =>
    exchanges
      .filter(({ ending }) => ending !== 'complete' && ending !== 'idle')
      .map((exchange) =>
        finding(exchange, {
          at: lastPlace(exchange),
          expected: 'the end of the body',
          actual: `${exchange.ending.replace('_', ' ')}${exchange.reason ? ` (${exchange.reason})` : ''}`,
        }),
      ),
});

const movesOn = defineCheck({
  id: 'stream.moves-on',
  requirement: 'A stream MUST reach its stop event: it neither stalls nor continues without end.',
  level: 'must',
  evidence: 'documented',
  source: wireContract('stream-end'),
  rationale: 'A page that waits for a stalled stream shows its spinner for ever.',
  requires: ['stream.whole'],
  appliesTo: isWholeStream,
  run: (exchanges) =>
    exchanges
      .filter((exchange) => exchange.ending === 'idle' && !hasStop(exchange))
      .map((exchange) =>
        finding(exchange, {
          at: lastPlace(exchange),
          expected: 'more events, then a stop',
          actual: `no stop within ${Math.round(exchange.endMs)} ms`,
        }),
      ),
});

const closes = defineCheck({
  id: 'stream.closes',
  requirement: 'The body MUST end soon after the stop event, without the client closing it.',
  level: 'must',
  evidence: 'documented',
  source: wireContract('stream-end'),
  rationale: 'Clients that read to the end of the body would wait for ever.',
  requires: ['stream.moves-on'],
  appliesTo: isWholeStream,
  run: (exchanges) =>
    exchanges
      .filter((exchange) => exchange.ending === 'idle' && hasStop(exchange))
      .map((exchange) =>
        finding(exchange, {
          at: lastPlace(exchange),
          expected: 'the end of the body',
          actual: `open for ${Math.round(exchange.endMs - (eventsOf(exchange).at(-1)?.atMs ?? 0))} ms more`,
        }),
      ),
});

const endsOnce = defineCheck({
  ...turnRule('stream.ends-once'),
  level: 'must',
  evidence: 'documented',
  source: wireContract('one-stop'),
  rationale: 'The stop event tells a client that the answer is complete and whether it failed.',
  requires: ['stream.says-something', 'stream.event-schema'],
  isByFrame: true,
  appliesTo: isWholeStream,
  run: (exchanges, { spoiltFrames }) => {
    let isSeen = false;
    const findings = exchanges.flatMap((exchange) => {
      // Of a faulty event its type may still be read, and more is not needed here.
      const events = eventsOf(exchange).filter(({ value }) => isFields(value));
      // The stop may be what cannot be read.
      if (!events.some(({ value }) => isStop(value)) && spoiltFrames(exchange).size > 0) return [];
      isSeen = true;
      const stops = events.filter(({ value }) => isStop(value));
      const [first] = stops;
      if (!first)
        return [
          finding(exchange, { at: lastPlace(exchange), expected: 'a stop event', actual: 'the end of the body' }),
        ];
      const last = events.at(-1);
      if (stops.length === 1 && last === first) return [];
      const next = events[events.indexOf(first) + 1] ?? first;
      return [
        finding(exchange, {
          at: `frame ${next.frame}, byte ${next.offset}`,
          expected: `nothing after the stop of frame ${first.frame}`,
          actual: `${events.length - 1 - events.indexOf(first)} more events`,
          frame: next.frame,
          spoilsAll: true,
        }),
      ];
    });
    return isSeen ? findings : { unseen: 'no stop could be read' };
  },
});

const hasEvents = defineCheck({
  id: 'stream.says-something',
  requirement: 'A stream MUST have at least one event.',
  level: 'must',
  evidence: 'documented',
  source: wireContract('stream-end'),
  rationale: 'An empty body is not an answer, and every check of events would pass on it.',
  requires: ['stream.frame-ended', 'stream.one-data-line'],
  isByFrame: true,
  appliesTo: isWholeStream,
  run: (exchanges) =>
    exchanges
      .filter((exchange) => eventsOf(exchange).length === 0)
      .map((exchange) => finding(exchange, { at: 'body', expected: 'events', actual: 'none' })),
});

/** Checks of how a stream ends. */
export const endingChecks: readonly Check[] = [whole, movesOn, closes, hasEvents, endsOnce];
