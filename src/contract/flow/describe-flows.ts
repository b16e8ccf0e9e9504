import { type Edition, existsIn } from '../../api/editions.ts';
import type { OperationId } from '../../api/operations.ts';
import type { OperationPlan } from '../../api/plan.ts';
import { planOperations } from '../../api/plan-operations.ts';
import { type Flow, type Profile, profiles, type Step } from './flow.ts';
import { invalidInputs, laterInputs } from './inputs.ts';
import { MOST_ACTS } from './sequence.ts';
import { validInputs } from './valid-inputs.ts';

/**
 * Describes what a run would send: one line for each step of each flow. Sends nothing.
 *
 * @example
 * for (const line of describeFlows(builtInFlows, { profile: 'read-only', edition })) console.log(line);
 */
export function describeFlows(
  flows: readonly Flow[],
  {
    profile,
    edition,
    index = 'idx-abc123',
    runs = () => true,
  }: {
    readonly profile: Profile;
    readonly edition: Edition;
    readonly index?: string;
    /** Whether a flow runs at all; every flow of the profile and edition where it is left out. */
    readonly runs?: (flow: Flow) => boolean;
  },
): string[] {
  const allowed = profiles.slice(0, profiles.indexOf(profile) + 1);
  const context = { plans: planOperations(), edition, index };
  return flows
    .filter((flow) => allowed.includes(flow.profile) && existsIn(flow, edition) && runs(flow))
    .flatMap(({ flow, summary, steps }) => [
      `${flow}: ${summary}`,
      ...steps.flatMap((step) => describe(step, context)).map((line) => `  ${line}`),
    ]);
}

interface Context {
  readonly plans: Readonly<Record<OperationId, OperationPlan>>;
  readonly edition: Edition;
  readonly index: string;
}

function describe(step: Step, context: Context): string[] {
  const { plans, edition, index } = context;
  const line = (id: OperationId) => `${plans[id].method} ${plans[id].path}`;
  if ('call' in step) {
    if (!existsIn(step, edition)) return [];
    const body = step.body === undefined ? '' : ` ${JSON.stringify(step.body)}`;
    return [`${line(step.call)}${body}`];
  }
  if ('send' in step) return [`${step.send.method} ${step.send.path}`];
  if ('walk' in step) return [`${line(step.walk)} (up to ${step.at_most} times)`];
  if ('inputs' in step) {
    const make = { invalid: invalidInputs, valid: validInputs, of_later_editions: laterInputs }[step.inputs];
    return step.of
      .filter((id) => existsIn(plans[id], edition))
      .map((id) => `${line(id)} with ${make({ operation: plans[id], edition, index }).length} ${step.inputs} inputs`);
  }
  if ('keys' in step)
    return step.of
      .filter((id) => existsIn(plans[id], edition))
      .map((id) => `${line(id)} with key ${step.keys.join(', ')}`);
  if ('fuzz' in step) return step.fuzz.map((id) => `${line(id)} with random bodies, as many as --fuzz says`);
  if ('sequences' in step)
    return [`as many random sequences as --stateful says, of at most ${MOST_ACTS} operations each`];
  if ('look' in step)
    return [
      ...(['getSession', 'getSessionSummary'] as const).map((id) => `${line(id)} (of ${step.look.length} sessions)`),
      line('listSessions'),
    ];
  if ('each' in step)
    return step.do
      .flatMap((one) => describe(one, context))
      .map((text) => `${text} (for each of ${step.each.length} sessions)`);
  if ('repeat' in step)
    return step.repeat.flatMap((one) => describe(one, context)).map((text) => `${text} (up to ${step.at_most} times)`);
  return step.together
    .flatMap((branch) => branch.flatMap((one) => describe(one, context)))
    .map((text) => `${text} (at once)`);
}
