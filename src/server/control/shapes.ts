import type { ReadFrame } from '../../scenario/read-frames.ts';
import type { Mismatch } from '../../world/request-match.ts';
import type { RequestRecordJson } from '../../world/request-record.ts';
import type { StreamRecordJson, StreamState } from '../../world/stream-record.ts';

/** A request in one line: what `GET live` and `GET traffic` say of it. */
export interface RequestLine extends Omit<RequestRecordJson, 'query' | 'headers' | 'body'> {
  /** When it came; ISO 8601. */
  readonly time: string;
  /** The number of the stream that answered it, in its world. */
  readonly stream: number | null;
}

/** A stream in one line. */
export interface StreamLine
  extends Pick<StreamRecordJson, 'session_id' | 'scenario' | 'state' | 'hold' | 'events' | 'bytes' | 'end'> {
  readonly stream: number;
  readonly world: string | null;
  /** When it began; ISO 8601. */
  readonly time: string;
  /** Real milliseconds from its begin to its end; null while it is not over. */
  readonly duration_ms: number | null;
}

/** A stream with all that is known of it but its bytes. */
export interface StreamDetail extends StreamRecordJson {
  readonly world: string | null;
  readonly time: string;
  /** How much of its bytes is kept: all, the beginning, or nothing any more. */
  readonly kept: 'whole' | 'cut' | 'forgotten';
  readonly states: readonly {
    readonly state: StreamState;
    readonly hold: string | null;
    readonly at_ms: number;
    readonly sent_ms: number;
  }[];
}

/** A frame of a stream with its bytes. */
export interface FrameLine extends Pick<ReadFrame, 'kind' | 'name' | 'event' | 'offset'> {
  readonly at_ms: number;
  readonly sent_ms: number;
  readonly base64: string;
}

/** A request with its answer, and why the answers that are queued are not for it. */
export interface RequestDetail extends RequestRecordJson {
  readonly time: string;
  readonly stream: number | null;
  /** Null: it was none, or it is forgotten. A body is null for a stream. */
  readonly answer: { readonly headers: Readonly<Record<string, string>>; readonly body: unknown } | null;
  readonly queued: readonly {
    readonly id: number;
    readonly scenario: string;
    /** Empty: it would have answered. */
    readonly mismatches: readonly Mismatch[];
  }[];
}

/** A world in one line. */
export interface WorldLine {
  /** Null: the default world. */
  readonly world: string | null;
  readonly requests: number;
  readonly streams: number;
  /** How many of its streams are not over. */
  readonly open: number;
  readonly queued: number;
}
