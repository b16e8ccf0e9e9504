import { Event } from '../../api/events.ts';
import { type Check, defineCheck, type Finding, show } from '../check.ts';
import type { Exchange } from '../exchange.ts';
import { eventsOf } from '../stream-verdict.ts';
import { byRole, type Fields, fieldsOf, finding, isFields, plays, sameJson } from './select.ts';
import { compareViews, itemsAbout, viewsOf } from './views.ts';

const source = 'wire contract, section 5b';
const UNTOLD = new Set(['text_delta', 'thinking_delta', 'user_input']);
const after = [
  'http.schema',
  'stream.text-adds-up',
  'stream.thinking-adds-up',
  'stream.deltas-closed',
  'stream.calls-answered',
];

/** A turn that was not heard to its stop may not be in the history yet. */
const heard = ['http.schema', 'stream.whole', 'stream.moves-on'];

/** The complete events, without keys beyond the schema: deltas may be kept or dropped, the input echoed or not. */
function completeEvents(events: readonly unknown[]): Fields[] {
  return events
    .filter(isFields)
    .filter(({ type }) => !UNTOLD.has(String(type)))
    .map((event) => Event.safeParse(event).data ?? event);
}

const streamed = (turn: Exchange) => completeEvents(eventsOf(turn).map(({ value }) => value));

function historyOf(detail: Exchange): readonly unknown[] {
  const { events } = fieldsOf(detail);
  return Array.isArray(events) ? events : [];
}

/** What was asked, as the history tells it. */
function inputsOf(detail: Exchange): unknown[] {
  return historyOf(detail).flatMap((event) =>
    isFields(event) && event['type'] === 'user_input' ? [event['content']] : [],
  );
}

function askedIn(turns: readonly Exchange[]): unknown[] {
  return turns.map(({ sent }) => (sent as { readonly prompt?: unknown } | undefined)?.prompt); // A flow's body.
}

/** Prompts and events of all these turns, in order. */
function compareConversation(detail: Exchange, turns: readonly Exchange[]): Finding[] {
  const [asked, told] = [askedIn(turns), inputsOf(detail)];
  if (sameJson(told, asked)) return compareHistory(detail, turns);
  return [finding(detail, { at: '$.events, user_input', expected: show(asked), actual: show(told) })];
}

/** Where a history differs from the turns it should tell of. */
function compareHistory(detail: Exchange, turns: readonly Exchange[]): Finding[] {
  const wanted = turns.flatMap(streamed);
  const told = completeEvents(historyOf(detail));
  const index = Array.from({ length: Math.max(wanted.length, told.length) }, (_, at) => at).find(
    (at) => !sameJson(wanted[at], told[at]),
  );
  if (index === undefined) return [];
  return [
    finding(detail, {
      at: `$.events, complete event ${index + 1} of ${told.length}`,
      expected: `${show(wanted[index])} as streamed`,
      actual: show(told[index]),
    }),
  ];
}

const equals = defineCheck({
  id: 'history.equals-stream',
  requirement: 'After a turn the history MUST hold the turn’s complete events as they were streamed.',
  level: 'must',
  evidence: 'documented',
  source,
  matters: 'What a user saw must be there after a reload.',
  after,
  needs: ['turn', 'detail'],
  appliesTo: plays('turn', 'detail'),
  run: (exchanges) =>
    byRole(exchanges, 'detail').flatMap((detail) => compareHistory(detail, byRole(exchanges, 'turn'))),
});

const prompt = defineCheck({
  id: 'history.prompt-as-sent',
  requirement: 'A turn’s history MUST begin with the user_input, exactly as it was sent.',
  level: 'must',
  evidence: 'documented',
  source,
  matters: 'A prompt that comes back changed is a question nobody asked.',
  after: heard,
  needs: ['turn', 'detail'],
  appliesTo: plays('turn', 'detail', 'turn_2', 'detail_2'),
  run: (exchanges) => {
    const asked = askedIn(exchanges.filter(plays('turn', 'turn_2')));
    return exchanges.filter(plays('detail', 'detail_2')).flatMap((detail) => {
      const [first] = historyOf(detail);
      if (!isFields(first) || first['type'] !== 'user_input')
        return [finding(detail, { at: '$.events[0]', expected: `user_input ${show(asked[0])}`, actual: show(first) })];
      const told = inputsOf(detail);
      // Whether each turn is there is another question.
      return told
        .map((text, turn) => ({ text, wanted: asked[turn], turn }))
        .filter(({ text, wanted }) => !asked.includes(text) && wanted !== undefined)
        .slice(0, 1)
        .map(({ text, wanted, turn }) =>
          finding(detail, {
            at: `$.events, user_input ${turn + 1} of ${told.length}`,
            expected: show(wanted),
            actual: show(text),
          }),
        );
    });
  },
});

const appends = defineCheck({
  id: 'history.second-turn-appends',
  requirement: 'A further turn MUST be appended: the history tells every turn, in order.',
  level: 'must',
  evidence: 'documented',
  source,
  matters: 'A conversation that forgets its beginning is another one.',
  after: ['history.equals-stream', 'history.prompt-as-sent', ...after],
  needs: ['turn', 'turn_2', 'detail', 'detail_2'],
  appliesTo: plays('turn', 'turn_2', 'detail', 'detail_2'),
  run: (exchanges) =>
    byRole(exchanges, 'detail_2').flatMap((detail) =>
      compareConversation(detail, exchanges.filter(plays('turn', 'turn_2'))),
    ),
});

const USAGE = { total_input_tokens: null, total_output_tokens: null, turns: 1, duration_ms: 0 } as const;

const metadata = defineCheck({
  id: 'history.job-metadata',
  requirement: 'job_metadata MUST tell the last stop’s usage and error.',
  level: 'must',
  evidence: 'documented',
  source: 'wire contract, sections 3 and 5b',
  matters: 'Cost and failure of a run are read from there.',
  after: ['history.equals-stream', ...after],
  needs: ['turn', 'detail'],
  appliesTo: plays('turn', 'detail', 'turn_2', 'detail_2'),
  run: (exchanges) =>
    (['', '_2'] as const).flatMap((nth) => {
      const stop = byRole(exchanges, `turn${nth}`).map((turn) => streamed(turn).at(-1))[0];
      const usage = isFields(stop?.['usage']) ? stop['usage'] : {};
      return byRole(exchanges, `detail${nth}`).flatMap((detail) => {
        const job = fieldsOf(detail)['job_metadata'];
        if (!isFields(job))
          return [finding(detail, { at: '$.job_metadata', expected: show(usage), actual: show(job) })];
        const wanted: Fields = {
          ...USAGE,
          ...usage,
          is_error: stop?.['is_error'] ?? false,
          error: stop?.['error'] ?? null,
        };
        const told: Fields = { ...USAGE, is_error: false, error: null, ...job };
        return ['total_input_tokens', 'total_output_tokens', 'turns', 'duration_ms', 'is_error', 'error']
          .filter((key) => !sameJson(wanted[key] ?? null, told[key] ?? null))
          .map((key) =>
            finding(detail, {
              at: `$.job_metadata.${key}`,
              expected: `${show(wanted[key] ?? null)} as in the stop`,
              actual: show(told[key] ?? null),
            }),
          );
      });
    }),
});

const moves = defineCheck({
  id: 'history.updated-moves',
  requirement: 'last_updated_at MUST move with a turn.',
  level: 'must',
  evidence: 'documented',
  source,
  matters: 'Lists are sorted by it, and pages reload by it.',
  after: heard,
  needs: ['opened', 'turn', 'detail'],
  appliesTo: plays('opened', 'turn', 'detail', 'summary_2', 'page_2'),
  run: (exchanges) => {
    const [opened] = byRole(exchanges, 'opened');
    const was = opened && fieldsOf(opened)['last_updated_at'];
    const views = [
      ...viewsOf(exchanges.filter(plays('detail', 'summary_2'))),
      ...(opened ? itemsAbout(opened, byRole(exchanges, 'page_2')) : []),
    ];
    const same = views.filter(({ view }) => view['last_updated_at'] === was);
    // Whole seconds may stay the same over a quick turn.
    if (same.length > 0 && !/\.\d*[1-9]/.test(String(was))) return { unseen: 'times are told in whole seconds' };
    return same.map(({ exchange }) =>
      finding(exchange, {
        at: `$.last_updated_at of ${exchange.operation}`,
        expected: `later than ${show(was)}`,
        actual: 'the same',
      }),
    );
  },
});

const notMixed = defineCheck({
  id: 'concurrency.turns-do-not-mix',
  requirement: 'Turns of different sessions that run at once MUST not touch each other.',
  level: 'must',
  evidence: 'documented',
  source,
  matters: 'One user must never read another’s answer.',
  after,
  needs: ['turn_a', 'turn_b', 'detail_a', 'detail_b'],
  appliesTo: plays('turn_a', 'turn_b', 'detail_a', 'detail_b'),
  run: (exchanges) =>
    (['a', 'b'] as const).flatMap((one) =>
      byRole(exchanges, `detail_${one}`).flatMap((detail) =>
        compareConversation(detail, byRole(exchanges, `turn_${one}`)),
      ),
    ),
});

const viewsAgree = defineCheck({
  id: 'history.views-agree',
  requirement: 'After its turns retrieve, summary and list MUST still tell the same of a session.',
  level: 'must',
  evidence: 'documented',
  source,
  matters: 'A list that shows the title, the cost or the failure of an earlier run misleads.',
  after: ['history.job-metadata', ...after],
  needs: ['detail_2', 'summary_2', 'page_2'],
  appliesTo: plays('detail_2', 'summary_2', 'page_2'),
  run: (exchanges) => {
    const [detail] = byRole(exchanges, 'detail_2');
    if (!detail) return { unseen: 'the session was not retrieved' };
    const views = [...viewsOf(byRole(exchanges, 'summary_2')), ...itemsAbout(detail, byRole(exchanges, 'page_2'))];
    const told = fieldsOf(detail);
    // A title may be made in the background, and so come between two answers.
    const free = (told['generated_title'] ?? null) === null ? ['generated_title'] : [];
    return compareViews(told, views, { as: 'as in the detail', free });
  },
});

export const historyChecks: readonly Check[] = [equals, prompt, appends, metadata, viewsAgree, moves, notMixed];
