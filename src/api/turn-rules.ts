/**
 * The rules of a turn, each with its requirement. A scenario file keeps them unless it says otherwise, and the contract
 * has a check of the same name for each.
 */
export const turnRules = {
  'stream.event-schema': 'Every event MUST match the schema of its type in this edition, including `type`.',
  'stream.ends-once': 'A stream MUST have exactly one stop event, and it MUST be the last.',
  'stream.text-adds-up':
    'A complete text MUST equal the text deltas since the previous complete text, if there are any.',
  'stream.thinking-adds-up':
    'A complete thinking MUST equal the thinking deltas since the previous complete thinking, if there are any.',
  'stream.deltas-closed': 'Text deltas MUST be followed by their complete text before a stop without error.',
  'stream.call-ids-unique': 'A call_id MUST be unique within its turn.',
  'stream.results-pair':
    'A tool_result MUST answer an earlier, unanswered tool_call of its turn with the same call_id and name.',
  'stream.calls-answered': 'Every tool_call MUST have its tool_result before a stop without error.',
} as const;
/** The id of a rule that a turn must keep. */
export type TurnRule = keyof typeof turnRules;

/** The ids of all rules of a turn. */
export const turnRuleIds = Object.keys(turnRules) as [TurnRule, ...TurnRule[]]; // The keys of the table.

/** A rule as its check states it: the same id and requirement, from the table. */
export function turnRule<Id extends TurnRule>(id: Id): { readonly id: Id; readonly requirement: string } {
  return { id, requirement: turnRules[id] };
}
