/** How frames look on the wire (wire contract, section 5). */
export interface Framing {
  readonly newline: '\n' | '\r\n' | '\r';
  /** Whether each frame carries `id:` with its number, from 1 on. */
  readonly ids: boolean;
}

/** Turns events into the bytes of their frames. */
export interface FrameEncoder {
  /** One frame: event name, one `data: ` line with the JSON text, an empty line. */
  frame(name: 'delta' | 'message', json: string): Uint8Array;
  /** How many bytes the next frame would have. */
  sizeOf(name: 'delta' | 'message', json: string): number;
  /** A comment, which clients skip. */
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
