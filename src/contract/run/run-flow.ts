import { existsIn } from '../../api/editions.ts';
import type { OperationId } from '../../api/operations.ts';
import { type Wish, wishFor } from '../flow/build-request.ts';
import {
  type Call,
  type Flow,
  type Inputs,
  type Keys,
  type Look,
  lookRoles,
  type Repeat,
  type Send,
  type Step,
  type Walk,
} from '../flow/flow.ts';
import { goodBody, type Input, invalidInputs, laterInputs } from '../flow/inputs.ts';
import { validInputs } from '../flow/valid-inputs.ts';
import { fillIn, isEmpty, sessionOf, type Values } from '../flow/values.ts';
import { type Expectation, isSuccess, isTurn } from '../record/exchange.ts';
import type { FlowRecord, Stop } from '../verdict/judge.ts';
import { settleAll } from './in-parallel.ts';
import { type FlowState, performCall } from './perform-call.ts';
import { runFuzz } from './run-fuzz.ts';
import { runSequences } from './run-sequences.ts';
import { effectOf } from './sender.ts';
import { inBranch, sideBySide } from './side-by-side.ts';

/** Performs a flow's steps and records every exchange; ends at the first that leaves the rest without meaning. */
export async function runFlow(
  flow: Flow,
  start: Pick<FlowState, 'values' | 'stage' | 'judgePart'>,
): Promise<FlowRecord> {
  const flowState: FlowState = { flow, ...start, exchanges: [], counter: { count: 0 } };
  const stop = await runSteps(flow.steps, flowState);
  return { flow, exchanges: flowState.exchanges.toSorted((a, b) => a.number - b.number), stop };
}

async function runSteps(steps: readonly Step[], flowState: FlowState): Promise<Stop | null> {
  for (const step of steps) {
    const stop = await runStep(step, flowState);
    if (stop) return stop;
  }
  return null;
}

function runStep(step: Step, flowState: FlowState): Promise<Stop | null> {
  if ('call' in step) return runCall(step, flowState);
  if ('send' in step) return runSend(step, flowState);
  if ('walk' in step) return runWalk(step, flowState);
  if ('inputs' in step) return runInputs(step, flowState);
  if ('keys' in step) return runKeys(step, flowState);
  if ('fuzz' in step) return runFuzz(step, flowState);
  if ('sequences' in step) return runSequences({ flowState, runSteps });
  if ('repeat' in step) return runRepeat(step, flowState);
  if ('look' in step) return runLook(step, flowState);
  if ('each' in step)
    return sideBySide(
      step.each.map((saved) => (branch) => {
        branch.values.set('each', branch.values.get(saved));
        return runSteps(step.do, branch);
      }),
      flowState,
    );
  return runTogether(step.together, flowState);
}

async function runCall(step: Call, flowState: FlowState): Promise<Stop | null> {
  const { plans, edition } = flowState.stage;
  if (!existsIn(step, edition)) return null;
  const parts = {
    ...fillParts(step, flowState.values),
    encode: step.encode,
    sessionId: sessionOf(step, flowState.values),
  };
  return performCall({ step, wish: wishFor(plans, { operation: step.call, ...parts }) }, flowState);
}

async function runSend(step: Send, flowState: FlowState): Promise<Stop | null> {
  if (!existsIn(step, flowState.stage.edition)) return null;
  const path = String(fillIn(step.send.path, flowState.values));
  const wish: Wish = {
    ...{ operation: null, method: step.send.method, path },
    ...{ ...fillParts(step, flowState.values), encode: 'as_needed', sessionId: null },
  };
  return performCall({ step, wish }, flowState);
}

function fillParts(step: Call | Send, values: Values) {
  const query = fillIn(step.query ?? {}, values) as Record<string, unknown>; // Objects are filled in as objects.
  const headers = fillIn(step.headers ?? {}, values) as Record<string, string>; // As above, of texts.
  return { query, headers, key: step.key, body: step.body === undefined ? undefined : fillIn(step.body, values) };
}

function runInputs(step: Inputs, flowState: FlowState): Promise<Stop | null> {
  const { plans, edition, index } = flowState.stage;
  const make = { invalid: invalidInputs, valid: validInputs, of_later_editions: laterInputs }[step.inputs];
  const inputs = step.of
    .filter((operation) => existsIn(plans[operation], edition))
    .flatMap((operation) =>
      make({ operation: plans[operation], edition, index }).map((input) => ({ operation, input, step })),
    );
  return sideBySide(
    inputs.map((input) => (branch) => runInput(input, branch)),
    flowState,
  );
}

interface InputToSend {
  readonly operation: OperationId;
  readonly input: Input;
  readonly step: Inputs;
}

async function runInput({ operation, input, step }: InputToSend, flowState: FlowState): Promise<Stop | null> {
  const isValid = step.inputs !== 'invalid';
  // A turn that was accepted is left at once; a session of its own keeps the next one out of its way.
  const isAcceptedTurn = isValid && isTurn({ operation });
  const own = isAcceptedTurn || (isValid && effectOf({ operation }) === 'deletes') ? await createOwn(flowState) : null;
  if (own !== null && typeof own !== 'string') return own;
  const { query, headers, body, scheme, rawBody } = input;
  const wish = wishFor(flowState.stage.plans, {
    operation,
    sessionId: own ?? sessionOf(step, flowState.values),
    ...{ query, body, ...(headers && { headers }) },
    ...{ ...(scheme !== undefined && { scheme }), ...(rawBody !== undefined && { rawBody }) },
  });
  const name = `${operation}: ${input.name}`;
  const expectation: Expectation = isValid
    ? { kind: 'valid_input', input: name, varies: variesOf(input) }
    : { kind: 'refused_input', input: name, place: input.place };
  const role = `${step.inputs}_input`;
  return performCall(
    { step: { role, ...(isAcceptedTurn && { read: { until: 'headers' } as const }) }, wish, expectation },
    flowState,
  );
}

function variesOf({ query, headers, scheme }: Input): 'query' | 'headers' | 'body' {
  if (Object.keys(query).length > 0) return 'query';
  return headers || scheme !== undefined ? 'headers' : 'body';
}

async function createOwn(flowState: FlowState): Promise<string | Stop> {
  const wish = wishFor(flowState.stage.plans, { operation: 'createSession', body: {} });
  const save = { own_session: '$.session_id' };
  const stop = await performCall({ step: { expect: 'accepted', save }, wish }, flowState);
  return stop ?? String(flowState.values.get('own_session'));
}

function runKeys(step: Keys, flowState: FlowState): Promise<Stop | null> {
  const { plans, edition, index } = flowState.stage;
  const acts = step.of
    .filter((operation) => existsIn(plans[operation], edition))
    .flatMap((operation) => step.keys.map((key) => ({ operation, key })));
  return sideBySide(
    acts.map(({ operation, key }) => (branch) => {
      const body = goodBody(plans[operation], edition, index);
      const wish = wishFor(plans, { operation, sessionId: sessionOf(step, flowState.values), key, body });
      // Whether a key is one of those given out, only the server's owner can say.
      const expectation: Expectation = key === 'wrong_key' ? { kind: 'any' } : { kind: 'refused_key', key };
      const read = { until: 'headers' } as const;
      return performCall(
        { step: { role: `key_${key}`, ...(key === 'wrong_key' && { read }) }, wish, expectation },
        branch,
      );
    }),
    flowState,
  );
}

/** Repeats the call of a list until a page has no token or no items. */
function runWalk({ walk, role, page_size, at_most }: Walk, flowState: FlowState): Promise<Stop | null> {
  const [token, items] = [`${role}_token`, `${role}_items`];
  flowState.values.delete(token);
  const page: Call = {
    call: walk,
    role,
    query: { page_size, page_token: `{{${token}}}` },
    save: { [token]: '$.next_page_token?', [items]: '$.items?' },
    ...{ encode: 'as_needed', key: 'good', expect: 'accepted' },
  };
  return runRepeat({ repeat: [page], until: { empty: [token, items] }, at_most }, flowState);
}

async function runRepeat({ repeat, until, at_most, every_ms = 0 }: Repeat, flowState: FlowState): Promise<Stop | null> {
  const seen = new Set<unknown>();
  for (let round = 0; round < at_most; round += 1) {
    const stop = await runSteps(repeat, flowState);
    if (stop) return stop;
    const isOver =
      'empty' in until
        ? until.empty.some((name) => isEmpty(flowState.values.get(name)))
        : flowState.exchanges
            .filter(({ role }) => role === until.accepted)
            .slice(-1)
            .some(isSuccess);
    if (isOver || goesRound(until, flowState.values, seen)) return null;
    if (every_ms > 0) await flowState.stage.timer.sleep(every_ms, flowState.stage.signal);
  }
  // No end is for the checks to judge: what comes after it can still be asked.
  return null;
}

/** A list whose token was there before would be walked for ever. */
function goesRound(until: Repeat['until'], values: Values, seen: Set<unknown>): boolean {
  if (!('empty' in until)) return false;
  const [token] = until.empty;
  const value = token === undefined ? undefined : values.get(token);
  const isSeen = seen.has(value);
  seen.add(value);
  return isSeen;
}

/** Reads every view of the sessions, and the list to its end. */
function runLook({ look }: Look, flowState: FlowState): Promise<Stop | null> {
  const [role, pageRole] = lookRoles;
  const defaults = { encode: 'as_needed', key: 'good', expect: 'accepted' } as const;
  const views = look.flatMap((saved) =>
    (['getSession', 'getSessionSummary'] as const).map((call) => ({
      call,
      role,
      session: `{{${saved}}}`,
      ...defaults,
    })),
  );
  const list: Walk = { walk: 'listSessions', role: pageRole, page_size: 1000, at_most: 20 };
  return sideBySide(
    [list, ...views].map((step) => (branch) => runStep(step, branch)),
    flowState,
  );
}

async function runTogether(branches: readonly (readonly Step[])[], flowState: FlowState): Promise<Stop | null> {
  const stops = await settleAll(
    branches.map((branch) => inBranch({ flowState, values: flowState.values }, (state) => runSteps(branch, state))),
  );
  return stops.find((stop) => stop !== null) ?? null;
}
