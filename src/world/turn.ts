import type { Event, StopEvent } from '../api/events.ts';
import type { FrameRun } from '../scenario/frame.ts';
import type { SessionUse } from '../scenario/turn.ts';
import type { Write } from '../scenario/wire.ts';
import type { Strike } from './chaos.ts';
import { History, turnHistory } from './history.ts';
import { SentPieces } from './sent-pieces.ts';
import { type Session, toJobMetadata, useAfter } from './session.ts';
import { TurnSize } from './storage.ts';
import type { World } from './world.ts';

/** How a turn ended, as the log and the journal say it; `cut`: the scenario ended it before its stop. */
export type TurnEnd = 'complete' | 'failed' | 'cut' | 'client_left' | 'stopped';

/** A turn while it runs: takes what was sent and keeps its session up to date. */
export class Turn {
  readonly sessionId: string;
  readonly #world: World;
  readonly #prompt: string;
  readonly #before: Session;
  /** The session as this turn's beginning left it. */
  readonly #begun: Session;
  readonly #startMicros: number;
  readonly #sent = new SentPieces();
  readonly #history: History;
  readonly #size: TurnSize;
  readonly #spend: Strike['spend'];
  #stop: StopEvent | null = null;
  #isOver = false;
  #isTakenBack = false;

  constructor(
    world: World,
    before: Session,
    start: {
      readonly prompt: string;
      readonly indexIds: readonly string[];
      readonly title: string | null;
      readonly spend: Strike['spend'];
    },
  ) {
    this.sessionId = before.id;
    this.#world = world;
    this.#prompt = start.prompt;
    this.#spend = start.spend;
    this.#size = new TurnSize(start.prompt);
    this.#before = before;
    this.#startMicros = world.writeMicros();
    world.countRunning(before.id, 1);
    this.#history = new History(before.history, () => this.#fold());
    const bound = before.indexIds !== null && before.turns === 0 ? start.indexIds : before.indexIds;
    const begun = {
      ...before,
      title: start.title,
      indexIds: bound,
      turns: before.turns + 1,
      scenarios: before.scenarios.slice(1),
      history: this.#history,
    };
    this.#begun = this.#write(begun, this.#startMicros);
  }

  /** Takes events just before their bytes leave: what a client has seen is always in the history. */
  sent(write: Write, elapsedMs: number): void {
    this.#size.add(write, this.#sent.add(write));
    for (const event of write.events) {
      if (event.type !== 'stop') continue;
      this.#stop = event;
      this.#settle(event, elapsedMs);
    }
  }

  /** The same for several at once, none of which is a stop. */
  sentRun(run: FrameRun): void {
    this.#size.addRun(run);
    this.#sent.addRun(run);
  }

  /** Whether its session has forgotten it, as the choice `on_client_abort` says. */
  get isTakenBack(): boolean {
    return this.#isTakenBack;
  }

  /** Whether its stop was sent: its session holds all of it. */
  get isComplete(): boolean {
    return this.#stop !== null;
  }

  /**
   * Returns the session without this turn, which is over but not complete and will be taken again; null if the session
   * is gone or has another turn after it.
   */
  withdraw(): Session | null {
    const session = this.#current();
    if (session?.history !== this.#history) return null;
    const { indexIds, scenarios, history } = this.#before;
    if (this.#history.isWeighed) this.#world.storage.removeTurn(this.#size);
    return { ...session, turns: session.turns - 1, indexIds, scenarios, history };
  }

  /** Ends the turn; returns how it ended. */
  end(how: 'cut' | 'client_left' | 'stopped', elapsedMs: number): TurnEnd {
    this.#world.countRunning(this.sessionId, -1);
    this.#isOver = true;
    this.#history.close();
    const session = this.#current();
    const isDiscarded = !this.#stop && how !== 'cut' && this.#world.choices.on_client_abort === 'discard';
    if (session && !isDiscarded) this.#weigh(session);
    if (this.#stop) return this.#stop.is_error ? 'failed' : 'complete';
    if (!session) return how;
    if (isDiscarded) this.#takeBack(session);
    else this.#write(session, this.#world.turnEndMicros(this.#startMicros, elapsedMs));
    return how;
  }

  /** Counts what it holds, unless its session is another one of that id. */
  #weigh({ history }: Session): void {
    if (!history.includes(this.#history)) return;
    this.#history.weigh(this.#size);
    this.#world.storage.addTurn(this.#size);
  }

  /** Undoes the turn, but not what others have written meanwhile. */
  #takeBack(session: Session): void {
    this.#isTakenBack = true;
    this.#history.forget();
    const { title, indexIds, scenarios, updatedAt } = this.#before;
    const rest = {
      ...session,
      title: session === this.#begun ? title : session.title,
      turns: session.turns - 1,
      // Another turn that began meanwhile holds to what this one bound.
      ...(session.turns <= this.#begun.turns && { indexIds, scenarios }),
    };
    // A move even back to where it stood: a page may have shown it where the turn had put it.
    if (session.updatedAt === this.#begun.updatedAt) this.#world.sessions.move(rest, updatedAt.micros);
    else this.#world.sessions.put(rest);
  }

  #settle(stop: StopEvent, elapsedMs: number): void {
    const use = useAfter(this.#before.use, stop);
    this.#spend?.(tokensOf(use) - tokensOf(this.#before.use), this.#world.clock.unscaledNow());
    const session = this.#current();
    const micros = this.#world.turnEndMicros(this.#startMicros, elapsedMs);
    if (!session) return;
    this.#write({ ...session, jobMetadata: toJobMetadata(stop), use }, micros);
  }

  #fold(): readonly Event[] {
    const broke = this.#stop ? this.#stop.is_error : this.#isOver;
    return turnHistory(this.#prompt, this.#sent.all, {
      broke,
      deltas: this.#world.choices.deltas_in_history,
    });
  }

  /** The session as it is now; a deleted one stays deleted. */
  #current(): Session | undefined {
    return this.#world.sessions.get(this.sessionId);
  }

  #write(session: Session, micros: number): Session {
    // A title may have been set since the turn began, at a time that its scripted end lies before.
    return this.#world.sessions.move(session, Math.max(micros, session.updatedAt.micros + 1));
  }
}

function tokensOf({ inputTokens, outputTokens }: SessionUse): number {
  return inputTokens + outputTokens;
}
