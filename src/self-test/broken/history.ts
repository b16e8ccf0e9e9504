import { inJson, type Json, type Meddle } from '../meddle.ts';
import { eachEvent } from '../meddle-stream.ts';
import { type BrokenMock, breaking } from './broken-mock.ts';

const detail = ['getSession'] as const;

/** Changes the history of sessions with at least `turns` turns. */
const inHistory = (edit: (events: Json[], json: Json) => Json[], turns = 1): Meddle =>
  inJson(detail, (json) => {
    const count = json.events.filter(({ type }: Json) => type === 'user_input').length;
    return count >= turns ? { ...json, events: edit(json.events, json) } : json;
  });
const eachOf = (type: string, edit: (event: Json) => Json | null) =>
  inHistory((events) =>
    events.map((event) => (event.type === type ? edit(event) : event)).filter((event) => event !== null),
  );
const inItems = (edit: (item: Json) => Json): Meddle =>
  inJson(['listSessions'], (json) => ({ ...json, items: json.items.map(edit) }));
const inJob = (change: (job: Json) => Json): Meddle =>
  inJson(detail, (json) => (json.job_metadata ? { ...json, job_metadata: change(json.job_metadata) } : json));
/** The position at which the second turn begins. */
const secondTurn = (events: readonly Json[]) => events.findLastIndex(({ type }) => type === 'user_input');
const notOfAborted = (events: readonly Json[]) => events.some(({ type }) => type === 'stop');

/** Mocks that break history, titles and metadata. */
export const brokenHistories: readonly BrokenMock[] = [
  ...breaking('history.equals-stream', {
    'results are not kept': eachOf('tool_result', () => null),
    'the thinking is not kept': eachOf('thinking', () => null),
    'the stop is not kept': eachOf('stop', () => null),
    'the text is cut at 100 characters': eachOf('text', (event) => ({
      ...event,
      content: event.content.slice(0, 100),
    })),
    'results change places with calls': inHistory((events) =>
      events.map((event, index) =>
        event.type === 'tool_call' ? events[index + 1] : event.type === 'tool_result' ? events[index - 1] : event,
      ),
    ),
    'arguments are emptied': eachOf('tool_call', (event) => ({ ...event, arguments: {} })),
    'an event is kept twice': inHistory((events) =>
      events.flatMap((event) => (event.type === 'text' ? [event, event] : [event])),
    ),
    'the history comes later than the stop': inHistory((events) =>
      notOfAborted(events) ? events.slice(0, 1) : events,
    ),
    'the stream tells another text than is kept': eachEvent('tool_result', (event) => ({
      ...event,
      result: [event.result],
    })),
  }),
  ...breaking('history.prompt-as-sent', {
    'the prompt is trimmed to one line': eachOf('user_input', (event) => ({
      ...event,
      content: event.content.split('\n')[0],
    })),
    'the prompt loses what is not ASCII': eachOf('user_input', (event) => ({
      ...event,
      content: event.content.replaceAll(/[^\n -~]/g, '?'),
    })),
    'the prompt is escaped for HTML': eachOf('user_input', (event) => ({
      ...event,
      content: event.content.replaceAll('"', '&quot;'),
    })),
    'the prompt loses the blanks around it': eachOf('user_input', (event) => ({
      ...event,
      content: event.content.trim(),
    })),
    'the prompt is normalised': eachOf('user_input', (event) => ({ ...event, content: event.content.normalize() })),
    'the prompt loses its backslashes': eachOf('user_input', (event) => ({
      ...event,
      content: event.content.replaceAll('\\', ''),
    })),
    'a line separator of the prompt becomes a line break': eachOf('user_input', (event) => ({
      ...event,
      content: event.content.replaceAll('\u2028', '\n'),
    })),
    'the prompt is cut at 500 characters': eachOf('user_input', (event) => ({
      ...event,
      content: event.content.slice(0, 500),
    })),
    'the prompt is not kept': inHistory((events) => (secondTurn(events) === 0 ? events.slice(1) : events)),
  }),
  ...breaking('history.prompt-as-sent', {
    'the prompt comes last': inHistory((events) =>
      secondTurn(events) === 0 && notOfAborted(events) ? [...events.slice(1), ...events.slice(0, 1)] : events,
    ),
    'the prompt is kept twice': inHistory((events) =>
      events.flatMap((event) => (event.type === 'user_input' ? [event, event] : [event])),
    ),
  }),
  ...breaking(
    'history.prompt-as-sent',
    { 'an empty prompt is not kept': inHistory((events) => events.filter(({ content }) => content !== '')) },
    { verify: { profile: 'full', only: ['history.*'] } },
  ),
  ...breaking('history.second-turn-appends', {
    'the second prompt comes last': inHistory((events) => {
      const at = secondTurn(events);
      return [...events.slice(0, at), ...events.slice(at + 1), events[at]];
    }, 2),
    'both prompts come first': inHistory(
      (events) => events.toSorted((a, b) => Number(b.type === 'user_input') - Number(a.type === 'user_input')),
      2,
    ),
    'the second turn takes the place of the first': inHistory((events) => events.slice(secondTurn(events)), 2),
    'the second turn comes before the first': inHistory(
      (events) => [...events.slice(secondTurn(events)), ...events.slice(0, secondTurn(events))],
      2,
    ),
    'the second turn has no prompt': inHistory(
      (events) => events.filter((_, index) => index !== secondTurn(events)),
      2,
    ),
  }),
  ...breaking('history.job-metadata', {
    'job_metadata is null': inJob(() => null),
    'tokens are other ones': inJob((job) => ({ ...job, total_output_tokens: (job.total_output_tokens ?? 0) + 1 })),
    'turns is always 1': inJob((job) => ({ ...job, turns: 1 })),
    'duration_ms is in seconds': inJob((job) => ({ ...job, duration_ms: job.duration_ms / 1000 })),
    'a good run is told as failed': inJob((job) => ({ ...job, is_error: true })),
  }),
  ...breaking('history.views-agree', {
    'summary knows of no run': inJson(['getSessionSummary'], (json) => ({ ...json, job_metadata: null })),
    'the list tells of no run': inItems((item) => ({ ...item, job_metadata: null })),
    'the summary tells the cost of the first run': inJson(['getSessionSummary'], (json) =>
      json.job_metadata ? { ...json, job_metadata: { ...json.job_metadata, turns: 1 } } : json,
    ),
    'the list tells when a session was created': async (hop) => {
      const response = await hop.next();
      if (!response.ok || (hop.operation !== 'createSession' && hop.operation !== 'listSessions')) return response;
      const json: Json = await response.clone().json();
      if (hop.operation === 'createSession') hop.memory.set(json.session_id, json.last_updated_at);
      const items = json.items?.map((item: Json) => ({
        ...item,
        last_updated_at: hop.memory.get(item.session_id) ?? item.last_updated_at,
      }));
      return items ? Response.json({ ...json, items }) : response;
    },
    'summary tells the time of another change': inJson(['getSessionSummary'], (json) => ({
      ...json,
      last_updated_at: '2026-01-01T00:00:00.000001',
    })),
  }),
  ...breaking('history.updated-moves', {
    'last_updated_at is when it was created': async (hop) => {
      const response = await hop.next();
      if (!response.ok || (hop.operation !== 'createSession' && hop.operation !== 'getSession')) return response;
      const json: Json = await response.clone().json();
      if (hop.operation === 'createSession') hop.memory.set(json.session_id, json.last_updated_at);
      const was = hop.memory.get(json.session_id);
      return Response.json({ ...json, last_updated_at: was ?? json.last_updated_at }, { status: response.status });
    },
  }),
  ...breaking('concurrency.turns-do-not-mix', {
    'a turn is kept in the other session, too': async (hop) => {
      const prompt: string = (hop.body as Json)?.prompt ?? '';
      if (hop.operation === 'streamMessages' && / Mark \w+\.$/.test(prompt))
        hop.memory.set(hop.sessionId ?? '', prompt);
      return inJson(detail, (json) => {
        const other = [...hop.memory].find(([id]) => id !== json.session_id)?.[1];
        return hop.memory.has(json.session_id)
          ? { ...json, events: [...json.events, { type: 'user_input', content: other }] }
          : json;
      })(hop);
    },
    'the cost of the other turn is told': async (hop) => {
      const prompt: string = (hop.body as Json)?.prompt ?? '';
      if (hop.operation === 'streamMessages' && / Mark \w+\.$/.test(prompt)) hop.memory.set(hop.sessionId ?? '', true);
      return inJson(detail, (json, { memory }) =>
        memory.has(json.session_id) ? { ...json, job_metadata: { ...json.job_metadata, total_input_tokens: 7 } } : json,
      )(hop);
    },
    'answers are swapped': async (hop) => {
      const prompt: string = (hop.body as Json)?.prompt ?? '';
      if (hop.operation === 'streamMessages' && / Mark \w+\.$/.test(prompt))
        hop.memory.set(hop.sessionId ?? '', prompt);
      return inJson(detail, (json) =>
        hop.memory.has(json.session_id)
          ? {
              ...json,
              events: json.events.map((event: Json) =>
                event.type === 'text' ? { ...event, content: 'Of the other session.' } : event,
              ),
            }
          : json,
      )(hop);
    },
  }),
  ...breaking('robustness.abort-leaves-usable', {
    'a session is lost when its client leaves': async (hop) => {
      const prompt: string = (hop.body as Json)?.prompt ?? '';
      if (prompt.startsWith('Tell me a long story')) hop.memory.set(hop.sessionId ?? '', true);
      else if (hop.memory.has(hop.sessionId ?? '') && hop.operation === 'getSession')
        return Response.json({ detail: 'Session not found' }, { status: 404 });
      return hop.next();
    },
  }),
];
