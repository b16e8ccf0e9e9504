import type { HoldOutcome, WireActions, Write } from './wire.ts';

/** The beginning of a turn that its client has already. */
export interface Skipped {
  /** How many events. */
  readonly events: number;
  /** How the holds of the turn have ended so far, in order. */
  readonly outcomes: readonly HoldOutcome[];
  /** Called with each write that is not sent again. */
  readonly onWrite: (write: Write) => void;
  /** Called at the end with the number of holds that were skipped. */
  readonly onHolds: (count: number) => void;
}

/** Moves a turn on, without any wait, to just after so many of its events; returns the rest. */
export function skip(actions: WireActions, { events, outcomes, onWrite, onHolds }: Skipped): WireActions {
  let [seen, holds] = [0, 0];
  let outcome: HoldOutcome | undefined;
  while (seen < events) {
    const { value: action, done } = actions.next(outcome);
    outcome = undefined;
    if (done || action.kind === 'end') break;
    if (action.kind === 'hold') {
      outcome = outcomes[holds] ?? 'released';
      holds += 1;
    }
    if (action.kind !== 'bytes') continue;
    seen += action.events.length;
    onWrite(action);
  }
  onHolds(holds);
  return actions;
}
