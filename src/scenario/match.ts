import type { CompilePattern } from '../runtime/pattern.ts';
import type { Scenario, When } from './schema.ts';

/** The facts of a turn that `when` can match. */
export interface TurnFacts {
  readonly prompt: string;
  readonly turn: number;
  readonly indexIds: readonly string[];
  readonly sessionId: string;
}

/** A scenario that answers by itself where its `when` holds. */
export interface ConditionalScenario {
  readonly scenario: Scenario;
  /** Whether all conditions hold. */
  matches(facts: TurnFacts): boolean;
}

/** Scenarios with `when`, most conditions first, then by name. Their patterns are compiled here, once. */
export function rankByWhen(
  scenarios: Iterable<Scenario>,
  compilePattern: CompilePattern,
): readonly ConditionalScenario[] {
  return [...scenarios]
    .filter(({ when }) => when !== undefined && Object.keys(when).length > 0)
    .sort((a, b) => conditions(b) - conditions(a) || (a.scenario < b.scenario ? -1 : 1))
    .map((scenario) => ({ scenario, matches: compileWhen(scenario.when ?? {}, compilePattern) }));
}

function conditions({ when }: Scenario): number {
  return Object.keys(when ?? {}).length;
}

function compileWhen(when: When, compilePattern: CompilePattern): ConditionalScenario['matches'] {
  const promptMatches = when.prompt === undefined ? () => true : compilePrompt(when.prompt, compilePattern);
  return (facts) =>
    promptMatches(facts.prompt) &&
    (when.turn === undefined || turnMatches(when.turn, facts.turn)) &&
    (when.session_id === undefined || when.session_id === facts.sessionId) &&
    (when.index_ids ?? []).every((id) => facts.indexIds.includes(id));
}

function compilePrompt(
  wanted: NonNullable<When['prompt']>,
  compilePattern: CompilePattern,
): (prompt: string) => boolean {
  if (typeof wanted === 'string') {
    const part = wanted.toLowerCase();
    return (prompt) => prompt.toLowerCase().includes(part);
  }
  return 'equals' in wanted ? (prompt) => prompt === wanted.equals : compilePattern(wanted);
}

function turnMatches(wanted: NonNullable<When['turn']>, turn: number): boolean {
  return typeof wanted === 'number' ? turn === wanted : turn >= wanted.from;
}
