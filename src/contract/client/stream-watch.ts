const LF = 10;
const CR = 13;
const COLON = 58;
/** So much of both ends of a line is searched for the type of its event. */
const SEARCHED_BYTES = 4096;
const STOP = /"type"\s*:\s*"stop"/;

/** Facts about an event stream while it arrives, without decoding it again for each chunk. */
export interface StreamWatch {
  /** Reads the new bytes; the first `sizeBytes` of `body` are all that have arrived. */
  look(body: Uint8Array, sizeBytes: number): void;
  readonly lines: number;
  /** Frames with an `event` or `data` field that an empty line has ended. */
  readonly events: number;
  readonly hasStop: boolean;
}

/** Creates a watch for one stream. It reads each byte once. */
export function createStreamWatch(): StreamWatch {
  let at = 0;
  let lineStart = 0;
  let isAfterCr = false;
  let hasField = false;
  const watch = { lines: 0, events: 0, hasStop: false };
  const endLine = (body: Uint8Array, end: number) => {
    watch.lines += 1;
    if (end === lineStart) {
      if (hasField) watch.events += 1;
      hasField = false;
      return;
    }
    const line = body.subarray(lineStart, end);
    const field = fieldOf(line);
    if (field === 'event' || field === 'data') hasField = true;
    if (field === 'data' && !watch.hasStop) watch.hasStop = isStop(line);
  };
  return Object.assign(watch, {
    look: (body: Uint8Array, sizeBytes: number) => {
      for (; at < sizeBytes; at += 1) {
        const byte = body[at];
        const isSecondOfPair = byte === LF && isAfterCr;
        isAfterCr = byte === CR;
        if (byte !== LF && byte !== CR) continue;
        if (!isSecondOfPair) endLine(body, at);
        lineStart = at + 1;
      }
    },
  });
}

function fieldOf(line: Uint8Array): string {
  // Longer names are none of those that matter.
  const head = line.subarray(0, 6);
  const colon = head.indexOf(COLON);
  return toText(colon === -1 ? head : head.subarray(0, colon));
}

function isStop(line: Uint8Array): boolean {
  if (line.length <= 2 * SEARCHED_BYTES) return STOP.test(toText(line));
  return STOP.test(toText(line.subarray(0, SEARCHED_BYTES))) || STOP.test(toText(line.subarray(-SEARCHED_BYTES)));
}

function toText(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}
