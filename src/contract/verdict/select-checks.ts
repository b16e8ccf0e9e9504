import { ChatMockError } from '../../runtime/errors.ts';
import { didYouMean } from '../../runtime/suggest.ts';
import type { Check } from './check.ts';

/** Globs of check ids to run and to skip. */
export interface Selection {
  readonly only: readonly string[];
  readonly skip: readonly string[];
}

/**
 * Returns the checks that globs of ids select. Throws ChatMockError `usage` for a glob that matches no check, and where
 * none is left.
 *
 * @example
 * const chosen = selectChecks(checks, { only: ['stream.*'], skip: ['stream.incremental'] });
 */
export function selectChecks(all: readonly Check[], { only, skip }: Selection): readonly Check[] {
  for (const glob of [...only, ...skip]) if (!all.some(({ id }) => fits(glob, id))) throw noMatch(glob, all);
  const chosen = all.filter(
    ({ id }) => (only.length === 0 || only.some((glob) => fits(glob, id))) && !skip.some((glob) => fits(glob, id)),
  );
  if (chosen.length === 0)
    throw new ChatMockError('usage', 'Failed to choose checks: --skip leaves none of those chosen. Skip fewer.');
  return chosen;
}

/** Prerequisites before what depends on them, else in the order of the table. */
export function withPrerequisites(chosen: readonly Check[], all: readonly Check[]): readonly Check[] {
  const ordered = new Set<Check>();
  const add = (check: Check) => {
    for (const id of check.requires ?? []) {
      const before = all.find((one) => one.id === id);
      if (before && !ordered.has(before)) add(before);
    }
    ordered.add(check);
  };
  for (const check of chosen) add(check);
  return [...ordered];
}

/** `stream.*` fits every id that starts so; without a star only the id itself. */
export function fits(glob: string, id: string): boolean {
  const [first = '', ...rest] = glob.split('*');
  const last = rest.pop();
  if (last === undefined) return glob === id;
  const end = id.length - last.length;
  if (!id.startsWith(first) || !id.endsWith(last) || end < first.length) return false;
  // Part by part, each where it comes first: an expression would try all places of many stars.
  let position = first.length;
  for (const part of rest) {
    const at = id.indexOf(part, position);
    if (at === -1 || at + part.length > end) return false;
    position = at + part.length;
  }
  return true;
}

function noMatch(glob: string, all: readonly Check[]): ChatMockError {
  const ids = all.map(({ id }) => id);
  return new ChatMockError(
    'usage',
    `Failed to choose checks: none is called "${glob}"${didYouMean(glob, ids) || '.'} See chat-mock verify --list.`,
  );
}
