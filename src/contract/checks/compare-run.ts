import type { Exchange } from '../record/exchange.ts';
import { type CheckContext, type Finding, show } from '../verdict/check.ts';
import { eventsOf } from '../verdict/stream-verdict.ts';
import { type Fields, fillRun, finding, isFields, sameJson } from './select.ts';

/** Compares the `job_metadata` that a view shows with the last stop of a turn. */
export function compareRun(
  { exchange, view, turn }: { readonly exchange: Exchange; readonly view: Fields; readonly turn: Exchange | undefined },
  { spoiltFrames }: CheckContext,
): Finding[] {
  const place = turn && eventsOf(turn).findLast(({ value }) => isFields(value) && value['type'] === 'stop');
  if (turn && place && spoiltFrames(turn).has(place.frame)) return [];
  const stop = isFields(place?.value) ? place.value : undefined;
  const usage = isFields(stop?.['usage']) ? stop['usage'] : {};
  const told = fillRun(view['job_metadata']);
  if (!isFields(told)) return [finding(exchange, { at: '$.job_metadata', expected: show(usage), actual: show(told) })];
  const outcome = { is_error: stop?.['is_error'] ?? false, error: stop?.['error'] ?? null };
  const wanted = fillRun({ ...usage, ...outcome }) as Fields; // An object stays one.
  return ['total_input_tokens', 'total_output_tokens', 'turns', 'duration_ms', 'is_error', 'error']
    .filter((key) => !sameJson(wanted[key] ?? null, told[key] ?? null))
    .map((key) =>
      finding(exchange, {
        at: `$.job_metadata.${key}`,
        expected: `${show(wanted[key] ?? null)} as in the stop`,
        actual: show(told[key] ?? null),
      }),
    );
}
