import type { Event } from '../../api/events.ts';
import { textOf } from '../../scenario/framing.ts';
import type { ReadFrame } from '../../scenario/read-frames.ts';
import { newlines } from '../../scenario/usual-newline.ts';

/** How the frames of a stream look. */
export interface StreamFraming {
  readonly newline: keyof typeof newlines;
  readonly ids: boolean;
}

/** A step that is nested more deeply could not be written to a file; no event of a chat is. */
const DEEPEST = 100;
/** Of the events of a stream, so many are looked at. */
const MOST_EVENTS = 50;

/** The framing in which the mock writes most frames of a stream as they were recorded; null: it writes none of them so. */
export function findFraming(frames: readonly ReadFrame[]): StreamFraming | null {
  const events = frames.filter(({ event }) => event !== null).slice(0, MOST_EVENTS);
  const all = (Object.keys(newlines) as StreamFraming['newline'][]) // The keys of the table.
    .flatMap((newline) => [false, true].map((ids): StreamFraming => ({ newline, ids })));
  let best: StreamFraming | null = null;
  let most = 0;
  for (const framing of all) {
    const count = events.filter((frame, index) => writesFrame(frame, { framing, number: index + 1 })).length;
    if (count <= most) continue;
    [best, most] = [framing, count];
  }
  return best;
}

/** Returns whether a step writes this event with the bytes of its frame. `number`: which event of the stream it is. */
export function writesFrame(
  { event, bytes }: ReadFrame,
  { framing, number }: { readonly framing: StreamFraming; readonly number: number },
): boolean {
  if (event === null) return false;
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  if (isDeep(text)) return false;
  // Only its type decides how it is framed.
  const written = textOf(event as unknown as Event, {
    newline: newlines[framing.newline],
    id: framing.ids ? String(number) : null,
  });
  return written === text;
}

/** Brackets in texts count, too: then the frame is raw, which has the same bytes. */
function isDeep(text: string): boolean {
  let depth = 0;
  for (const { 0: bracket } of text.matchAll(/[[\]{}]/g)) {
    depth += bracket === '[' || bracket === '{' ? 1 : -1;
    if (depth > DEEPEST) return true;
  }
  return false;
}
