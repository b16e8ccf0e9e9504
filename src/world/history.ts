import type { Choices } from '../api/choices.ts';
import type { Event } from '../api/events.ts';

/**
 * What history holds of a turn: the prompt, then its complete events. Deltas repeat those, so they stay only
 * where the turn broke (or as the choice says). A fold over what was sent, whatever the turn's fate.
 */
export function turnHistory(
  prompt: string,
  sent: readonly Event[],
  { broke, deltas }: { readonly broke: boolean; readonly deltas: Choices['deltas_in_history'] },
): readonly Event[] {
  const keep = deltas === 'always' || (deltas === 'when_broken' && broke);
  const rest = sent.filter(
    (event) =>
      event.type !== 'user_input' && (keep || (event.type !== 'text_delta' && event.type !== 'thinking_delta')),
  );
  return [{ type: 'user_input', content: prompt }, ...rest];
}
