/** A write of a stream: when its bytes left. */
export interface TimedWrite {
  /** Scripted milliseconds since the stream began. */
  readonly atMs: number;
  /** Real milliseconds since the stream began. */
  readonly sentMs: number;
  readonly bytes: Uint8Array;
}

/** A part of a stream's body up to an empty line, or the rest at its end. Its times are those of its last byte. */
export interface ReadFrame extends Omit<TimedWrite, 'bytes'> {
  /**
   * `event`: its data is a JSON object. `comment`: clients ignore it, as a heartbeat. `field`: an id or a retry time.
   * `broken`: anything else. `partial`: its empty line has not come.
   */
  readonly kind: 'event' | 'comment' | 'field' | 'broken' | 'partial';
  /** The name after `event:`; null if there is none. */
  readonly name: string | null;
  /** The object in its data; null unless it is an event. */
  readonly event: Readonly<Record<string, unknown>> | null;
  /** Where in the body it begins. */
  readonly offset: number;
  readonly bytes: Uint8Array;
}

const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;

/** Reads the frames of a stream's body out of its writes, however its bytes were split. */
export function readFrames(writes: Iterable<TimedWrite>): ReadFrame[] {
  const list = [...writes];
  const body = new Uint8Array(list.reduce((sum, { bytes }) => sum + bytes.byteLength, 0));
  /** The end of each write in the body. */
  const ends: number[] = [];
  for (const { bytes } of list) {
    const start = ends.at(-1) ?? 0;
    body.set(bytes, start);
    ends.push(start + bytes.byteLength);
  }
  const frames: ReadFrame[] = [];
  let write = 0;
  let start = 0;
  for (const end of [...frameEnds(body), body.byteLength]) {
    if (end === start) continue;
    while ((ends[write] ?? Number.POSITIVE_INFINITY) < end) write += 1;
    const { atMs = 0, sentMs = 0 } = list[write] ?? {};
    const isWhole = end < body.byteLength || endsWithEmptyLine(body.subarray(start, end));
    frames.push({ atMs, sentMs, offset: start, ...readFrame(body.slice(start, end), isWhole) });
    start = end;
  }
  return frames;
}

/** Where each frame ends: after an empty line. */
function* frameEnds(body: Uint8Array): Generator<number> {
  let isEmptyLine = true;
  let hasBegun = false;
  for (let at = 0; at < body.byteLength; at++) {
    const byte = body[at];
    if (byte !== LINE_FEED && byte !== CARRIAGE_RETURN) {
      isEmptyLine = false;
      hasBegun = true;
      continue;
    }
    if (byte === CARRIAGE_RETURN && body[at + 1] === LINE_FEED) at += 1;
    if (isEmptyLine && hasBegun) {
      yield at + 1;
      hasBegun = false;
    }
    isEmptyLine = true;
  }
}

function endsWithEmptyLine(bytes: Uint8Array): boolean {
  return /(?:\r\n|\n|\r(?!\n))(?:\r\n|\n|\r)$/.test(new TextDecoder('latin1').decode(bytes.subarray(-4)));
}

function readFrame(bytes: Uint8Array, isWhole: boolean): Pick<ReadFrame, 'kind' | 'name' | 'event' | 'bytes'> {
  const lines = new TextDecoder().decode(bytes).split(/\r\n|[\r\n]/);
  const data = lines.flatMap((line) => fieldOf(line, 'data') ?? []);
  const name = lines.flatMap((line) => fieldOf(line, 'event') ?? []).at(-1) ?? null;
  const event = data.length > 0 ? readObject(data.join('\n')) : null;
  return { kind: isWhole ? kindOf(lines, { event, hasData: data.length > 0 }) : 'partial', name, event, bytes };
}

function kindOf(
  lines: readonly string[],
  { event, hasData }: { readonly event: object | null; readonly hasData: boolean },
): ReadFrame['kind'] {
  if (event) return 'event';
  const filled = lines.filter((line) => line !== '');
  if (hasData || filled.length === 0) return 'broken';
  if (filled.every((line) => line.startsWith(':'))) return 'comment';
  return filled.every((line) => /^(?::|id(?::|$)|retry(?::|$))/.test(line)) ? 'field' : 'broken';
}

function fieldOf(line: string, field: string): string | null {
  if (line === field) return '';
  return line.startsWith(`${field}:`) ? line.slice(field.length + 1).replace(/^ /, '') : null;
}

function readObject(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>) // JSON's maps have text keys.
      : null;
  } catch {
    return null; // Not JSON: the frame is broken.
  }
}
