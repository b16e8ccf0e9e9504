import type { Scenario, When } from './schema.ts';

/** The facts of a turn that `when` can match. */
export interface TurnFacts {
  readonly prompt: string;
  readonly turn: number;
  readonly indexIds: readonly string[];
  readonly sessionId: string;
}

/** Scenarios with `when`, most conditions first, then by name. */
export function rankByWhen(scenarios: Iterable<Scenario>): readonly Scenario[] {
  return [...scenarios]
    .filter(({ when }) => when !== undefined && Object.keys(when).length > 0)
    .sort((a, b) => conditions(b) - conditions(a) || (a.scenario < b.scenario ? -1 : 1));
}

function conditions({ when }: Scenario): number {
  return Object.keys(when ?? {}).length;
}

/** Returns whether all conditions hold. */
export function matches(when: When, facts: TurnFacts): boolean {
  return (
    (when.prompt === undefined || promptMatches(when.prompt, facts.prompt)) &&
    (when.turn === undefined || turnMatches(when.turn, facts.turn)) &&
    (when.session_id === undefined || when.session_id === facts.sessionId) &&
    (when.index_ids ?? []).every((id) => facts.indexIds.includes(id))
  );
}

function promptMatches(wanted: NonNullable<When['prompt']>, prompt: string): boolean {
  if (typeof wanted === 'string') return prompt.toLowerCase().includes(wanted.toLowerCase());
  if ('equals' in wanted) return prompt === wanted.equals;
  return new RegExp(wanted.regex, wanted.flags).test(prompt);
}

function turnMatches(wanted: NonNullable<When['turn']>, turn: number): boolean {
  return typeof wanted === 'number' ? turn === wanted : turn >= wanted.from;
}
