import type { Script } from './agent/script.ts';
import type { Moments } from './program/moment.ts';
import { Program } from './program/program.ts';
import type { Step } from './schema.ts';
import { countTokens } from './tokens.ts';
import type { TurnInput } from './turn.ts';

/** Plays a script's steps once: waits and events in order, closed by a stop unless they hold one. */
export function playSteps({ steps, pace }: Pick<Script, 'steps' | 'pace'>, input: TurnInput): Moments {
  return new Program(steps).play(pace, input);
}

/** How many events a step makes, without playing it: a text of a million words takes long to play. */
export function countEvents(step: Step): number {
  if ('think' in step) return (step.deltas?.length ?? countTokens(step.think)) + 1;
  if ('text' in step) return (step.deltas?.length ?? countTokens(step.text)) + 1;
  if ('tool' in step) return 2;
  if ('together' in step) return 2 * step.together.length;
  return 'wait_ms' in step || 'hold' in step || 'raw' in step ? 0 : 1;
}

/** Whether a step is the stop of its turn, which otherwise comes by itself. */
export function isStop(step: Step): boolean {
  return 'stop' in step || 'fail' in step || ('event' in step && step.event['type'] === 'stop');
}
