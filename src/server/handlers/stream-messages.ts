import { compileTurn } from '../../scenario/compile.ts';
import { Turn } from '../../world/turn.ts';
import { type Headers, problem, type StreamAnswer, type WholeAnswer } from '../answer.ts';
import { type Chosen, chooseScenario } from '../choose-scenario.ts';
import { findSession } from '../find-session.ts';
import type { Call, Handler } from '../handler.ts';
import { perform } from '../perform.ts';
import { makeTitle } from '../title.ts';
import { unknownSession } from './one-session.ts';

type StreamCall = Call<'streamMessages'>;

export const streamMessages: Handler<'streamMessages'> = async (call) => {
  const { engine, world, request, body } = call;
  const session = findSession(call);
  if (!session) return unknownSession(engine);
  if (
    engine.choices.second_turn_while_running === 'reject' &&
    [...world.running].some((turn) => turn.sessionId === session.id)
  ) {
    return conflict(call, 'A turn is already running in this session');
  }
  const isLocked = session.turns > 0 && session.indexIds !== null;
  if (isLocked && engine.choices.locked_index_ids === 'reject' && !sameSet(session.indexIds, body.index_ids)) {
    return conflict(call, 'The indexes of this session are locked');
  }
  const indexIds = isLocked ? session.indexIds : body.index_ids;
  const facts = { prompt: body.prompt, turn: session.turns + 1, indexIds, sessionId: session.id };
  const random = world.random.fork('session', session.id).fork('turn', facts.turn).fork('prompt', body.prompt);
  const requireAllIndexes = body.require_all_indexes === true;
  const chosen = chooseScenario(engine, {
    session,
    facts,
    header: request.header('x-mock-scenario'),
    requireAllIndexes,
    random,
  });
  if ('unknown' in chosen) {
    return problem(
      404,
      `Unknown scenario "${chosen.unknown}" in X-Mock-Scenario. Known: ${[...engine.scenarios.keys()].join(', ')}.`,
    );
  }
  call.exchange.chosen = chosen;
  const title =
    session.title ??
    (engine.choices.title_from_prompt === 'first_turn' ? makeTitle(body.prompt, engine.choices) : null);
  const fill = chosen.isTemplate ? await engine.fill() : (text: string) => text;
  const actions = compileTurn(chosen.script, {
    prompt: body.prompt,
    turn: facts.turn,
    skippedIndexIds: engine.indexes.unreachable(indexIds),
    before: session.use,
    edition: engine.edition,
    choices: engine.choices,
    random,
    encoded: engine.encodedFrames,
    fill,
  });
  const turn = new Turn(world, session, { prompt: body.prompt, indexIds, title });
  return answerWithTurn(call, { turn, actions, chosen });
};

function answerWithTurn(
  { engine, world, request }: StreamCall,
  {
    turn,
    actions,
    chosen,
  }: { readonly turn: Turn; readonly actions: ReturnType<typeof compileTurn>; readonly chosen: Chosen },
): StreamAnswer<200> {
  const startMs = engine.wallClock.now();
  let sentBytes = 0;
  return {
    status: 200,
    headers: streamHeaders(engine.choices),
    perform: (transport) => {
      const stop = perform(
        {
          actions,
          clock: engine.clock,
          onBytes: ({ bytes, event }, elapsedMs) => {
            sentBytes += bytes.byteLength;
            if (event) turn.sent(event, elapsedMs);
          },
          onEnd: (how, elapsedMs) => {
            engine.streams.delete(turn);
            if (how === 'client_left' && engine.choices.on_client_abort === 'finish')
              finishUnseen(turn, actions, elapsedMs);
            const end = turn.end(how, elapsedMs);
            engine.onActivity?.({
              kind: 'stream',
              method: request.method,
              path: request.path,
              world: world.name,
              operation: 'streamMessages',
              sessionId: turn.sessionId,
              scenario: chosen.scenario,
              events: turn.eventCount,
              bytes: sentBytes,
              durationMs: engine.wallClock.now() - startMs,
              end,
            });
          },
        },
        transport,
      );
      if (world.running.has(turn)) engine.streams.set(turn, stop);
    },
  };
}

/** The rest of the turn as if somebody had listened. */
function finishUnseen(turn: Turn, actions: ReturnType<typeof compileTurn>, fromMs: number): void {
  let elapsedMs = fromMs;
  for (const action of actions) {
    if (action.kind === 'wait') elapsedMs += action.ms;
    if (action.kind === 'bytes' && action.event) turn.sent(action.event, elapsedMs);
  }
}

function streamHeaders(choices: StreamCall['engine']['choices']): Headers {
  return {
    'content-type': choices.stream_content_type,
    ...(choices.stream_cache_control !== null && { 'cache-control': choices.stream_cache_control }),
    ...(choices.stream_accel_buffering !== null && { 'x-accel-buffering': choices.stream_accel_buffering }),
    ...(choices.stream_connection === 'close' && { connection: 'close' }),
  };
}

function conflict({ engine }: StreamCall, detail: string): WholeAnswer<409> {
  const { conflict_should_retry } = engine.choices;
  return problem(409, detail, conflict_should_retry === null ? {} : { 'x-should-retry': conflict_should_retry });
}

function sameSet(a: readonly string[], b: readonly string[]): boolean {
  return a.every((id) => b.includes(id)) && b.every((id) => a.includes(id));
}
