import { type Exchange, isSuccess, statusOf } from '../record/exchange.ts';
import { type Check, defineCheck, show } from '../verdict/check.ts';
import { compareSessions, createdAllTheSame, fieldsOf, finding, isFields, plays, sameJson } from './select.ts';
import { wireContract } from './wire-contract.ts';

/** `body` or `query`, and the name of the field or parameter. */
const TO_THE_FIELD = 2;

const inputOf = ({ expectation }: Exchange) => ('input' in expectation ? expectation.input : '');

const refuses = defineCheck({
  id: 'validation.refuses',
  requirement: 'A request that does not match the schemas MUST be refused with 422.',
  level: 'must',
  evidence: 'documented',
  source: wireContract('requests-are-judged'),
  rationale: 'A client that relies on a lenient server breaks, unchanged, when the server becomes strict.',
  appliesTo: ({ expectation }) => expectation.kind === 'refused_input',
  run: (exchanges) =>
    exchanges
      .filter((exchange) => statusOf(exchange) !== 422)
      .map((exchange) =>
        finding(exchange, { at: `input "${inputOf(exchange)}"`, expected: '422', actual: String(statusOf(exchange)) }),
      ),
});

const names = defineCheck({
  id: 'validation.names-the-place',
  requirement: 'A 422 MUST name the wrong fields in `loc`, at least down to the field, and no others.',
  level: 'must',
  evidence: 'documented',
  source: wireContract('error-place'),
  rationale: 'Without the place, nobody can correct the request.',
  requires: ['validation.refuses', 'errors.validation-shape'],
  appliesTo: (exchange) => exchange.expectation.kind === 'refused_input' && statusOf(exchange) === 422,
  run: (exchanges) =>
    exchanges.flatMap((exchange) => {
      const place = exchange.expectation.kind === 'refused_input' ? exchange.expectation.place : [];
      const { detail } = fieldsOf(exchange);
      const places = (Array.isArray(detail) ? detail : []).map((item) => (isFields(item) ? item['loc'] : null));
      // Only one thing is varied, so every problem is at its place, or inside it if the body is not JSON.
      // A beginning of the place that leads to the field is coarse, and not wrong.
      const fits = (loc: unknown) =>
        Array.isArray(loc) &&
        loc.length >= Math.min(place.length, TO_THE_FIELD) &&
        sameJson(loc.slice(0, place.length), place.slice(0, loc.length));
      if (places.every(fits)) return [];
      return [
        finding(exchange, {
          at: `$.detail[${places.findIndex((loc) => !fits(loc))}].loc, input "${inputOf(exchange)}"`,
          expected: show(place),
          actual: show(places.find((loc) => !fits(loc))),
        }),
      ];
    }),
});

const accepts = defineCheck({
  id: 'validation.accepts',
  requirement: 'A request that the schemas accept MUST be accepted, also at the limits.',
  level: 'must',
  evidence: 'documented',
  source: wireContract('requests-are-judged'),
  rationale: 'A limit that is off by one, or counts bytes instead of characters, refuses valid input.',
  appliesTo: (exchange) => exchange.expectation.kind === 'valid_input' && exchange.role !== 'of_later_editions_input',
  run: refusedInputs,
});

const laterKeys = defineCheck({
  id: 'editions.later-keys-ignored',
  requirement: 'A key that only later editions define MUST be ignored like any unknown key.',
  level: 'must',
  evidence: 'documented',
  source: wireContract('later-keys'),
  rationale: 'Newer clients must be able to talk to an older server.',
  appliesTo: (exchange) => exchange.role === 'of_later_editions_input',
  run: refusedInputs,
});

const changesNothing = defineCheck({
  id: 'validation.refused-changes-nothing',
  requirement: 'A refused request MUST change nothing.',
  level: 'must',
  evidence: 'documented',
  source: wireContract('refusals-change-nothing'),
  rationale: 'If a refused turn reaches the history, a retry makes it appear twice.',
  requires: ['validation.refuses', 'http.schema'],
  requiredRoles: ['before', 'after'],
  appliesTo: (exchange) =>
    plays('before', 'after', 'after_delete', 'refused_create', 'refused_page')(exchange) ||
    exchange.expectation.kind === 'refused_input',
  run: (exchanges) => {
    const [before, after] = exchanges.filter(plays('before', 'after'));
    if (!before || !after) return { unseen: 'the session was not read twice' };
    const refused = exchanges
      .filter(({ expectation }) => expectation.kind === 'refused_input')
      .map(({ number }) => number);
    const deleted = exchanges.filter(plays('after_delete')).filter((exchange) => statusOf(exchange) === 404);
    return [
      ...compareSessions(before, after).map((one) => ({ ...one, after: refused })),
      ...deleted.map((exchange) =>
        finding(exchange, {
          ...{ at: 'status', expected: 'the session that was not to be deleted', actual: '404' },
          after: refused,
        }),
      ),
      ...createdAllTheSame(exchanges, ['refused_create', 'refused_page']),
    ];
  },
});

/** Checks of what is accepted and what is refused. */
export const validationChecks: readonly Check[] = [refuses, names, accepts, laterKeys, changesNothing];

/** For each kind of input, the statuses that can only mean a refusal. */
const refusing: Readonly<Record<'query' | 'headers' | 'body', readonly number[]>> = {
  // Another project may be unknown, or somebody else's.
  query: [422],
  headers: [400, 401, 403, 406, 415, 422],
  body: [400, 413, 415, 422],
};

/** Refusals for other reasons (an unknown index, a busy session) say nothing about the input. */
function refusedInputs(exchanges: readonly Exchange[]) {
  const isAboutInput = (exchange: Exchange) =>
    exchange.expectation.kind === 'valid_input' &&
    (refusing[exchange.expectation.varies].includes(statusOf(exchange)) ||
      (exchange.isBroken && exchange.expectation.varies !== 'query'));
  const judged = exchanges.filter((exchange) => isSuccess(exchange) || isAboutInput(exchange));
  if (judged.length === 0) return { unseen: 'every request was refused for another reason than its input' };
  return judged
    .filter((exchange) => !isSuccess(exchange))
    .map((exchange) =>
      finding(exchange, {
        at: `input "${inputOf(exchange)}"`,
        expected: 'accepted',
        actual: String(statusOf(exchange)),
      }),
    );
}
