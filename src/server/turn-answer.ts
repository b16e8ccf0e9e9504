import type { WireActions } from '../scenario/wire.ts';
import { errorAnswer, type Headers, type StreamAnswer, type WholeAnswer } from './answer.ts';
import type { Engine } from './engine.ts';
import type { RunningTurn } from './running-turn.ts';

/** The stream of a turn. */
export function answerWithTurn(
  { engine }: { readonly engine: Engine },
  { running, actions }: { readonly running: RunningTurn; readonly actions: WireActions },
): StreamAnswer<200> {
  return {
    status: 200,
    headers: streamHeaders(engine.choices),
    perform: (transport) => running.perform(actions, transport),
    fail: () => running.fail(),
  };
}

/** The refusal of a turn that the state of its session does not allow. */
export function conflict({ engine }: { readonly engine: Engine }, detail: string): WholeAnswer<409> {
  const { conflict_should_retry } = engine.choices;
  return errorAnswer(409, detail, conflict_should_retry === null ? {} : { 'x-should-retry': conflict_should_retry });
}

function streamHeaders(choices: Engine['choices']): Headers {
  return {
    'content-type': choices.stream_content_type,
    ...(choices.stream_cache_control !== null && { 'cache-control': choices.stream_cache_control }),
    ...(choices.stream_accel_buffering !== null && { 'x-accel-buffering': choices.stream_accel_buffering }),
    ...(choices.stream_connection === 'close' && { connection: 'close' }),
  };
}
