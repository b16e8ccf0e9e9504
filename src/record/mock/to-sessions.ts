import { valueAt } from '../../contract/flow/values.ts';
import { type Exchange, isSuccess, isTurn, jsonOf } from '../../contract/record/exchange.ts';
import { FIXED_START_MICROS, formatMicros } from '../../runtime/timestamp.ts';
import { ESCAPED_BRACES } from '../../scenario/braces.ts';
import type { SessionFixture } from '../../scenario/fixture-schema.ts';
import type { Step } from '../../scenario/schema.ts';

/** A session as it was when the recording first showed it, and when that was. */
export interface MadeSession {
  readonly fixture: SessionFixture;
  /** As the service wrote it; the fixture has an earlier date, since time in data starts later. */
  readonly lastUpdatedAt: string | null;
}

interface Seen {
  readonly id: string;
  view: Readonly<Record<string, unknown>>;
  /** Its history before the first turn that was recorded; null: nobody asked for it. */
  events: readonly unknown[] | null;
  hasTurn: boolean;
}

const SECOND_MICROS = 1_000_000;

/** Makes the sessions that a recording shows, as they were before its first turn in them. */
export function toSessions(exchanges: readonly Exchange[]): MadeSession[] {
  const sessions = new Map<string, Seen>();
  for (const exchange of exchanges) {
    if (!isSuccess(exchange)) continue;
    for (const view of viewsIn(exchange)) look(sessions, view);
    if (isTurn(exchange) && exchange.sessionId !== null) {
      look(sessions, { session_id: exchange.sessionId });
      const seen = sessions.get(exchange.sessionId);
      if (seen) seen.hasTurn = true;
    }
  }
  const inOrder = [...sessions.values()].toSorted((a, b) => (dateOf(a) < dateOf(b) ? -1 : 1));
  return inOrder.map((seen, index) => {
    const atMicros = FIXED_START_MICROS - (inOrder.length - index) * SECOND_MICROS;
    return {
      fixture: toFixture(seen, formatMicros(atMicros, 'naive_microseconds')),
      lastUpdatedAt: dateOf(seen) || null,
    };
  });
}

type View = Readonly<Record<string, unknown>>;

function viewsIn(exchange: Exchange): View[] {
  const json = jsonOf(exchange);
  if (exchange.operation === 'listSessions') {
    const items = valueAt(json, '$.items');
    return Array.isArray(items) ? items.filter(isView) : [];
  }
  return isView(json) ? [json] : [];
}

function isView(value: unknown): value is View {
  return typeof value === 'object' && value !== null && 'session_id' in value && typeof value.session_id === 'string';
}

/** The first view of a session counts; its history as long as no turn was recorded. */
function look(sessions: Map<string, Seen>, view: View): void {
  const id = String(view['session_id']);
  const seen = sessions.get(id) ?? { id, view, events: null, hasTurn: false };
  sessions.set(id, seen);
  if (seen.hasTurn) return;
  if (Object.keys(seen.view).length === 1) seen.view = view;
  if (Array.isArray(view['events'])) seen.events ??= view['events'];
}

function dateOf({ view }: Seen): string {
  return typeof view['last_updated_at'] === 'string' ? view['last_updated_at'] : '';
}

function toFixture({ id, view, events }: Seen, lastUpdatedAt: string): SessionFixture {
  const { generated_title: title, index_ids: indexIds, shared_access: shared } = view;
  return {
    session_id: id,
    ...(typeof title === 'string' && { title }),
    ...(isTexts(indexIds) && { index_ids: indexIds.slice(0, 10) }),
    ...((shared === 'read_only' || shared === 'query') && { shared_access: shared }),
    last_updated_at: lastUpdatedAt,
    ...(events !== null && events.length > 0 && { turns: toTurns(events) }),
  };
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

/** The turns of a history: each begins with what the user said. */
function toTurns(events: readonly unknown[]): NonNullable<SessionFixture['turns']> {
  const turns: { prompt: string; steps: Step[] }[] = [];
  for (const event of events) {
    if (valueAt(event, '$.type') === 'user_input')
      turns.push({ prompt: String(valueAt(event, '$.content')).replaceAll('{{', ESCAPED_BRACES), steps: [] });
    // An object of the service's history; the schema of the file looks at it.
    else turns.at(-1)?.steps.push({ event: event as Extract<Step, { event: unknown }>['event'] });
  }
  return turns.map(({ prompt, steps }) => (steps.length > 0 ? { prompt, steps } : { prompt }));
}
