import { shorten } from '../runtime/shorten.ts';

/** The rules for the order of a turn's events, each with its requirement. */
export const turnRules = {
  'stream.events-valid': 'An event MUST be one of the eight types, with every key that its type requires.',
  'stream.ends-once': 'A turn MUST have exactly one stop event, and it MUST be the last.',
  'stream.text-adds-up':
    'A complete text MUST equal the text deltas since the previous complete text, if there are any.',
  'stream.thinking-adds-up':
    'A complete thinking MUST equal the thinking deltas since the previous one, if there are any.',
  'stream.deltas-closed': 'Deltas MUST be followed by their complete event before a stop without error.',
  'stream.call-ids-unique': 'A call_id MUST be unique within its turn.',
  'stream.results-pair':
    'A tool_result MUST answer an earlier, unanswered tool_call of its turn with the same call_id and name.',
  'stream.calls-answered': 'Every tool_call MUST have its tool_result before a stop without error.',
} as const;
/** The id of a rule that a turn must keep. */
export type TurnRule = keyof typeof turnRules;

/** The ids of all rules of a turn. */
export const turnRuleIds = Object.keys(turnRules) as [TurnRule, ...TurnRule[]]; // The keys of the table.

/** A rule that a turn breaks, and the event that breaks it. */
export interface TurnFault {
  readonly rule: TurnRule;
  readonly message: string;
  /** The position of the event that breaks the rule. */
  readonly index: number;
}

interface AnyEvent {
  readonly type: string;
  readonly [key: string]: unknown;
}

/** Returns every rule that a turn's events break, in order. */
export function checkTurn(events: readonly AnyEvent[]): TurnFault[] {
  const faults: TurnFault[] = [];
  /** The text of open deltas; null if there are none (an empty delta counts as one). */
  const open: Record<'text' | 'thinking', string | null> = { text: null, thinking: null };
  const calls = new Map<unknown, { readonly name: unknown; answered: boolean }>();
  /** Unanswered calls; each is reported once, at the first stop. */
  const unanswered = new Set<unknown>();
  for (const [index, event] of events.entries()) {
    const add = (rule: TurnRule, message: string) => faults.push({ rule, message, index });
    if (event.type === 'text_delta' || event.type === 'thinking_delta') {
      const type = event.type === 'text_delta' ? 'text' : 'thinking';
      open[type] = (open[type] ?? '') + String(event['content']);
    } else if (event.type === 'text' || event.type === 'thinking') {
      const { type } = event;
      if (open[type] !== null && open[type] !== event['content'])
        add(`stream.${type}-adds-up`, `its deltas say ${shorten(JSON.stringify(open[type]), 200)}`);
      open[type] = null;
    } else if (event.type === 'tool_call') {
      if (calls.has(event['call_id'])) add('stream.call-ids-unique', `${nameOf(event['call_id'])} was called before`);
      calls.set(event['call_id'], { name: event['name'], answered: false });
      unanswered.add(event['call_id']);
    } else if (event.type === 'tool_result') {
      const call = calls.get(event['call_id']);
      if (!call || call.answered || call.name !== event['name'])
        add('stream.results-pair', `no open call ${nameOf(event['call_id'])} of ${nameOf(event['name'])}`);
      else {
        call.answered = true;
        unanswered.delete(event['call_id']);
      }
    } else if (event.type === 'stop') {
      if (index !== events.length - 1) add('stream.ends-once', 'events follow the stop');
      if (event['is_error'] === true) continue;
      if (open.text !== null || open.thinking !== null) add('stream.deltas-closed', 'deltas have no complete event');
      for (const id of unanswered) add('stream.calls-answered', `${nameOf(id)} has no result`);
      unanswered.clear();
    }
  }
  if (!events.some(({ type }) => type === 'stop'))
    faults.push({ rule: 'stream.ends-once', message: 'there is no stop', index: events.length });
  return faults;
}

function nameOf(value: unknown): string {
  return shorten(String(value));
}
