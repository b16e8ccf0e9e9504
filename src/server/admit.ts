import { LimitError } from '../runtime/limits.ts';
import type { World } from '../world/world.ts';
import type { Engine } from './engine.ts';
import type { Exchange } from './exchange.ts';
import type { Crowding } from './inputs.ts';

/** A request that wants to stream; `crowded` is what its input says, if it was written down. */
type Asking = Pick<Exchange, 'engine'> & Partial<Pick<Exchange, 'crowded'>>;

/** Throws LimitError if no further answer may be streamed. */
export function admitStream({ engine, crowded = findCrowding(engine) }: Asking): void {
  const { streams, waiting } = engine.capacity;
  const act = 'begin a stream';
  const advice = 'End some';
  if (crowded === 'maxStreams') {
    const reason = `${streams.max} answers are under way`;
    throw new LimitError('maxStreams', { act, reason, advice });
  }
  if (crowded === 'maxWaitingBytes') {
    // How many there are now is chance: the answer would not be the same in a replay.
    const reason = `${waiting.max} bytes or more wait for readers that do not read`;
    throw new LimitError('maxWaitingBytes', { act, reason, advice });
  }
}

/** Throws LimitError if no further turn may begin in this world. */
export function admitTurn(asking: Asking, world: World): void {
  admitStream(asking);
  world.storage.refuseTurn();
  if (asking.crowded === undefined ? world.holds.isFull : asking.crowded === 'maxHolds') throw world.holds.refusal();
}

/** Which limit on what is under way is reached now; without a world, of the whole server. */
export function findCrowding({ capacity }: Engine, world: World | null = null): Crowding | null {
  if (capacity.streams.isFull) return 'maxStreams';
  if (capacity.waiting.isFull) return 'maxWaitingBytes';
  return world?.holds.isFull ? 'maxHolds' : null;
}
