import { roundMs } from '../runtime/timestamp.ts';
import { brokenRules } from './check-steps.ts';
import type { Ending } from './endings.ts';
import { rawOf } from './raw-bytes.ts';
import type { ReadFrame } from './read-frames.ts';
import type { Scenario, Step } from './schema.ts';

/** A stream that was seen, as far as a scenario can say it. */
export interface SeenStream {
  readonly name: string;
  readonly description: string;
  readonly frames: readonly ReadFrame[];
  /** How it ended, or how the saved scenario is to end where it was seen no further. */
  readonly how: Ending;
  /** Whether the server sends the prompt first by itself. */
  readonly echoesPrompt: boolean;
}

/**
 * Returns the scenario that plays the events of a stream again, at the same scripted times. Bytes that are not an event
 * are kept as they were, but for heartbeats, which come by themselves, and for half a frame at the end.
 */
export function scenarioOfStream({ name, description, frames, how, echoesPrompt }: SeenStream): Scenario {
  const steps: Step[] = [];
  let [elapsedMs, events] = [0, 0];
  for (const frame of frames) {
    const { kind, event, atMs } = frame;
    if (kind === 'partial' || isHeartbeat(frame)) continue;
    if (event) events += 1;
    if (event?.['type'] === 'user_input' && events === 1 && echoesPrompt) continue;
    const waitMs = roundMs(atMs - elapsedMs);
    if (waitMs > 0) {
      steps.push({ wait_ms: waitMs });
      elapsedMs += waitMs;
    }
    steps.push(event ? { event: event as Extract<Step, { event: unknown }>['event'] } : { raw: rawOf(frame.bytes) });
  }
  const isStopped = frames.findLast(({ kind }) => kind === 'event')?.event?.['type'] === 'stop';
  const isWhole = isStopped && how === 'close';
  // What the turn would say after that never leaves; an error asks for no open call and no complete text.
  if (!isStopped) steps.push({ fail: 'The stream was seen no further.' });
  const violates = brokenRules(steps);
  return {
    scenario: name,
    description,
    pace: { first_ms: 0 },
    steps,
    ...(!isWhole && { ends: { after: { event: events }, how } }),
    ...(violates.length > 0 && { violates }),
  };
}

function isHeartbeat({ kind, bytes }: ReadFrame): boolean {
  return kind === 'comment' && /^: ping\s*$/.test(new TextDecoder().decode(bytes));
}
