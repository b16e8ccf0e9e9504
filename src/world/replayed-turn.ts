import type { Turn, TurnEnd } from './turn.ts';
import type { World } from './world.ts';

/** A complete turn that is sent once more: its session stays as it is. */
export class ReplayedTurn implements Pick<Turn, 'sessionId' | 'sent' | 'sentRun' | 'end'> {
  readonly sessionId: string;
  readonly #world: World;

  constructor(world: World, sessionId: string) {
    this.sessionId = sessionId;
    this.#world = world;
    world.countRunning(sessionId, 1);
  }

  sent(): void {}

  sentRun(): void {}

  end(how: 'cut' | 'client_left' | 'stopped'): TurnEnd {
    this.#world.countRunning(this.sessionId, -1);
    return how === 'cut' ? 'complete' : how;
  }
}
