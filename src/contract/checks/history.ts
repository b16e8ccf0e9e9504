import { Event } from '../../api/events.ts';
import type { Exchange } from '../record/exchange.ts';
import { type Check, type CheckContext, defineCheck, type Finding, show } from '../verdict/check.ts';
import { eventsOf } from '../verdict/stream-verdict.ts';
import { compareRun } from './compare-run.ts';
import { byRole, type Fields, fieldsOf, finding, isFields, plays, sameJson } from './select.ts';
import { wireContract } from './wire-contract.ts';

const DELTAS = new Set(['text_delta', 'thinking_delta']);
/** Checks of the stream with which the stored turn is compared. */
export const streamPrerequisites = [
  'http.schema',
  'stream.text-adds-up',
  'stream.thinking-adds-up',
  'stream.deltas-closed',
  'stream.calls-answered',
];

/** The complete events, without keys beyond the schema: deltas may be kept or dropped. */
function completeEvents(events: readonly unknown[]): Fields[] {
  return events
    .filter(isFields)
    .filter(({ type }) => !DELTAS.has(String(type)))
    .map((event) => withoutNoSkips(Event.safeParse(event).data ?? event));
}

/** That nothing was skipped may be said by an empty list or by leaving it out. */
function withoutNoSkips({ skipped_index_ids: skipped, ...event }: Fields): Fields {
  const isNone = skipped === undefined || (Array.isArray(skipped) && skipped.length === 0);
  return isNone ? event : { ...event, skipped_index_ids: skipped };
}

const isInput = ({ type }: Fields) => type === 'user_input';
const streamed = (turn: Exchange) => completeEvents(eventsOf(turn).map(({ value }) => value));
/** Stands for an event that another check found faulty: the history may have no, one or several events in its place. */
const ANY = 'any';
type Wanted = Fields | typeof ANY;

/** Returns the events of a turn's answer that the history must have. */
function answerOf(turn: Exchange, { spoiltFrames }: CheckContext): Wanted[] {
  const spoilt = spoiltFrames(turn);
  return eventsOf(turn).flatMap(({ frame, value }): Wanted[] => {
    if (spoilt.has(frame)) return [ANY];
    return completeEvents([value]).filter((event) => !isInput(event));
  });
}

const promptOf = ({ sent }: Exchange) => (sent as { readonly prompt?: unknown } | undefined)?.prompt; // A flow's body.

/** The turns of the session that a view shows. */
export const turnsOf = ({ sessionId }: Exchange, turns: readonly Exchange[]) =>
  turns.filter((turn) => turn.sessionId === sessionId);

/** Returns the complete events of a history. An input that the stream echoed may stand there twice. */
function historyOf(detail: Exchange, turns: readonly Exchange[]): Fields[] {
  const { events } = fieldsOf(detail);
  const told = completeEvents(Array.isArray(events) ? events : []);
  const isEchoed = turns.some((turn) => streamed(turn).some(isInput));
  return told.filter((event, index) => !(isEchoed && isInput(event) && sameJson(event, told[index - 1])));
}

const inputsOf = (detail: Exchange, turns: readonly Exchange[]) =>
  historyOf(detail, turns)
    .filter(isInput)
    .map(({ content }) => content);

/** Returns the first place where a history differs from the wanted events. */
function firstDifference(detail: Exchange, told: readonly Fields[], wanted: readonly Wanted[]): Finding[] {
  // The places in `wanted` that the events so far may have reached.
  let places = skipAny(new Set([0]), wanted);
  for (const [index, event] of told.entries()) {
    const next = new Set<number>();
    for (const place of places) {
      const one = wanted[place];
      if (one === ANY) next.add(place);
      else if (one !== undefined && sameJson(one, event)) next.add(place + 1);
    }
    if (next.size === 0) return [differing(detail, { told, index, one: wanted[Math.max(...places)] })];
    places = skipAny(next, wanted);
  }
  if (places.has(wanted.length)) return [];
  return [differing(detail, { told, index: told.length, one: wanted[Math.max(...places)] })];
}

function skipAny(places: ReadonlySet<number>, wanted: readonly Wanted[]): Set<number> {
  const all = new Set(places);
  for (const place of all) if (wanted[place] === ANY) all.add(place + 1);
  return all;
}

interface Difference {
  readonly told: readonly Fields[];
  readonly index: number;
  readonly one: Wanted | undefined;
}

function differing(detail: Exchange, { told, index, one }: Difference): Finding {
  return finding(detail, {
    at: `$.events, complete event ${index + 1} of ${told.length}`,
    expected: `${show(one)} as streamed`,
    actual: show(told[index]),
  });
}

/** Compares a history with the turns of its session: prompt, answer, prompt, answer, all of them and in this order. */
export function compareHistory(detail: Exchange, turns: readonly Exchange[], context: CheckContext): Finding[] {
  return firstDifference(detail, historyOf(detail, turns), wantedOf(turns, context));
}

function wantedOf(turns: readonly Exchange[], context: CheckContext): Wanted[] {
  return turns.flatMap((turn): Wanted[] => [
    { type: 'user_input', content: promptOf(turn) },
    ...answerOf(turn, context),
  ]);
}

const isFailed = (turn: Exchange) => streamed(turn).at(-1)?.['is_error'] === true;

/** What turns were to append to a history and did not. One that failed may have left nothing. */
export function missingTurns(
  {
    before,
    after,
    turns,
  }: { readonly before: Exchange; readonly after: Exchange; readonly turns: readonly Exchange[] },
  context: CheckContext,
): Finding[] {
  const told = historyOf(after, turns).slice(historyOf(before, turns).length);
  const findings = firstDifference(after, told, wantedOf(turns, context));
  const good = turns.filter((turn) => !isFailed(turn));
  const mayLack = good.length < turns.length && firstDifference(after, told, wantedOf(good, context)).length === 0;
  return mayLack ? [] : findings;
}

const equals = defineCheck({
  id: 'history.equals-stream',
  requirement: 'After a turn, the history MUST contain the turn’s complete events as they were streamed.',
  level: 'must',
  evidence: 'documented',
  source: wireContract('history'),
  rationale: 'A reload must show what the user saw.',
  requires: streamPrerequisites,
  requiredRoles: ['turn', 'detail'],
  explainedBy: ['sessions.ids-unique'],
  isByFrame: true,
  appliesTo: plays('turn', 'detail'),
  run: (exchanges, context) => {
    return byRole(exchanges, 'detail').flatMap((detail) => {
      const turns = turnsOf(detail, byRole(exchanges, 'turn'));
      const told = historyOf(detail, turns).filter((event) => !isInput(event));
      return firstDifference(
        detail,
        told,
        turns.flatMap((turn) => answerOf(turn, context)),
      );
    });
  },
});

const prompt = defineCheck({
  id: 'history.prompt-as-sent',
  requirement: 'A turn’s history MUST begin with one user_input that equals the prompt as sent.',
  level: 'must',
  evidence: 'documented',
  source: wireContract('history'),
  rationale: 'A changed prompt is a question that the user did not ask.',
  requires: ['history.equals-stream', ...streamPrerequisites],
  requiredRoles: ['turn', 'detail'],
  explainedBy: ['sessions.ids-unique'],
  isByFrame: true,
  appliesTo: plays('turn', 'detail', 'turn_2', 'detail_2'),
  run: (exchanges) => {
    const first = byRole(exchanges, 'detail').flatMap((detail) => {
      const turns = turnsOf(detail, byRole(exchanges, 'turn'));
      const asked = turns.map(promptOf);
      const [start] = historyOf(detail, turns);
      if (start && isInput(start) && sameJson(inputsOf(detail, turns), asked)) return [];
      const expected = `user_input ${show(asked[0])}, once`;
      return [
        finding(detail, { at: '$.events[0]', expected, actual: `${show(start)}, ${inputsOf(detail, turns).length}` }),
      ];
    });
    const second = byRole(exchanges, 'detail_2').flatMap((detail) => {
      const all = turnsOf(detail, exchanges.filter(plays('turn', 'turn_2')));
      const told = inputsOf(detail, all);
      const last = all.map(promptOf).at(-1);
      // Fewer, more or other places are a matter of the order of turns.
      if (told.length !== all.length || told.includes(last)) return [];
      return [finding(detail, { at: '$.events, user_input 2', expected: show(last), actual: show(told.at(-1)) })];
    });
    return [...first, ...second];
  },
});

const appends = defineCheck({
  id: 'history.second-turn-appends',
  requirement: 'A further turn MUST be appended: the history contains every turn, in order.',
  level: 'must',
  evidence: 'documented',
  source: wireContract('history'),
  rationale: 'A conversation must not lose its beginning.',
  requires: ['history.prompt-as-sent'],
  requiredRoles: ['turn', 'turn_2', 'detail', 'detail_2'],
  explainedBy: ['sessions.ids-unique'],
  isByFrame: true,
  appliesTo: plays('turn', 'turn_2', 'detail', 'detail_2'),
  run: (exchanges, context) => {
    const turns = exchanges.filter(plays('turn', 'turn_2'));
    return byRole(exchanges, 'detail_2').flatMap((detail) => compareHistory(detail, turnsOf(detail, turns), context));
  },
});

const notMixed = defineCheck({
  id: 'concurrency.turns-do-not-mix',
  requirement: 'Concurrent turns of different sessions MUST NOT affect each other.',
  level: 'must',
  evidence: 'documented',
  source: wireContract('turns-apart'),
  rationale: 'One user must never read another user’s answer.',
  requires: streamPrerequisites,
  requiredRoles: ['turn_a', 'turn_b', 'detail_a', 'detail_b'],
  explainedBy: ['sessions.ids-unique', 'history.equals-stream', 'history.prompt-as-sent', 'history.job-metadata'],
  isByFrame: true,
  appliesTo: plays('turn_a', 'turn_b', 'detail_a', 'detail_b'),
  run: (exchanges, context) =>
    (['a', 'b'] as const).flatMap((one) => {
      const turns = byRole(exchanges, `turn_${one}`);
      const others = byRole(exchanges, `turn_${one === 'a' ? 'b' : 'a'}`);
      const kept = byRole(exchanges, `detail_${one}`).flatMap((detail) => [
        ...compareHistory(detail, turns, context),
        ...compareRun({ exchange: detail, view: fieldsOf(detail), turn: turns[0] }, context),
      ]);
      return [...kept, ...turns.flatMap((turn) => findMark(turn, others))];
    }),
});

/** Finds a word in this turn's answer that only the other turn's prompt contains. */
function findMark(turn: Exchange, others: readonly Exchange[]): Finding[] {
  const marks = others.flatMap((other) => /Mark (\w+)\./.exec(String(promptOf(other)))?.[1] ?? []);
  return marks.flatMap((mark) => {
    const event = eventsOf(turn).find(({ value }) => JSON.stringify(value ?? null).includes(mark));
    if (!event) return [];
    const at = `frame ${event.frame}, byte ${event.offset}`;
    const actual = `${show(mark)}, which only the other session was asked`;
    return [finding(turn, { at, expected: 'an answer to its own prompt', actual, frame: event.frame })];
  });
}

/** Checks of what a history shows of the turns before. */
export const historyChecks: readonly Check[] = [equals, prompt, appends, notMixed];
