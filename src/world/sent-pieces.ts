import { BlockRun, type FrameRun } from '../scenario/frame.ts';
import type { Write } from '../scenario/wire.ts';

/** What was sent, in order. A frame that follows the one before it in their buffer only makes that run longer. */
export class SentPieces {
  #all: (Write | FrameRun)[] = [];
  /** The last piece, if it is a run that frames are added to. */
  #run: BlockRun | null = null;

  get all(): readonly (Write | FrameRun)[] {
    return this.#all;
  }

  /** True: it is a piece of its own, or begins one. */
  add(write: Write): boolean {
    const { block = null, index = 0 } = write;
    if (block === null) {
      this.addRun(write);
      return true;
    }
    const run = this.#run;
    if (run?.block === block && run.to === index) {
      run.to += 1;
      return false;
    }
    this.#run = new BlockRun(block, { from: index, to: index + 1 });
    this.#all.push(this.#run);
    return true;
  }

  /** Adds a piece that stays as it is. */
  addRun(piece: Write | FrameRun): void {
    this.#run = null; // Others may hold it.
    this.#all.push(piece);
  }

  clear(): void {
    this.#all = [];
    this.#run = null;
  }
}
