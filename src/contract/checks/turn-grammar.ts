import { turnRule } from '../../api/turn-rules.ts';
import type { Exchange } from '../record/exchange.ts';
import { type Check, type CheckContext, defineCheck, type Finding, show } from '../verdict/check.ts';
import { eventsOf, type StreamEvent } from '../verdict/stream-verdict.ts';
import { type Fields, isFields, isWholeStream } from './select.ts';
import { wireContract } from './wire-contract.ts';

interface Placed {
  readonly at: StreamEvent;
  /** Empty where the frame holds no object. */
  readonly event: Fields;
  /** Another check found it faulty. It may have been any event of its type, or of any type if the type is unreadable. */
  readonly isSpoilt: boolean;
}

function placed(exchange: Exchange, { spoiltFrames }: CheckContext): Placed[] {
  const spoilt = spoiltFrames(exchange);
  return eventsOf(exchange).map((at) => ({
    at,
    event: isFields(at.value) ? at.value : {},
    isSpoilt: spoilt.has(at.frame),
  }));
}

/** Whether a faulty event may be of one of these types. */
function mayBe({ event, isSpoilt }: Placed, ...types: readonly string[]): boolean {
  return isSpoilt && (typeof event['type'] !== 'string' || types.includes(event['type']));
}

function at(
  exchange: Exchange,
  { at: place }: Placed,
  rest: { path: string; expected: string; actual: string },
): Finding {
  const { path, expected, actual } = rest;
  return {
    exchange: exchange.number,
    at: `frame ${place.frame}, byte ${place.offset}, ${path}`,
    expected,
    actual,
    frame: place.frame,
  };
}

function addsUp(kind: 'text' | 'thinking'): Check {
  return defineCheck({
    ...turnRule(`stream.${kind}-adds-up`),
    level: 'must',
    evidence: 'documented',
    source: wireContract('deltas-add-up'),
    rationale: 'The text that a user watched being written must not change at its end.',
    requires: ['stream.event-schema', 'stream.moves-on'],
    isByFrame: true,
    appliesTo: isWholeStream,
    run: (exchanges, context) => {
      let isSeen = false;
      const findings = exchanges.flatMap((exchange) => {
        let deltas: string | null = null;
        let isKnown = true;
        return placed(exchange, context).flatMap((one): Finding[] => {
          const { event } = one;
          if (mayBe(one, kind, `${kind}_delta`)) isKnown = false;
          if (event['type'] === `${kind}_delta`) deltas = (deltas ?? '') + String(event['content']);
          if (event['type'] !== kind) return [];
          const sum = isKnown ? deltas : null;
          isSeen ||= isKnown;
          isKnown = true;
          deltas = null;
          if (sum === null || sum === event['content']) return [];
          return [at(exchange, one, differingText(sum, String(event['content'])))];
        });
      });
      return isSeen ? findings : { unseen: `no ${kind} was streamed` };
    },
  });
}

/** Thinking deltas need no complete event. */
const CLOSED = ['text'];

const closed = defineCheck({
  ...turnRule('stream.deltas-closed'),
  level: 'must',
  evidence: 'documented',
  source: wireContract('deltas-closed'),
  rationale: 'Clients that read only complete events would lose the answer.',
  requires: ['stream.ends-once'],
  isByFrame: true,
  appliesTo: isWholeStream,
  run: (exchanges, context) =>
    exchanges.flatMap((exchange) => {
      const open = new Map<string, Placed>();
      return placed(exchange, context).flatMap((one): Finding[] => {
        if (mayBe(one, ...CLOSED)) open.clear();
        const type = String(one.event['type']);
        const kind = type.replace('_delta', '');
        if (kind !== type && CLOSED.includes(kind)) open.set(kind, one);
        open.delete(type);
        if (type !== 'stop' || one.event['is_error'] === true) return [];
        return [...open].map(([kind, last]) => ({
          ...at(exchange, last, { path: '$', expected: `a complete ${kind} after its deltas`, actual: 'the stop' }),
          spoilsAll: true,
        }));
      });
    }),
});

const callIds = defineCheck({
  ...turnRule('stream.call-ids-unique'),
  level: 'must',
  evidence: 'documented',
  source: wireContract('call-ids'),
  rationale: 'A client cannot assign a result when two calls share an id.',
  requires: ['stream.event-schema', 'stream.moves-on'],
  isByFrame: true,
  appliesTo: isWholeStream,
  run: forCalls((exchange, events) => {
    const known = new Set<unknown>();
    return events.flatMap((one) => {
      if (one.event['type'] !== 'tool_call' || one.isSpoilt) return [];
      const id = one.event['call_id'];
      if (!known.has(id)) {
        known.add(id);
        return [];
      }
      const finding = at(exchange, one, { path: '$.call_id', expected: 'an id not used before', actual: show(id) });
      return [{ ...finding, spoilsAll: true }];
    });
  }),
});

const resultsPair = defineCheck({
  ...turnRule('stream.results-pair'),
  level: 'must',
  evidence: 'documented',
  source: wireContract('results-pair'),
  rationale: 'A page has no place to show a result without its call.',
  requires: ['stream.call-ids-unique'],
  isByFrame: true,
  appliesTo: isWholeStream,
  run: forCalls((exchange, events) => {
    const open = new Map<unknown, unknown>();
    // A call that cannot be relied on may be the one that is answered.
    let hasUnknown = false;
    return events.flatMap((one) => {
      const { type, call_id: id, name } = one.event;
      hasUnknown ||= mayBe(one, 'tool_call');
      if (type === 'tool_call') open.set(id, name);
      if (type !== 'tool_result' || one.isSpoilt || hasUnknown) return [];
      const isOpen = open.has(id);
      const called = open.get(id);
      open.delete(id);
      if (isOpen && called === name) return [];
      if (isOpen) return [at(exchange, one, { path: '$.name', expected: show(called), actual: show(name) })];
      const finding = at(exchange, one, { path: '$.call_id', expected: 'the id of an open call', actual: show(id) });
      // It is only in the wrong place: then so is what stands between.
      const isMade = events.some(({ event }) => event['type'] === 'tool_call' && event['call_id'] === id);
      return [isMade ? { ...finding, spoilsAll: true } : finding];
    });
  }),
});

const answered = defineCheck({
  ...turnRule('stream.calls-answered'),
  level: 'must',
  evidence: 'documented',
  source: wireContract('calls-answered'),
  rationale: 'A call without a result shows its spinner for ever.',
  requires: ['stream.results-pair', 'stream.ends-once'],
  isByFrame: true,
  appliesTo: isWholeStream,
  run: forCalls((exchange, events) => {
    const open = new Map<unknown, Placed>();
    // A result that cannot be relied on may be the answer to any of them.
    if (events.some((one) => mayBe(one, 'tool_result'))) return [];
    return events.flatMap((one): Finding[] => {
      const { type, call_id: id, is_error: isError } = one.event;
      if (type === 'tool_call' && !one.isSpoilt) open.set(id, one);

      if (type === 'tool_result') open.delete(id);
      if (type !== 'stop' || isError === true) return [];
      return [...open].map(([key, call]) => ({
        ...at(exchange, call, { path: '$.call_id', expected: `a result for ${show(key)}`, actual: 'the stop' }),
        spoilsAll: true,
      }));
    });
  }),
});

/** Checks of the order of events within a turn. */
export const grammarChecks: readonly Check[] = [
  addsUp('text'),
  addsUp('thinking'),
  closed,
  callIds,
  resultsPair,
  answered,
];

function forCalls(judge: (exchange: Exchange, events: readonly Placed[]) => readonly Finding[]) {
  return (exchanges: readonly Exchange[], context: CheckContext) => {
    const turns = exchanges.map((exchange) => ({ exchange, events: placed(exchange, context) }));
    const hasTools = turns.some(({ events }) => events.some(({ event }) => String(event['type']).startsWith('tool_')));
    if (!hasTools) return { unseen: 'no tool was called' };
    return turns.flatMap(({ exchange, events }) => judge(exchange, events));
  };
}

/** The place where two texts differ, with some context. */
function differingText(deltas: string, complete: string) {
  let same = 0;
  while (same < deltas.length && deltas[same] === complete[same]) same += 1;
  // The redactor needs the ellipses: they show that the text was cut.
  const around = (text: string) =>
    show(
      `${same > 15 ? '…' : ''}${text.slice(Math.max(0, same - 15), same + 25)}${text.length > same + 25 ? '…' : ''}`,
    );
  return {
    path: `$.content, character ${same}`,
    expected: `${around(deltas)} as in the deltas (${deltas.length} characters)`,
    actual: `${around(complete)} (${complete.length} characters)`,
  };
}
