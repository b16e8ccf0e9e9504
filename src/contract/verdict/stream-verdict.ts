import { type Exchange, type ExchangeResponse, mediaType, sseOf } from '../record/exchange.ts';
import { parseJson } from '../record/json.ts';

/** The verdict on a whole stream. If it was cut, stalled or is not a stream, its events do not count. */
export type StreamVerdict = 'conforms' | 'violates' | 'cut' | 'stalled' | 'not_a_stream';

/** How the stream as a whole went; `hasFindings`: whether checks have findings in it. */
export function streamVerdict(exchange: Exchange, hasFindings: boolean): StreamVerdict {
  const { response, ending } = exchange;
  if (response?.status !== 200 || mediaType(response) !== 'text/event-stream') return 'not_a_stream';
  switch (ending) {
    case 'truncated':
    case 'reset':
    case 'not_connected':
    case 'not_http':
    case 'undecodable':
      return 'cut';
    case 'idle':
      return 'stalled';
    case 'too_much':
      return 'violates';
    case 'complete':
    case 'we_left':
      return hasFindings ? 'violates' : 'conforms';
  }
}

/** An event of a stream, with its frame and time. */
export interface StreamEvent {
  readonly frame: number;
  readonly offset: number;
  readonly atMs: number;
  readonly name: string | null;
  /** Undefined where its data is not JSON; the check of frames reports that, and all others leave the event out. */
  readonly value: unknown;
}

const known = new WeakMap<ExchangeResponse, readonly StreamEvent[]>();

/** The events of a stream's frames, the unfinished last one left out, as every reader does. */
export function eventsOf({ response }: Exchange): readonly StreamEvent[] {
  if (!response) return [];
  const before = known.get(response);
  if (before) return before;
  const events = sseOf(response)
    .frames.filter(({ isEnded }) => isEnded)
    .map(({ number, offset, atMs, name, data }) => {
      const reading = parseJson(data.join('\n'));
      return { frame: number, offset, atMs, name, value: reading.ok ? reading.value : undefined };
    });
  known.set(response, events);
  return events;
}
