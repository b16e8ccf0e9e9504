import { createRandom } from '../../runtime/random.ts';
import type { Step } from '../flow/flow.ts';
import { type Act, randomActs, toSteps, withoutOrphans } from '../flow/sequence.ts';
import type { Exchange } from '../record/exchange.ts';
import { weightOf } from '../record/weight.ts';
import type { Stop } from '../verdict/judge.ts';
import type { FlowState } from './perform-call.ts';
import { MOST_TRIES, shrink } from './shrink.ts';

/** Of sequences in which nothing fails, so many are kept to be judged once more with all others. */
const KEPT_SEQUENCES = 20;

/** A sequence as it was sent once. */
interface Attempt {
  readonly exchanges: readonly Exchange[];
  readonly stop: Stop | null;
  /** The checks that fail. */
  readonly failing: readonly string[];
}

/**
 * Sends random sequences of operations, one after the other, until one fails. That one is sent again and again with
 * fewer operations: what is kept of it is the shortest in which one of the same checks fails.
 */
export async function runSequences({
  flowState,
  runSteps,
}: {
  readonly flowState: FlowState;
  readonly runSteps: (steps: readonly Step[], flowState: FlowState) => Promise<Stop | null>;
}): Promise<Stop | null> {
  const { stage, exchanges, judgePart } = flowState;
  const send = async (acts: readonly Act[]): Promise<Attempt> => {
    const branch: FlowState = { ...flowState, values: new Map(flowState.values), exchanges: [] };
    const stop = await runSteps(toSteps(acts), branch);
    const sent = branch.exchanges.toSorted((a, b) => a.number - b.number);
    return { exchanges: sent, stop, failing: judgePart(sent, stop) };
  };
  const drop = (attempt: Attempt) => {
    for (const exchange of attempt.exchanges) stage.budget.release(weightOf(exchange));
  };
  for (let number = 1; number <= stage.sequences.count; number += 1) {
    const acts = randomActs(createRandom(stage.sequences.seed).fork('sequence', number));
    let kept = await send(acts);
    const { failing } = kept;
    if (failing.length > 0) {
      const shows = async (fewer: readonly Act[]) => {
        const attempt = await send(fewer);
        const isFailing = attempt.failing.some((id) => failing.includes(id));
        drop(isFailing ? kept : attempt);
        if (isFailing) kept = attempt;
        return isFailing;
      };
      await shrink({ items: acts, repair: withoutOrphans, shows, mostTries: MOST_TRIES });
    }
    if (failing.length === 0 && number > KEPT_SEQUENCES) drop(kept);
    else exchanges.push(...kept.exchanges);
    if (failing.length > 0 || kept.stop) return kept.stop;
  }
  return null;
}
