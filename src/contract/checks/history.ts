import { Event } from '../../api/events.ts';
import { type Check, defineCheck, type Finding, show } from '../check.ts';
import type { Exchange } from '../exchange.ts';
import { eventsOf } from '../stream-verdict.ts';
import { byRole, type Fields, fieldsOf, finding, isFields, plays, sameJson } from './select.ts';

const source = 'wire contract, section 5b';
const UNTOLD = new Set(['text_delta', 'thinking_delta', 'user_input']);
const after = [
  'http.schema',
  'stream.text-adds-up',
  'stream.thinking-adds-up',
  'stream.deltas-closed',
  'stream.calls-answered',
];

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
  after: ['http.schema'],
  needs: ['turn', 'detail'],
  appliesTo: plays('turn', 'detail'),
  run: (exchanges) => {
    const asked = byRole(exchanges, 'turn').map(
      ({ sent }) => (sent as { readonly prompt?: unknown } | undefined)?.prompt,
    ); // A flow's body.
    return byRole(exchanges, 'detail').flatMap((detail) => {
      const [first] = historyOf(detail);
      const told = isFields(first) && first['type'] === 'user_input' ? first['content'] : undefined;
      if (told === asked[0]) return [];
      return [finding(detail, { at: '$.events[0]', expected: `user_input ${show(asked[0])}`, actual: show(first) })];
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
  run: (exchanges) => {
    const turns = [...byRole(exchanges, 'turn'), ...byRole(exchanges, 'turn_2')];
    const asked = turns.map(({ sent }) => (sent as { readonly prompt?: unknown } | undefined)?.prompt); // A flow's body.
    return byRole(exchanges, 'detail_2').flatMap((detail) => {
      const inputs = historyOf(detail).flatMap((event) =>
        isFields(event) && event['type'] === 'user_input' ? [event['content']] : [],
      );
      if (!sameJson(inputs, asked))
        return [finding(detail, { at: '$.events, user_input', expected: show(asked), actual: show(inputs) })];
      return compareHistory(detail, turns);
    });
  },
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
  after: ['http.schema'],
  needs: ['opened', 'turn', 'detail'],
  appliesTo: plays('opened', 'turn', 'detail'),
  run: (exchanges) => {
    const was = byRole(exchanges, 'opened').map((exchange) => fieldsOf(exchange)['last_updated_at'])[0];
    const same = byRole(exchanges, 'detail').filter((detail) => fieldsOf(detail)['last_updated_at'] === was);
    // Whole seconds may stay the same over a quick turn.
    if (same.length > 0 && !/\.\d*[1-9]/.test(String(was))) return { unseen: 'times are told in whole seconds' };
    return same.map((detail) =>
      finding(detail, { at: '$.last_updated_at', expected: `later than ${show(was)}`, actual: 'the same' }),
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
    (['a', 'b'] as const).flatMap((one) => {
      const turns = byRole(exchanges, `turn_${one}`);
      const asked = turns.map(({ sent }) => (sent as { readonly prompt?: unknown } | undefined)?.prompt); // A flow's body.
      return byRole(exchanges, `detail_${one}`).flatMap((detail) => {
        const inputs = historyOf(detail).flatMap((event) =>
          isFields(event) && event['type'] === 'user_input' ? [event['content']] : [],
        );
        if (!sameJson(inputs, asked))
          return [finding(detail, { at: '$.events, user_input', expected: show(asked), actual: show(inputs) })];
        return compareHistory(detail, turns);
      });
    }),
});

export const historyChecks: readonly Check[] = [equals, prompt, appends, metadata, moves, notMixed];
