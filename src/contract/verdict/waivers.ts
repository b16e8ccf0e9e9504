import { z } from 'zod';
import { readDocument } from '../../runtime/document.ts';
import { ChatMockError, type Problem } from '../../runtime/errors.ts';
import { didYouMean } from '../../runtime/suggest.ts';
import type { CheckReport } from './report.ts';

const Waiver = z.strictObject({
  check: z.string().describe('The id of the check that is known to fail.'),
  reason: z.string().min(1),
  owner: z.string().min(1).describe('Who answers for it.'),
  expires: z.iso.date().describe('The last day it holds.'),
});
/** A failure that is accepted until a date. */
export type Waiver = z.infer<typeof Waiver>;

/** A file of failures that are known and expected for a while. */
export const WaiverFile = z.strictObject({ waivers: z.array(Waiver).min(1) });

/**
 * Reads a waivers file; returns its waivers, or every problem of the file.
 *
 * @example
 * const reading = parseWaivers({ file: 'waivers.yaml', text });
 * if ('value' in reading) for await (const event of verify({ url, waivers: reading.value })) console.log(event.type);
 */
export function parseWaivers(source: {
  readonly file: string;
  readonly text: string;
}): { readonly value: readonly Waiver[] } | { readonly problems: readonly Problem[] } {
  const reading = readDocument({ ...source, schema: WaiverFile });
  return 'problems' in reading ? reading : { value: reading.value.waivers };
}

/** The reports with waivers applied, and the problems of the waivers. */
export interface Waived {
  readonly checks: readonly CheckReport[];
  /** What is wrong with the waivers; each fails the run. */
  readonly problems: readonly string[];
}

/**
 * Excuses known failures. A waiver that is over, or whose check passes now, is itself a failure: it would eat the next
 * one.
 */
export function applyWaivers(
  checks: readonly CheckReport[],
  { waivers, today }: { readonly waivers: readonly Waiver[]; readonly today: string },
): Waived {
  const problems: string[] = [];
  const excused = new Set<string>();
  for (const { check, owner, expires } of waivers) {
    const verdict = checks.find(({ id }) => id === check)?.verdict;
    const who = `The waiver for ${check} (${owner})`;
    if (expires < today) problems.push(`${who} was over on ${expires}. Mend the server, or agree on a new date.`);
    else if (verdict === 'passed') problems.push(`${who} is stale: the check passes now. Remove it.`);
    else if (verdict === 'failed' || verdict === 'flaky') excused.add(check);
  }
  return {
    checks: checks.map((one) => (excused.has(one.id) ? { ...one, verdict: 'waived' as const } : one)),
    problems,
  };
}

/** A waiver for a check that does not exist waives nothing. */
export function checkWaivers(waivers: readonly Waiver[], ids: readonly string[]): void {
  for (const { check } of waivers) {
    if (ids.includes(check)) continue;
    throw new ChatMockError(
      'usage',
      `Failed to read the waivers: there is no check "${check}"${didYouMean(check, ids) || '.'} See chat-mock verify --list.`,
    );
  }
}
