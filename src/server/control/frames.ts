import { ChatMockError } from '../../runtime/errors.ts';
import type { Ending } from '../../scenario/endings.ts';
import { type ReadFrame, readFrames } from '../../scenario/read-frames.ts';
import type { PerformanceEnd } from '../../scenario/wire.ts';
import type { StreamRecord } from '../../world/stream-record.ts';
import type { Engine } from '../engine.ts';
import type { FrameLine, StreamDetail } from './shapes.ts';
import { showFrame, showStreamDetail } from './show.ts';

/** Of one stream, so many frames are answered at a time, if their bytes are no more. */
export const FRAMES_AT_ONCE = 1000;
/** Of one stream, so many bytes are answered at a time. */
export const BYTES_AT_ONCE = 256 * 1024;

/** Frames of a stream from a number on, counted from 0. */
export interface Frames {
  readonly stream: StreamDetail;
  readonly frames: readonly FrameLine[];
  /** The number to ask for next. */
  readonly next: number;
  /** Whether more are there already. */
  readonly has_more: boolean;
}

/** Lists the frames that a stream has sent. One that is not complete is listed when the stream is over. */
export function listFrames(
  record: StreamRecord,
  { world, from }: { readonly world: string | null; readonly from: number },
): Frames {
  const all = framesOf(record);
  const frames: FrameLine[] = [];
  let sizeBytes = 0;
  for (const frame of all.slice(from, from + FRAMES_AT_ONCE)) {
    sizeBytes += frame.bytes.byteLength;
    if (frames.length > 0 && sizeBytes > BYTES_AT_ONCE) break;
    frames.push(showFrame(frame));
  }
  const next = Math.min(from, all.length) + frames.length;
  return { stream: showStreamDetail(record, world), frames, next, has_more: next < all.length };
}

/** Writes the scenario that plays a stream again, as YAML. Throws ChatMockError `not_kept` if its bytes are not there. */
export async function writeScenario(
  { choices }: Engine,
  { record, name }: { readonly record: StreamRecord; readonly name: string },
): Promise<string> {
  if (record.sentLog.state !== 'whole') {
    const reason = record.sentLog.state === 'cut' ? 'is longer than 1 MiB' : 'is older than what is kept';
    throw new ChatMockError(
      'not_kept',
      `Failed to write a scenario of stream ${record.id}: the stream ${reason}. Play it again, and save it at once.`,
    );
  }
  const [{ stringify }, { scenarioOfStream }] = await Promise.all([
    import('yaml'),
    import('../../scenario/scenario-of-stream.ts'),
  ]);
  const scenario = scenarioOfStream({
    name,
    description: `Stream ${record.id} as it was seen; its scenario was ${record.scenario}.`,
    frames: framesOf(record),
    how: endingOf(record.state === 'hanging' ? 'hang' : record.end),
    echoesPrompt: choices.echo_user_input,
  });
  return stringify(scenario, { aliasDuplicateObjects: false, lineWidth: 0, compat: 'yaml-1.1' });
}

function framesOf(record: StreamRecord): ReadFrame[] {
  const frames = readFrames(record.sentLog.writes());
  return record.end === null && frames.at(-1)?.kind === 'partial' ? frames.slice(0, -1) : frames;
}

/** A stream that goes on, or that its client left, is saved as one that closes there. */
function endingOf(end: PerformanceEnd | 'hang' | null): Ending {
  return end === 'truncate' || end === 'reset' || end === 'hang' ? end : 'close';
}
