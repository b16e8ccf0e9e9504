import type { Event } from '../api/events.ts';
import { createFrameEncoder, type FrameEncoder } from '../runtime/sse.ts';
import type { Scenario } from './schema.ts';
import { playSteps } from './steps-to-events.ts';
import type { EncodedFrames, TurnInput } from './turn.ts';
import type { WireAction } from './wire.ts';

/** Scenario × request × session × seed → what goes over the wire. Pure: no clock, no socket; equal input, equal bytes. */
export function* compileTurn(scenario: Pick<Scenario, 'steps' | 'pace'>, input: TurnInput): Generator<WireAction> {
  const { choices } = input;
  const frames = createFrameEncoder({ newline: choices.sse_newline === 'crlf' ? '\r\n' : '\n', ids: choices.sse_ids });
  const encode = createEncoder(frames, choices.sse_ids ? null : input.encoded);
  const silence = new Silence(frames, { periodMs: choices.sse_ping_ms, text: choices.sse_ping_text });
  if (choices.sse_retry_ms !== null) yield { kind: 'bytes', bytes: frames.retry(choices.sse_retry_ms), event: null };
  for (const moment of playSteps(scenario, input)) {
    if ('wait' in moment) {
      if (silence.outlasts(moment.wait)) yield { kind: 'wait', ms: moment.wait };
      else yield* silence.wait(moment.wait);
      continue;
    }
    silence.broken();
    yield { kind: 'bytes', bytes: encode(moment.event, moment.isPlain === true), event: moment.event };
  }
  yield { kind: 'end', how: 'close' };
}

/** Words come again and again; beyond this many different ones the memory starts anew. */
const KEPT_FRAMES = 20_000;
/** Longer deltas are too rare to keep. */
const KEPT_CHARACTERS = 200;

function createEncoder(frames: FrameEncoder, encoded: EncodedFrames | null) {
  return (event: Event, isPlain: boolean): Uint8Array => {
    if (isPlain && encoded && (event.type === 'text_delta' || event.type === 'thinking_delta')) {
      const known = encoded[event.type].get(event.content);
      if (known) return known;
    }
    const bytes = frames.frame(eventName(event), JSON.stringify(event));
    if (isPlain && encoded) keep(encoded, event, bytes);
    return bytes;
  };
}

function keep(encoded: EncodedFrames, event: Event, bytes: Uint8Array): void {
  if (event.type !== 'text_delta' && event.type !== 'thinking_delta') return;
  if (event.content.length > KEPT_CHARACTERS) return;
  const frames = encoded[event.type];
  if (frames.size >= KEPT_FRAMES) frames.clear();
  frames.set(event.content, bytes);
}

/** The documented categories: incremental content, and everything else. */
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

  /** Whether this wait ends before a heartbeat is due; then it has been counted. */
  outlasts(ms: number): boolean {
    if (this.#periodMs > 0 && this.#silentMs + ms >= this.#periodMs) return false;
    this.#silentMs += ms;
    return true;
  }

  broken(): void {
    this.#silentMs = 0;
  }

  *wait(ms: number): Generator<WireAction> {
    let leftMs = ms;
    while (this.#periodMs > 0 && this.#silentMs + leftMs >= this.#periodMs) {
      const untilPingMs = this.#periodMs - this.#silentMs;
      leftMs -= untilPingMs;
      this.#silentMs = 0;
      yield { kind: 'wait', ms: untilPingMs };
      yield { kind: 'bytes', bytes: this.#frames.comment(this.#text), event: null };
    }
    this.#silentMs += leftMs;
    if (leftMs > 0) yield { kind: 'wait', ms: leftMs };
  }
}
