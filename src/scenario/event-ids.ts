import type { Choices } from '../api/choices.ts';
import type { Random } from '../runtime/random.ts';

const TURN_LENGTH = 8;

/**
 * What the `id:` lines of a turn begin with where a client may resume it: a name of the turn, so that an id of another
 * turn is noticed. Empty where the ids only count.
 */
export function eventIdPrefix({ choices, random }: { readonly choices: Choices; readonly random: Random }): string {
  return choices.sse_resume ? `${random.fork('event ids').text(TURN_LENGTH)}-` : '';
}

/** The number of the event that an id with this prefix names, from 1; null if the id has another form. */
export function readEventId(id: string, prefix: string): number | null {
  const digits = id.startsWith(prefix) ? id.slice(prefix.length) : '';
  return /^[1-9]\d{0,8}$/.test(digits) ? Number(digits) : null;
}
