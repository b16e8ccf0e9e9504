import { ChatMockError, joinProblems } from '../../runtime/errors.ts';
import { shorten } from '../../runtime/shorten.ts';
import type { Mismatch } from '../../world/request-match.ts';
import type { World } from '../../world/world.ts';
import type { Engine } from '../engine.ts';

/** The number of misses, or of other worlds, that an error names. */
export const NEAREST = 3;

/** Explains the likely mistake of a test that forgot the header X-Test-Id: its requests are in another world. */
export function elsewhere({ worlds }: Engine, here: World): string {
  if (here.journal.entries.length > 0) return '';
  const others = worlds.all().filter(({ journal }) => journal.entries.length > 0);
  if (others.length === 0) return '';
  const names = others.slice(-NEAREST).map(nameOf).join(', ');
  const more = others.length > NEAREST ? ` and ${others.length - NEAREST} more` : '';
  return ` This is ${nameOf(here)}; requests came in ${names}${more}. The header X-Test-Id says which world is meant.`;
}

function nameOf({ name }: World): string {
  return name === null ? 'the default world' : `world "${name}"`;
}

/** How many matches a wait needed, and its timeout. */
export interface Patience {
  readonly count: number;
  readonly timeoutMs: number;
}

/** Creates the error of a wait that timed out: how many matched, and the nearest misses. */
export function tooLate(
  what: string,
  {
    count,
    timeoutMs,
    matched,
    misses,
    elsewhere,
  }: Patience & {
    readonly matched: number;
    readonly elsewhere: string;
    readonly misses: readonly { readonly name: string; readonly mismatches: readonly Mismatch[] }[];
  },
): ChatMockError {
  const told = misses.map(({ name, mismatches }) => {
    const why = mismatches.map(
      ({ at, expected, actual }) => `${shorten(at, 200)} is ${show(actual)}, not ${show(expected)}`,
    );
    return `  ${name}: ${joinProblems(why)}`;
  });
  const near = told.length > 0 ? ` Nearest:\n${told.join('\n')}` : ` No other ${what} came.${elsewhere}`;
  return new ChatMockError(
    'timeout',
    `Failed to see ${count} such ${what}${count === 1 ? '' : 's'} within ${timeoutMs} ms: ${matched} came.${near}`,
  );
}

function show(value: unknown): string {
  return shorten(JSON.stringify(value), 200);
}
