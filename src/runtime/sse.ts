/** How frames look on the wire. */
export interface Framing {
  readonly newline: '\n' | '\r\n' | '\r';
  /** Whether each frame carries `id:` with its number, from 1 on. */
  readonly ids: boolean;
}

/** Encodes events as the bytes of SSE frames. */
export interface FrameEncoder {
  /** One frame: event name, one `data: ` line with the JSON text, an empty line. */
  frame(name: 'delta' | 'message', json: string): Uint8Array;
  /** The number of bytes of the next frame. */
  sizeOf(name: 'delta' | 'message', json: string): number;
  /** A comment line, which clients ignore. */
  comment(text: string): Uint8Array;
  retry(ms: number): Uint8Array;
}

const encoder = new TextEncoder();

/** Creates an encoder that turns events into SSE frames with the given line ends and ids. */
export function createFrameEncoder({ newline, ids }: Framing): FrameEncoder {
  let number = 0;
  const head = { delta: `event: delta${newline}`, message: `event: message${newline}` };
  const write = (name: keyof typeof head, json: string, id: number) =>
    encoder.encode(`${head[name]}${ids ? `id: ${id}${newline}` : ''}data: ${json}${newline}${newline}`);
  return {
    frame: (name, json) => {
      number += 1;
      return write(name, json, number);
    },
    sizeOf: (name, json) => write(name, json, number + 1).byteLength,
    comment: (text) => encoder.encode(`: ${text.replaceAll(/[\r\n]+/g, ' ')}${newline}${newline}`),
    retry: (ms) => encoder.encode(`retry: ${ms}${newline}${newline}`),
  };
}
