import type { Hop, Json, Meddle } from './meddle.ts';
import { withBody } from './meddle.ts';

/** A frame that a fault may change. */
export interface Frame {
  readonly name: string;
  readonly event: Json;
}

const isStream = ({ operation }: Hop, response: Response) => operation === 'streamMessages' && response.status === 200;

/** Changes the events of every whole stream. */
export function inFrames(edit: (frames: readonly Frame[], hop: Hop) => readonly Frame[]): Meddle {
  return async (hop) => {
    const response = await hop.next();
    if (!isStream(hop, response)) return response;
    return withBody(response, encode(edit(decode(await response.text()), hop)));
  };
}

/** Changes the text of every stream. */
export function inStreamText(edit: (text: string) => string | Uint8Array<ArrayBuffer>): Meddle {
  return async (hop) => {
    const response = await hop.next();
    return isStream(hop, response) ? withBody(response, edit(await response.text())) : response;
  };
}

/** Bytes of a stream and how long to wait before them. */
export interface Piece {
  readonly bytes: Uint8Array;
  /** Milliseconds after the previous piece; 0 sends it at once. */
  readonly afterMs: number;
}

/** Sends the stream's bytes in other pieces; `break` fails the stream at its end, `hang` leaves it open. */
export function inPieces(
  cut: (bytes: Uint8Array) => readonly Piece[],
  end: 'close' | 'break' | 'hang' = 'close',
): Meddle {
  return async (hop) => {
    const response = await hop.next();
    if (!isStream(hop, response)) return response;
    const pieces = [...cut(new Uint8Array(await response.arrayBuffer()))];
    const body = new ReadableStream<Uint8Array>({
      async pull(controller) {
        const piece = pieces.shift();
        if (!piece) {
          if (end === 'close') controller.close();
          if (end === 'break') controller.error(new Error('The connection broke.'));
          if (end === 'hang') await new Promise(() => {});
          return;
        }
        if (piece.afterMs > 0) await new Promise((resolve) => void setTimeout(resolve, piece.afterMs));
        controller.enqueue(piece.bytes);
      },
    });
    return new Response(body, { status: 200, headers: response.headers });
  };
}

/** The frames of a stream as they are written, each with its empty line. */
export function toFrames(bytes: Uint8Array): string[] {
  return new TextDecoder().decode(bytes).split(/(?<=\n\n)/);
}

function decode(text: string): Frame[] {
  return text
    .split('\n\n')
    .filter((block) => block.includes('data: '))
    .map((block) => ({
      name: /^event: (.*)$/m.exec(block)?.[1] ?? '',
      event: JSON.parse(/^data: (.*)$/m.exec(block)?.[1] ?? 'null'),
    }));
}

function encode(frames: readonly Frame[]): string {
  return frames.map(({ name, event }) => `event: ${name}\ndata: ${JSON.stringify(event)}\n\n`).join('');
}

/** Changes the events of one type; null removes an event. */
export function eachEvent(type: string, edit: (event: Json, hop: Hop) => Json): Meddle {
  return inFrames((frames, hop) =>
    frames.flatMap((frame) => {
      if (frame.event.type !== type) return [frame];
      const event = edit(frame.event, hop);
      return event === null ? [] : [{ ...frame, event }];
    }),
  );
}

/** Changes the first event of a type in each stream. */
export function firstEvent(type: string, edit: (event: Json) => Json): Meddle {
  return inFrames((frames) => {
    const index = frames.findIndex(({ event }) => event.type === type);
    return frames.map((frame, at) => (at === index ? { ...frame, event: edit(frame.event) } : frame));
  });
}
