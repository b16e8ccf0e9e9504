import type { AnswerLimits } from '../record/answer-limits.ts';
import type { Chunk, Header } from '../record/exchange.ts';
import type { ReadLimits } from './client.ts';
import { type ContentDecoder, createContentDecoder, readLayers, TooMuchError } from './content-decoder.ts';
import { createStreamWatch } from './stream-watch.ts';

/**
 * Why the rest of a body is not read: it was asked for no more, it goes beyond the limits, it cannot be decoded, or
 * nothing but comments came.
 */
export type Cutoff = 'we_left' | 'too_much' | 'undecodable' | 'idle';

/** A body as far as it was read. */
interface ReadBody {
  readonly body: Uint8Array;
  readonly chunks: readonly Chunk[];
  /** A sentence about the content-encoding, where there was one. */
  readonly decoded: string | null;
  /** Set where reading stopped before the end. */
  readonly stop: Cutoff | null;
  readonly reason: string | null;
}

/** Collects one body. All limits are kept here, for every client alike. */
export interface BodyReader {
  /** Takes bytes as they arrived. Resolves when they are decoded; the next bytes may be pushed before that. */
  push(bytes: Uint8Array, atMs: number): void | Promise<void>;
  /** Resolves with what was read; what was pushed and is not decoded yet is left out unless the body is whole. */
  finish(isWhole: boolean): Promise<ReadBody>;
}

/** What a body is read with. */
export interface BodyReaderOptions {
  readonly headers: readonly Header[];
  readonly headersMs: number;
  readonly limits: ReadLimits;
  /** True where the platform may have decoded the body already and kept the header. */
  readonly mayBeDecoded: boolean;
  /** Called once, when the connection shall be left. */
  readonly onStop: (stop: Cutoff) => void;
  /** Called once, when the stop of a stream has arrived and its end must follow within this time. */
  readonly onLinger: (withinMs: number) => void;
}

/** Creates the reader of one body. */
export function createBodyReader(options: BodyReaderOptions): BodyReader {
  const { headers, limits, mayBeDecoded } = options;
  const recorder = createRecorder(options);
  const encodings = headers.filter(([name]) => name.toLowerCase() === 'content-encoding').map(([, value]) => value);
  const layers = readLayers(encodings);
  const encoding = encodings.join(', ');
  if (layers === null || layers.length === 0) {
    const decoded = layers === null ? `content-encoding ${encoding} is unknown: judged as it came` : null;
    return { push: recorder.take, finish: async () => ({ ...recorder.read(), decoded }) };
  }
  const decoder = createContentDecoder(layers, limits.answerLimits.bodyBytes);
  return createDecodingReader({ recorder, decoder, encoding, mayBeDecoded, answerLimits: limits.answerLimits });
}

interface Recorder {
  take(bytes: Uint8Array, atMs: number): void;
  stop(why: Cutoff, reason: string | null): void;
  read(): Omit<ReadBody, 'decoded'>;
  readonly isStopped: boolean;
}

/** Comments say that a server is still at work, and so buy it so many silences, but not for ever. */
const EVENTLESS_PER_IDLE = 2;
/** From here on the pieces of one millisecond are kept as one: no check needs them apart, and each costs memory. */
const FINE_PIECES = 10_000;

/** A chunk to which the pieces of the same millisecond are added. */
interface Grown extends Chunk {
  sizeBytes: number;
}

/** Keeps decoded bytes and when they arrived, up to the limits. */
function createRecorder({ headersMs, limits, onStop, onLinger }: BodyReaderOptions): Recorder {
  const { answerLimits, leaveAfter, isStream } = limits;
  const watch = isStream ? createStreamWatch() : null;
  const chunks: Grown[] = [];
  let buffer = new Uint8Array(0);
  let sizeBytes = 0;
  let stopped: { readonly stop: Cutoff; readonly reason: string | null } | null = null;
  let pieces = 0;
  let lastMs = headersMs;
  let longestSilenceMs = headersMs;
  let isLingering = false;
  let events = 0;
  let lastEventMs = headersMs;
  // A copy only where much of the buffer would be kept for nothing.
  const wholeOf = (all: Uint8Array) => ({
    body: sizeBytes * 4 >= all.byteLength * 3 ? all.subarray(0, sizeBytes) : all.slice(0, sizeBytes),
    chunks,
  });
  const stop = (why: Cutoff, reason: string | null) => {
    if (stopped) return;
    stopped = { stop: why, reason };
    onStop(why);
  };
  return {
    stop,
    get isStopped() {
      return stopped !== null;
    },
    take: (bytes, atMs) => {
      if (stopped) return;
      const room = answerLimits.bodyBytes - sizeBytes;
      const kept = bytes.byteLength <= room ? bytes : bytes.subarray(0, room);
      buffer = withRoom(buffer, { sizeBytes: sizeBytes + kept.byteLength, mostBytes: answerLimits.bodyBytes });
      buffer.set(kept, sizeBytes);
      pieces += 1;
      const last = chunks.at(-1);
      if (last && pieces > FINE_PIECES && atMs - last.atMs < 1) last.sizeBytes += kept.byteLength;
      else chunks.push({ atMs, offset: sizeBytes, sizeBytes: kept.byteLength });
      sizeBytes += kept.byteLength;
      longestSilenceMs = Math.max(longestSilenceMs, atMs - lastMs);
      lastMs = atMs;
      watch?.look(buffer, sizeBytes);
      if (watch && watch.events > events) {
        events = watch.events;
        lastEventMs = atMs;
      }
      const eventlessMs = limits.idleMs * EVENTLESS_PER_IDLE;
      if (kept.byteLength < bytes.byteLength)
        stop('too_much', `its body has more than ${answerLimits.bodyBytes} bytes`);
      else if (pieces > answerLimits.pieces)
        stop('too_much', `its body came in more than ${answerLimits.pieces} pieces`);
      else if (watch && watch.lines > answerLimits.lines)
        stop('too_much', `the stream has more than ${answerLimits.lines} lines`);
      else if (watch && typeof leaveAfter === 'object' && leaveAfter && watch.events >= leaveAfter.events)
        stop('we_left', null);
      else if (watch && !watch.hasStop && atMs - lastEventMs > eventlessMs)
        stop('idle', `no event came for ${Math.round(atMs - lastEventMs)} ms, only comments`);
      else if (watch?.hasStop && !isLingering) {
        isLingering = true;
        onLinger(lingerMs(longestSilenceMs));
      }
    },
    read: () => ({
      ...(stopped?.stop === 'too_much' ? beginningOf(buffer.subarray(0, sizeBytes), chunks) : wholeOf(buffer)),
      stop: stopped?.stop ?? null,
      reason: stopped?.reason ?? null,
    }),
  };
}

/** So much is kept of an answer that goes beyond the limits: it fails for that, and its beginning shows what it was. */
const KEPT_OF_TOO_MUCH = 256 * 1024;

function beginningOf(body: Uint8Array, chunks: readonly Chunk[]): Pick<ReadBody, 'body' | 'chunks'> {
  return {
    body: body.slice(0, KEPT_OF_TOO_MUCH),
    chunks: chunks
      .filter(({ offset }) => offset < KEPT_OF_TOO_MUCH)
      .map((chunk) => ({ ...chunk, sizeBytes: Math.min(chunk.sizeBytes, KEPT_OF_TOO_MUCH - chunk.offset) })),
  };
}

interface Decoding {
  readonly recorder: Recorder;
  readonly decoder: ContentDecoder;
  readonly encoding: string;
  readonly mayBeDecoded: boolean;
  readonly answerLimits: AnswerLimits;
}

/**
 * Decodes what is pushed before it is recorded. What arrives while the decoder works is decoded as one piece, with the
 * time of its last byte: a chunk of one byte would cost as much as one of megabytes.
 */
function createDecodingReader({ recorder, decoder, encoding, mayBeDecoded, answerLimits }: Decoding): BodyReader {
  let encodedBytes = 0;
  let pushes = 0;
  let isAbandoned = false;
  let decoded = `content-encoding ${encoding} was undone by this runner`;
  let waiting: Piece = emptyPiece();
  /** What was pushed before anything came out: where the platform has decoded it, this is the text itself. */
  let held: Piece | null = mayBeDecoded ? emptyPiece() : null;
  let isPlain = false;
  let working: Promise<void> | null = null;
  const decode = async ({ bytes, atMs }: Piece) => {
    if (isPlain) return recorder.take(bytes, atMs);
    if (held) held = join(held, bytes, atMs);
    try {
      for (const piece of await decoder.decode(bytes)) {
        held = null;
        recorder.take(piece, atMs);
      }
    } catch (error) {
      if (error instanceof TooMuchError)
        return recorder.stop('too_much', `its body decodes to more than ${answerLimits.bodyBytes} bytes`);
      if (!held) return recorder.stop('undecodable', `the body is not ${encoding}, which its content-encoding says`);
      isPlain = true;
      decoded = `content-encoding ${encoding} was undone before we saw it`;
      recorder.take(held.bytes, held.atMs);
      held = null;
    }
  };
  const work = async () => {
    while (waiting.bytes.byteLength > 0 && !recorder.isStopped && !isAbandoned) {
      const piece = waiting;
      waiting = emptyPiece();
      await decode(piece);
    }
    working = null;
  };
  return {
    push: (bytes, atMs) => {
      encodedBytes += bytes.byteLength;
      pushes += 1;
      if (encodedBytes > answerLimits.bodyBytes)
        recorder.stop('too_much', `its body has more than ${answerLimits.bodyBytes} bytes`);
      if (pushes > answerLimits.pieces)
        recorder.stop('too_much', `its body came in more than ${answerLimits.pieces} pieces`);
      if (recorder.isStopped) return undefined;
      waiting = join(waiting, bytes, atMs);
      working ??= work();
      return working;
    },
    finish: async (isWhole) => {
      isAbandoned = !isWhole;
      await working;
      decoder.close();
      return { ...recorder.read(), decoded };
    },
  };
}

interface Piece {
  /** The part of a buffer that is in use; there may be room behind it. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly atMs: number;
}

function emptyPiece(): Piece {
  return { bytes: new Uint8Array(0), atMs: 0 };
}

function join({ bytes }: Piece, more: Uint8Array, atMs: number): Piece {
  const size = bytes.byteLength + more.byteLength;
  const whole = new Uint8Array(bytes.buffer, 0, bytes.byteLength);
  const buffer =
    size <= bytes.buffer.byteLength
      ? new Uint8Array(bytes.buffer)
      : withRoom(whole, { sizeBytes: size, mostBytes: 2 * size });
  buffer.set(more, bytes.byteLength);
  return { bytes: buffer.subarray(0, size), atMs };
}

/** The buffer itself, or a copy of twice its size, but no larger than what will ever be needed. */
function withRoom(
  buffer: Uint8Array<ArrayBuffer>,
  { sizeBytes, mostBytes }: { readonly sizeBytes: number; readonly mostBytes: number },
): Uint8Array<ArrayBuffer> {
  if (sizeBytes <= buffer.byteLength) return buffer;
  const wider = new Uint8Array(Math.max(sizeBytes, Math.min(2 * buffer.byteLength, mostBytes), 4096));
  wider.set(buffer);
  return wider;
}

/** An end that takes longer than this to follow the stop does not come soon. */
const SOON_MS = 3000;
/** A server that is slow by nature may take this many times its longest silence. */
const PER_SILENCE = 3;

/** How long the end of a stream may take once its stop has come. */
function lingerMs(longestSilenceMs: number): number {
  return Math.max(SOON_MS, PER_SILENCE * longestSilenceMs);
}
