import { unescapeBraces } from '../../scenario/braces.ts';
import { compileTurn } from '../../scenario/compile.ts';
import type { Session } from '../../world/session.ts';
import { Turn } from '../../world/turn.ts';
import { admitTurn } from '../admit.ts';
import type { WholeAnswer } from '../answer.ts';
import { chooseScenario } from '../choose-scenario.ts';
import type { Intervention } from '../exchange.ts';
import { afterDelay, answerScripted, answersItself, decorate } from '../faulty-answer.ts';
import { findSession } from '../find-session.ts';
import type { Call, Handler } from '../handler.ts';
import { keepResumable, readLastEventId, resumeTurn } from '../resume-turn.ts';
import { RunningTurn } from '../running-turn.ts';
import { makeTitle } from '../title.ts';
import { answerWithTurn, conflict } from '../turn-answer.ts';
import { untilOver } from '../until-over.ts';
import { unknownSession } from './one-session.ts';

interface Begun {
  readonly session: Session;
  readonly intervention: Intervention | null;
  /** Null: a new turn. */
  readonly lastEventId: string | null;
}

type StreamCall = Call<'streamMessages'>;
/** The documented answers. A scenario may answer with any status; the type ignores that. */
type Documented = Awaited<ReturnType<Handler<'streamMessages'>>>;

/** `POST /api/v1/chat/{session_id}/messages/stream`: compiles the turn and performs it. */
export const streamMessages: Handler<'streamMessages'> = async (call) => {
  const { engine, world, intervention } = call;
  const session = findSession(call);
  if (!session) return unknownSession(engine);
  const lastEventId = readLastEventId(call);
  const refusal = refuse(call, { session, lastEventId });
  if (!refusal) return begin(call, { session, intervention, lastEventId });
  if (!world.running.has(session.id)) return refusal;
  const wait = () => untilOver(session.id, { world, wallClock: engine.wallClock });
  return engine.inputs.resume(call, wait, () => {
    const now = findSession(call);
    if (!now) return unknownSession(engine);
    const again = { session: now, intervention: intervention?.again() ?? null, lastEventId };
    return refuse(call, again) ?? begin(call, again);
  });
};

/**
 * Returns the refusal of a second turn while one is running, or of other indexes than the session is bound to; null if
 * the turn may begin.
 */
function refuse(
  call: StreamCall,
  { session, lastEventId }: { readonly session: Session; readonly lastEventId: string | null },
): WholeAnswer<409> | null {
  const { engine, world, body } = call;
  const isAlone = engine.choices.second_turn_while_running === 'reject' || lastEventId !== null;
  if (isAlone && world.running.has(session.id)) return conflict(call, 'A turn is already running in this session');
  if (lastEventId !== null) return null;
  const isOther = isLocked(session) && !sameSet(session.indexIds, body.index_ids);
  if (isOther && engine.choices.locked_index_ids === 'reject')
    return conflict(call, 'The indexes of this session are locked');
  return null;
}

function isLocked(session: Session): session is Session & { readonly indexIds: readonly string[] } {
  return session.turns > 0 && session.indexIds !== null;
}

/** Begins a turn, or continues one. A queued answer waits for the next turn that begins. */
async function begin(call: StreamCall, { session, intervention, lastEventId }: Begun): Promise<Documented> {
  if (lastEventId !== null) return resumeTurn(call, { session, lastEventId });
  const { engine, world, body } = call;
  admitTurn(call, world);
  const indexIds = isLocked(session) ? session.indexIds : body.index_ids;
  const facts = { prompt: body.prompt, turn: session.turns + 1, indexIds, sessionId: session.id };
  const random = world.random.fork('session', session.id).fork('turn', facts.turn).fork('prompt', body.prompt);
  const requireAllIndexes = body.require_all_indexes === true;
  const chosen = chooseScenario(engine, { session, facts, intervention, requireAllIndexes, random });
  const { given } = chosen;
  intervention?.take();
  call.chosen = chosen;
  const time = world.countAnswer(chosen.scenario);
  if (answersItself(given)) return (await answerScripted(given, call)) as Documented;
  const title =
    session.title ??
    (engine.choices.title_from_prompt === 'first_turn' ? makeTitle(body.prompt, engine.choices) : null);
  const input = {
    prompt: body.prompt,
    turn: facts.turn,
    time,
    skippedIndexIds: engine.indexes.unreachable(indexIds),
    before: session.use,
    edition: engine.edition,
    choices: engine.choices,
    random,
    frames: engine.frames,
    fill: given.steps ? unescapeBraces : asItIs,
  };
  const turn = new Turn(world, session, { prompt: body.prompt, indexIds, title, spend: call.spend });
  const record = world.streams.add({ sessionId: session.id, scenario: chosen.scenario, why: chosen.why });
  call.stream = record.id;
  const isTemplate = engine.library.isTemplate(given);
  const resumable = keepResumable(call, { chosen, turn, stream: record.id, input, indexIds, isTemplate });
  const running = new RunningTurn({ engine, world, request: call.request, input: call.input, turn, record, resumable });
  try {
    const actions = compileTurn(chosen.script, isTemplate ? { ...input, fill: (await engine.fill())() } : input);
    const go = () => decorate(answerWithTurn(call, { running, actions }), { script: given, exchange: call });
    return (await afterDelay(given, { exchange: call, go })) as Documented;
  } catch (error) {
    running.fail();
    throw error;
  }
}

/** The fill of a script that nobody wrote. */
function asItIs(text: string): string {
  return text;
}

function sameSet(a: readonly string[], b: readonly string[]): boolean {
  const [inA, inB] = [new Set(a), new Set(b)];
  return a.every((id) => inB.has(id)) && b.every((id) => inA.has(id));
}
