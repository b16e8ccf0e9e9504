import { existsIn } from '../../api/editions.ts';
import type { OperationId } from '../../api/operations.ts';
import { wishFor } from '../flow/build-request.ts';
import type { Fuzz } from '../flow/flow.ts';
import { sessionOf } from '../flow/values.ts';
import { type Expectation, isSuccess } from '../record/exchange.ts';
import type { Stop } from '../verdict/judge.ts';
import { arbitraryBody, type FastCheck, isPlain, loadFastCheck } from './fuzz.ts';
import { loadOracle } from './fuzz-oracle.ts';
import { type FlowState, performCall } from './perform-call.ts';
import { sideBySide } from './side-by-side.ts';

/**
 * Sends random bodies and holds the answers against the schemas. The exchange that is kept of a finding is the shrunk
 * one, sent and judged anew: a shrunk request that lost what was wrong with the first would accuse nobody.
 */
export async function runFuzz(step: Fuzz, flowState: FlowState): Promise<Stop | null> {
  const { plans, edition, fuzz } = flowState.stage;
  if (fuzz.runs === 0) return null;
  const fc: FastCheck = await loadFastCheck();
  const fuzzOne = async (operation: OperationId, branch: FlowState): Promise<Stop | null> => {
    const plan = plans[operation];
    if (!existsIn(plan, edition) || plan.body === null) return null;
    const { plan: bodyPlan } = plan.body;
    const oracle = await loadOracle(edition, operation);
    let stop: Stop | null = null;
    let sent = 0;
    const property = fc.asyncProperty(arbitraryBody(fc, bodyPlan, edition), async (body) => {
      fc.pre(isPlain(bodyPlan, body) && body !== null && stop === null);
      const kept = branch.exchanges.length;
      const places = oracle(body);
      sent += 1;
      stop = await sendBody({ operation, body, places, step }, branch);
      const isRight = stop !== null || fits(branch, { kept, isValid: places.length === 0 });
      // What was right is of no further interest; of what was wrong the last one, the smallest, stays.
      const previous = branch.exchanges.findIndex(({ role }) => role === `fuzzed_${operation}`);
      if (!isRight && previous !== -1 && previous < kept) branch.exchanges.splice(previous, 1);
      if (isRight && kept > 0 && branch.exchanges.length > kept) branch.exchanges.length = kept;
      return isRight;
    });
    const seed = fuzz.seed;
    await fc.check(property, { numRuns: fuzz.runs, seed, maxSkipsPerRun: 1000 });
    if (stop) return stop;
    // fast-check throws if too many values do not fit.
    const why = `only ${sent} of ${fuzz.runs} random bodies for ${operation} could be made`;
    if (sent < fuzz.runs && !branch.exchanges.some(({ role }) => role === `fuzzed_${operation}`))
      return { cause: 'budget', exchange: null, why };
    return null;
  };
  return sideBySide(
    step.fuzz.map((operation) => (branch) => fuzzOne(operation, branch)),
    flowState,
  );
}

interface Body {
  readonly operation: OperationId;
  readonly body: unknown;
  /** What the schema objects to. */
  readonly places: readonly (readonly string[])[];
  readonly step: Fuzz;
}

function sendBody({ operation, body, places, step }: Body, flowState: FlowState): Promise<Stop | null> {
  const wish = wishFor(flowState.stage.plans, { operation, sessionId: sessionOf(step, flowState.values), body });
  const input = `${operation}: a random body`;
  const [first, ...others] = places;
  const expectation: Expectation = first
    ? { kind: 'refused_input', input, place: others.length === 0 ? first : ['body'] }
    : { kind: 'valid_input', input, varies: 'body' };
  return performCall(
    { step: { role: `fuzzed_${operation}`, read: { until: 'headers' } }, wish, expectation },
    flowState,
  );
}

function fits(
  { exchanges }: FlowState,
  { kept, isValid }: { readonly kept: number; readonly isValid: boolean },
): boolean {
  const exchange = exchanges[kept];
  const status = exchange?.response?.status;
  if (!isValid) return status === 422;
  return exchange !== undefined && (isSuccess(exchange) || status === 409 || status === 404);
}
