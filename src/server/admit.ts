import { LimitError } from '../runtime/limits.ts';
import type { World } from '../world/world.ts';
import type { Engine } from './engine.ts';

/** Throws LimitError if no further answer may be streamed. */
export function admitStream({ bounds: { streams, waiting } }: Engine): void {
  const act = 'begin a stream';
  const advice = 'End some';
  if (streams.isFull) {
    const reason = `${streams.max} answers are under way`;
    throw new LimitError('maxStreams', { act, reason, advice });
  }
  if (waiting.isFull) {
    const reason = `${waiting.used} bytes wait for readers that do not read`;
    throw new LimitError('maxWaitingBytes', { act, reason, advice });
  }
}

/** Throws LimitError if no further turn may begin in this world. */
export function admitTurn(engine: Engine, world: World): void {
  admitStream(engine);
  world.storage.refuseTurn();
  world.holds.refuseTurn();
}
