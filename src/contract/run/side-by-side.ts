import type { Values } from '../flow/values.ts';
import type { Stop } from '../verdict/judge.ts';
import { inParallel } from './in-parallel.ts';
import type { FlowState } from './perform-call.ts';

/** A part of a flow that runs beside others. */
export type Act = (branch: FlowState) => Promise<Stop | null>;

/**
 * Runs parts of a flow that do not depend on each other, several at once. What a part saves, no other part sees.
 * Nothing new begins after the first stop.
 */
export async function sideBySide(acts: readonly Act[], flowState: FlowState): Promise<Stop | null> {
  let stopped: Stop | null = null;
  const perform = async (act: Act) => {
    if (stopped !== null) return;
    const stop = await inBranch({ flowState, values: new Map(flowState.values) }, act);
    stopped ??= stop;
  };
  await inParallel(acts, { count: flowState.stage.atOnce, perform });
  return stopped;
}

/** Runs a part of a flow with exchanges of its own, which the flow gets when the part is over. */
export async function inBranch(
  { flowState, values }: { readonly flowState: FlowState; readonly values: Values },
  act: Act,
): Promise<Stop | null> {
  const branch: FlowState = { ...flowState, values, exchanges: [] };
  try {
    return await act(branch);
  } finally {
    flowState.exchanges.push(...branch.exchanges);
  }
}
