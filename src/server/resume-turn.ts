import { shorten } from '../runtime/shorten.ts';
import { compileTurn } from '../scenario/compile.ts';
import { eventIdPrefix, readEventId } from '../scenario/event-ids.ts';
import { ReplayedTurn } from '../world/replayed-turn.ts';
import type { ResumableTurn, TurnRecipe } from '../world/resumable-turns.ts';
import type { Session } from '../world/session.ts';
import { Turn } from '../world/turn.ts';
import { admitTurn } from './admit.ts';
import type { StreamAnswer, WholeAnswer } from './answer.ts';
import type { Chosen } from './choose-scenario.ts';
import { decorate } from './faulty-answer.ts';
import type { Call } from './handler.ts';
import { type Resumable, RunningTurn } from './running-turn.ts';
import { answerWithTurn, conflict } from './turn-answer.ts';

type StreamCall = Call<'streamMessages'>;

interface Beginning
  extends Pick<TurnRecipe, 'input' | 'indexIds' | 'isTemplate'>,
    Pick<ResumableTurn, 'turn' | 'stream'> {
  readonly chosen: Chosen;
}

/** The id of the last event that the client got; null if it resumes nothing, or the choice `sse_resume` is off. */
export function readLastEventId({ engine, request }: StreamCall): string | null {
  return engine.choices.sse_resume ? request.header('last-event-id')?.trim() || null : null;
}

/** Keeps a turn that begins, so that it can be resumed; null if the choice `sse_resume` is off. */
export function keepResumable(
  { engine, world }: StreamCall,
  { chosen, turn, stream, input, indexIds, isTemplate }: Beginning,
): Resumable | null {
  if (!engine.choices.sse_resume) return null;
  const { scenario, script, given } = chosen;
  const recipe = { sessionId: turn.sessionId, scenario, script, headers: given.headers, input, indexIds, isTemplate };
  const entry: ResumableTurn = { recipe, turn, stream, sentEvents: 0, outcomes: [], hasEnded: false, endedMs: null };
  world.resumable.keep(entry);
  return { entry, skippedEvents: 0 };
}

/**
 * Continues the newest turn of a session after the event with this id. An unfinished turn goes on in its session; a
 * finished one is only sent again. Everything else about the turn is as it was: its scenario, and its holds so far.
 */
export async function resumeTurn(
  call: StreamCall,
  { session, lastEventId }: { readonly session: Session; readonly lastEventId: string },
): Promise<StreamAnswer<200> | WholeAnswer<409>> {
  const { engine, world, request } = call;
  const found = find(call, { session, lastEventId });
  if ('refusal' in found) return conflict(call, found.refusal);
  const { entry, events } = found;
  admitTurn(call, world);
  const { recipe, outcomes } = entry;
  const turn = takeUp(call, entry);
  if (!turn) return conflict(call, unknownId(lastEventId));
  const why = `resumed after event ${events} of stream ${entry.stream}`;
  const record = world.streams.add({ sessionId: session.id, scenario: recipe.scenario, why });
  call.chosen = { scenario: recipe.scenario, why };
  call.stream = record.id;
  entry.stream = record.id;
  const resumable = { entry, skippedEvents: events };
  const running = new RunningTurn({ engine, world, request, input: call.input, turn, record, resumable });
  try {
    const input = recipe.isTemplate ? { ...recipe.input, fill: (await engine.fill())() } : recipe.input;
    const script = entry.hasEnded ? { ...recipe.script, ends: undefined } : recipe.script;
    const actions = compileTurn(script, input, {
      events,
      outcomes,
      onWrite: (write) => turn.sent(write, 0),
      onHolds: (count) => {
        entry.outcomes = outcomes.slice(0, count);
      },
    });
    const answer = answerWithTurn(call, { running, actions });
    return decorate(answer, { script: { headers: recipe.headers }, exchange: call }) as StreamAnswer<200>; // Only its headers change.
  } catch (error) {
    running.fail();
    throw error;
  }
}

function find(
  { engine, world, body }: StreamCall,
  { session, lastEventId }: { readonly session: Session; readonly lastEventId: string },
): { readonly entry: ResumableTurn; readonly events: number } | { readonly refusal: string } {
  const entry = world.resumable.find(session.id, engine.inputs.nowMicros() / 1000);
  const events = entry && readEventId(lastEventId, eventIdPrefix(entry.recipe.input));
  if (!entry || events === null || events > entry.sentEvents || entry.turn.isTakenBack)
    return { refusal: unknownId(lastEventId) };
  if (body.prompt !== entry.recipe.input.prompt)
    return { refusal: 'Last-Event-ID resumes a turn with another prompt. Send its prompt, or no Last-Event-ID.' };
  return { entry, events };
}

/** What takes the events of the rest; null if the session has no such turn any more. */
function takeUp({ world, spend }: StreamCall, entry: ResumableTurn): Turn | ReplayedTurn | null {
  const { sessionId, indexIds, input } = entry.recipe;
  if (entry.turn.isComplete) return new ReplayedTurn(world, sessionId);
  const before = entry.turn.withdraw();
  if (!before) return null;
  entry.turn = new Turn(world, before, { prompt: input.prompt, indexIds, title: before.title, spend });
  return entry.turn;
}

function unknownId(id: string): string {
  return `Last-Event-ID "${shorten(id)}" is unknown: it is none of the newest turn of this session, or that turn can no longer be resumed. Send the prompt without Last-Event-ID.`;
}
