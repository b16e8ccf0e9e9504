import type { TurnRule } from '../api/turn-rules.ts';
import { shorten } from '../runtime/shorten.ts';

/** A rule that a turn breaks, and the event that breaks it. */
export interface TurnBreach {
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
export function checkTurn(events: readonly AnyEvent[]): TurnBreach[] {
  const breaches: TurnBreach[] = [];
  /** The text of open deltas; null if there are none (an empty delta counts as one). */
  const open: Record<'text' | 'thinking', string | null> = { text: null, thinking: null };
  const calls = new Map<unknown, { readonly name: unknown; answered: boolean }>();
  /** Unanswered calls; each is reported once, at the first stop. */
  const unanswered = new Set<unknown>();
  for (const [index, event] of events.entries()) {
    const add = (rule: TurnRule, message: string) => breaches.push({ rule, message, index });
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
      // Thinking may be streamed without ever being sent as a whole.
      if (open.text !== null) add('stream.deltas-closed', 'text deltas have no complete text');
      for (const id of unanswered) add('stream.calls-answered', `${nameOf(id)} has no result`);
      unanswered.clear();
    }
  }
  if (!events.some(({ type }) => type === 'stop'))
    breaches.push({ rule: 'stream.ends-once', message: 'there is no stop', index: events.length });
  return breaches;
}

function nameOf(value: unknown): string {
  return shorten(String(value));
}
