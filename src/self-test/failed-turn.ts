import { inJson, type Json, type Meddle } from './meddle.ts';

/** Whether a turn asks for the index that no server has. */
export const asksForNoIndex = (body: unknown): boolean => JSON.stringify(body ?? null).includes('no-such-index');

/** A turn with an unknown index fails, and is kept so; `job` makes the job metadata of it. */
export function failingTurn(job: (good: Json, error: string) => Json): Meddle {
  const error = 'The index is gone.';
  const stop = { type: 'stop', usage: {}, is_error: true, error };
  const inViews = inJson(
    ['getSession', 'getSessionSummary', 'listSessions', 'generateSessionTitle'],
    (json, { memory }) => {
      const retell = (session: Json): Json => {
        if (!memory.has(session.session_id)) return session;
        const at = (session.events ?? []).findIndex(({ type }: Json) => type === 'stop');
        const events = session.events && [session.events[0], stop, ...session.events.slice(at + 1)];
        // Once another turn came, that one is the last.
        const isLast = session.job_metadata.turns === memory.get(session.session_id);
        return {
          ...session,
          ...(events && { events }),
          ...(isLast && { job_metadata: job(session.job_metadata, error) }),
        };
      };
      return 'items' in json ? { ...json, items: json.items.map(retell) } : retell(json);
    },
  );
  return async (hop) => {
    if (hop.operation !== 'streamMessages' || !asksForNoIndex(hop.body)) return inViews(hop);
    const response = await hop.next();
    if (!response.ok || hop.sessionId === null) return response;
    const [, turns = '1'] = /"turns":(\d+)/.exec(await response.text()) ?? [];
    hop.memory.set(hop.sessionId, Number(turns));
    return new Response(`event: message\ndata: ${JSON.stringify(stop)}\n\n`, {
      headers: { 'content-type': 'text/event-stream' },
    });
  };
}
