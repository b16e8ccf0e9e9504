import { type RecordedExchange, readBody } from '../../contract/record/recording.ts';
import { roundMs } from '../../runtime/timestamp.ts';
import { rawOf } from '../../scenario/raw-bytes.ts';
import { type ReadFrame, readFrames } from '../../scenario/read-frames.ts';
import type { Step, Wire } from '../../scenario/schema.ts';
import { findFraming, type StreamFraming, writesFrame } from './find-framing.ts';
import { joinDeltas } from './join-deltas.ts';
import { withoutStrays } from './without-strays.ts';

/** The choices of the mock that scenarios differ from. */
export interface Usual extends StreamFraming {
  /** Whether the mock sends the prompt first by itself. */
  readonly echoesPrompt: boolean;
}

/** The steps that play a recorded stream again. */
export interface MadeTurn {
  readonly steps: readonly Step[];
  readonly wire: Wire;
  readonly comments: readonly string[];
  /** Whether the last step is a `stop` event. */
  readonly isStopped: boolean;
}

type Response = NonNullable<RecordedExchange['response']>;

/** A chunk by where in the body it ends, and when it came. */
interface Chunk {
  readonly end: number;
  readonly atMs: number;
}

/** A part of the body that one step writes. */
interface Piece extends Chunk {
  /** Null: the mock writes it by itself. */
  readonly step: Step | null;
}

/** A shorter wait is left out, and added to the next: nobody sees it, and it hides what belongs together. */
const SHORTEST_WAIT_MS = 1;
/** Times closer than this are one: explicit pieces are kept at least so far apart. */
const CLOSE_MS = 3;
const BYTE_ORDER_MARK = Buffer.from('\ufeff');

/** Makes steps that write the body of a stream again: the same bytes in the same chunks at the same times. */
export function toTurn(response: Response, usual: Usual): MadeTurn {
  const body = Buffer.from(readBody(response.body));
  const chunks = toChunks(response);
  const markBytes = body.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK) ? BYTE_ORDER_MARK.length : 0;
  const frames = isEncoded(response) ? [] : framesOf(body, { chunks, from: markBytes });
  const framing = findFraming(frames) ?? usual;
  const { pieces, events, rawEvents } = isEncoded(response)
    ? { pieces: rawPieces(body, chunks, 0), events: 0, rawEvents: 0 }
    : toPieces(frames, { body, chunks, framing, echoesPrompt: usual.echoesPrompt });
  const split = splitOf(pieces, { chunks: response.has_no_times ? pieces : chunks, hasMark: markBytes > 0 });
  return {
    steps: joinDeltas(timed(pieces, response.has_no_times ? Number.POSITIVE_INFINITY : response.headers_ms)),
    wire: {
      ...(framing.newline !== usual.newline && { newline: framing.newline }),
      ...(framing.ids !== usual.ids && { ids: framing.ids }),
      ...(markBytes > 0 && { bom: true }),
      ...(split && { split }),
    },
    comments:
      rawEvents > 0
        ? [`${rawEvents} of ${events} events are raw: no step writes them so, or came in pieces at different times.`]
        : [],
    isStopped: isStop(frames.findLast(({ kind }) => kind === 'event')?.event) && isStop(eventOf(pieces.at(-1)?.step)),
  };
}

/** Returns whether the bytes of a body are encoded: they are not frames then. */
function isEncoded({ headers, decoded }: Response): boolean {
  return decoded === undefined && headers.some(([name]) => name.toLowerCase() === 'content-encoding');
}

function toChunks(response: Response): Chunk[] {
  let end = 0;
  return response.chunks.flatMap(([atMs, sizeBytes]) => {
    end += sizeBytes;
    return sizeBytes > 0 ? [{ end, atMs }] : [];
  });
}

function framesOf(
  body: Buffer,
  { chunks, from }: { readonly chunks: readonly Chunk[]; readonly from: number },
): ReadFrame[] {
  const writes = chunks.map(({ atMs, end }, index) => ({
    ...{ atMs, sentMs: atMs },
    bytes: body.subarray(chunks[index - 1]?.end ?? from, end),
  }));
  return readFrames(writes).map((frame) => ({ ...frame, offset: frame.offset + from }));
}

interface Framed {
  readonly body: Buffer;
  readonly chunks: readonly Chunk[];
  readonly framing: StreamFraming;
  readonly echoesPrompt: boolean;
}

/** A frame is a step where a step writes its very bytes, and it came at one time; else it is raw, a piece for each chunk. */
function toPieces(frames: readonly ReadFrame[], { body, chunks, framing, echoesPrompt }: Framed) {
  let [events, rawEvents] = [0, 0];
  const pieces = frames.flatMap((frame): Piece[] => {
    const end = frame.offset + frame.bytes.byteLength;
    const { event, atMs } = frame;
    const inner = chunks.filter((chunk) => chunk.end > frame.offset && chunk.end < end);
    if (event) {
      events += 1;
      const isSpread = inner.some((chunk) => atMs - chunk.atMs >= CLOSE_MS);
      if (!isSpread && writesFrame(frame, { framing, number: events })) {
        const isEcho = event['type'] === 'user_input' && events === 1 && echoesPrompt;
        // A JSON object with a type, as it stands; the schema of the file looks at the rest.
        const step = { event: event as Extract<Step, { event: unknown }>['event'] };
        return [{ step: isEcho ? null : step, end, atMs }];
      }
      rawEvents += 1;
    }
    return rawPieces(body, [...inner, { atMs, end }], frame.offset);
  });
  return { pieces, events, rawEvents };
}

function rawPieces(body: Buffer, chunks: readonly Chunk[], from: number): Piece[] {
  return chunks.map(({ atMs, end }, index) => ({
    step: { raw: rawOf(body.subarray(chunks[index - 1]?.end ?? from, end)) },
    ...{ atMs, end },
  }));
}

/** Where the body is split, unless each piece is one chunk: that is usual. */
function splitOf(
  pieces: readonly Piece[],
  { chunks, hasMark }: { readonly chunks: readonly Chunk[]; readonly hasMark: boolean },
): Wire['split'] | null {
  const frameEnds = new Set(pieces.map(({ end }) => end));
  const ends = withoutStrays(
    chunks.map(({ end }) => end),
    frameEnds,
  );
  const isUsual = !hasMark && ends.length === pieces.length && ends.every((end) => frameEnds.has(end));
  const [first] = ends;
  if (isUsual || first === undefined) return null;
  if (ends.length > 1) return { at: ends.slice(0, -1) };
  return pieces.length > 1 ? { at: [first] } : null;
}

/** The waits between the pieces, each from the start, so that rounding does not add up. */
function timed(pieces: readonly Piece[], headersMs: number): Step[] {
  const steps: Step[] = [];
  let elapsedMs = 0;
  for (const { step, atMs } of pieces) {
    if (step === null) continue;
    const waitMs = roundMs(atMs - headersMs - elapsedMs);
    // Without times it is below zero.
    if (waitMs >= SHORTEST_WAIT_MS) {
      steps.push({ wait_ms: waitMs });
      elapsedMs += waitMs;
    }
    steps.push(step);
  }
  return steps;
}

function eventOf(step: Step | null | undefined): Readonly<Record<string, unknown>> | null {
  return step && 'event' in step ? step.event : null;
}

function isStop(event: Readonly<Record<string, unknown>> | null | undefined): boolean {
  return event?.['type'] === 'stop';
}
