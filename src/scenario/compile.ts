import type { Event } from '../api/events.ts';
import { createFrameEncoder, type FrameEncoder } from '../runtime/sse.ts';
import type { Script } from './agent/script.ts';
import { cut } from './cut.ts';
import type { PlainEvent, Write } from './frame-memory.ts';
import type { Wire } from './schema.ts';
import { split } from './split.ts';
import { type Moments, playSteps } from './steps-to-events.ts';
import { tamper } from './tamper.ts';
import type { TurnInput } from './turn.ts';
import type { WireActions } from './wire.ts';

const newlines = { lf: '\n', crlf: '\r\n', cr: '\r' } as const;
const BYTE_ORDER_MARK = Uint8Array.of(0xef, 0xbb, 0xbf);

/**
 * Compiles script × request × session × seed to wire actions. Pure: no clock, no socket; equal input gives equal bytes.
 * Faults are transforms of the sequence, in this order: events, bytes, where it ends, what makes one write.
 */
export function compileTurn(script: Script, input: TurnInput): WireActions {
  const { wire = {}, ends } = script;
  const played = playSteps(script, input);
  const moments = wire.drop || wire.duplicate || wire.swap ? tamper(played, wire) : played;
  const whole = encode(moments, wire, input);
  const ended = ends ? cut(whole, ends) : whole;
  return wire.split === undefined ? ended : split(ended, wire.split, input);
}

function* encode(moments: Moments, wire: Wire, { choices, frames: known }: TurnInput): WireActions {
  const { newline = choices.sse_newline, ids = choices.sse_ids } = wire;
  const { retry_ms = choices.sse_retry_ms, ping_ms = choices.sse_ping_ms } = wire;
  const isUsual = newline === choices.sse_newline && !ids;
  const frames = createFrameEncoder({ newline: newlines[newline], ids });
  const memory = isUsual ? known : null;
  const write = (event: Event): Write => {
    const json = JSON.stringify(event);
    const encode = (): Write => ({ kind: 'bytes', bytes: frames.frame(eventName(event), json), events: [event] });
    return known && !ids ? known.writeFrame({ framing: newline, json }, encode) : encode();
  };
  const writePlain = memory ? (event: PlainEvent) => memory.write(event, write) : write;
  const silence = new Silence(frames, { periodMs: ping_ms, text: choices.sse_ping_text });
  if (wire.bom) yield { kind: 'bytes', bytes: BYTE_ORDER_MARK, events: [] };
  if (retry_ms !== null) yield { kind: 'bytes', bytes: frames.retry(retry_ms), events: [] };
  for (let next = moments.next(); !next.done; ) {
    const moment = next.value;
    switch (moment.kind) {
      case 'wait':
        if (silence.outlasts(moment.ms)) yield moment;
        else yield* silence.wait(moment.ms);
        break;
      case 'hold':
        next = moments.next(yield moment);
        continue;
      case 'event':
        silence.broken();
        yield moment.isPlain ? writePlain(moment.event) : write(moment.event);
        break;
      case 'raw':
        silence.broken();
        yield { kind: 'bytes', bytes: moment.bytes, events: [] };
        break;
      case 'huge':
        silence.broken();
        yield write(hugeText(frames, moment.sizeBytes));
    }
    next = moments.next();
  }
  yield { kind: 'end', how: 'close' };
}

/** A text whose frame has exactly this many bytes, including framing. */
function hugeText(frames: FrameEncoder, sizeBytes: number): Event {
  const bare = frames.sizeOf('message', JSON.stringify({ type: 'text', content: '' }));
  return { type: 'text', content: 'x'.repeat(Math.max(0, sizeBytes - bare)) };
}

/** The documented event names: `delta` for incremental content, `message` for everything else. */
function eventName(event: Event): 'delta' | 'message' {
  return event.type === 'text_delta' || event.type === 'thinking_delta' ? 'delta' : 'message';
}

/** Heartbeats while nothing else is sent. They are part of the compiled turn, so they are the same at every speed. */
class Silence {
  readonly #frames: FrameEncoder;
  readonly #periodMs: number;
  readonly #text: string;
  #silentMs = 0;

  constructor(frames: FrameEncoder, { periodMs, text }: { periodMs: number; text: string }) {
    this.#frames = frames;
    this.#periodMs = periodMs;
    this.#text = text;
  }

  /** Returns whether this wait ends before a heartbeat is due, and counts it if so. */
  outlasts(ms: number): boolean {
    if (this.#periodMs > 0 && this.#silentMs + ms >= this.#periodMs) return false;
    this.#silentMs += ms;
    return true;
  }

  broken(): void {
    this.#silentMs = 0;
  }

  *wait(ms: number): WireActions {
    let leftMs = ms;
    while (this.#periodMs > 0 && this.#silentMs + leftMs >= this.#periodMs) {
      const untilPingMs = this.#periodMs - this.#silentMs;
      leftMs -= untilPingMs;
      this.#silentMs = 0;
      yield { kind: 'wait', ms: untilPingMs };
      yield { kind: 'bytes', bytes: this.#frames.comment(this.#text), events: [] };
    }
    this.#silentMs += leftMs;
    if (leftMs > 0) yield { kind: 'wait', ms: leftMs };
  }
}
