import { isSuccess, statusOf } from '../record/exchange.ts';
import { type Check, defineCheck, show } from '../verdict/check.ts';
import { byRole, finding, idOf, plays } from './select.ts';
import { wireContract } from './wire-contract.ts';

const unique = defineCheck({
  id: 'sessions.ids-unique',
  requirement: 'Every session MUST have an id that is not empty and that no other session has or had.',
  level: 'must',
  evidence: 'documented',
  source: wireContract('ids'),
  rationale: 'Two sessions with one id become one conversation, and old links lead to somebody else’s.',
  requires: ['http.success-status', 'http.schema'],
  appliesTo: ({ operation, expectation }) => operation === 'createSession' && expectation.kind === 'accepted',
  run: (exchanges, { isRepeatedId }) => {
    const ids = exchanges.map(idOf);
    return exchanges.flatMap((exchange, index) => {
      const id = ids[index];
      if (id !== '' && ids.indexOf(id) === index && !isRepeatedId(exchange)) return [];
      return [
        finding(exchange, { at: '$.session_id', expected: 'an id that no other session has or had', actual: show(id) }),
      ];
    });
  },
});

const encoded = defineCheck({
  id: 'sessions.id-percent-encoded',
  requirement:
    'A session_id in a path MUST be percent-decoded exactly once, whichever of its bytes are encoded, and compared as a whole.',
  level: 'must',
  evidence: 'documented',
  source: wireContract('session-id-in-path'),
  rationale: 'Clients percent-encode ids, each a different set of characters.',
  requires: ['sessions.created-is-found', 'http.success-status', 'http.schema'],
  requiredRoles: ['created', 'encoded', 'other_id'],
  explainedBy: ['sessions.ids-unique', 'sessions.created-is-found', 'sessions.unknown-is-refused'],
  appliesTo: plays('created', 'encoded', 'other_id', 'near_id'),
  run: (exchanges) => {
    const id = byRole(exchanges, 'created').map(idOf)[0];
    const lost = byRole(exchanges, 'encoded').filter((exchange) => !isSuccess(exchange) || idOf(exchange) !== id);
    const near = byRole(exchanges, 'near_id').filter((exchange) => isSuccess(exchange) && idOf(exchange) === id);
    const mistaken = [
      ...byRole(exchanges, 'other_id').filter(isSuccess),
      ...near.filter(({ request }) => {
        const asked = decodeURIComponent(request.target.split('/').at(-1) ?? '');
        // A UUID is the same in capitals, and an id without letters has no others.
        return asked !== id && !UUID.test(asked);
      }),
    ];
    return [...lost, ...mistaken].map((exchange) =>
      finding(exchange, {
        at: `GET ${exchange.request.target}`,
        expected: isSuccess(exchange) ? 'no session of that id' : `session ${show(id)}`,
        actual: String(statusOf(exchange)),
      }),
    );
  },
});

const slash = defineCheck({
  id: 'sessions.slash-is-data',
  requirement: 'An encoded slash in a session_id MUST be part of the id and never route to another operation.',
  level: 'must',
  evidence: 'documented',
  source: wireContract('session-id-in-path'),
  rationale: 'Ids are opaque and may contain a slash; decoded too early, a DELETE reaches another session.',
  requires: ['sessions.created-is-found'],
  explainedBy: ['sessions.unknown-is-refused'],
  requiredRoles: ['slashed', 'not_deleted'],
  appliesTo: plays('slashed', 'not_deleted'),
  run: (exchanges) => [
    ...byRole(exchanges, 'slashed')
      .filter(isSuccess)
      .map((exchange) =>
        finding(exchange, { at: 'status', expected: 'no session of that id', actual: String(statusOf(exchange)) }),
      ),
    ...byRole(exchanges, 'not_deleted')
      .filter((exchange) => !isSuccess(exchange))
      .map((exchange) =>
        finding(exchange, { at: 'status', expected: 'the session is still there', actual: String(statusOf(exchange)) }),
      ),
  ],
});

const unknown = defineCheck({
  id: 'sessions.unknown-is-refused',
  requirement: 'An operation on a session that does not exist MUST NOT succeed.',
  level: 'must',
  evidence: 'documented',
  source: wireContract('unknown-session'),
  rationale: 'A typo in an id must not open an empty conversation.',
  requires: ['http.no-breakdown'],
  requiredRoles: ['unknown'],
  appliesTo: plays('unknown'),
  run: (exchanges) =>
    exchanges.filter(isSuccess).map((exchange) =>
      finding(exchange, {
        at: `status of ${exchange.operation}`,
        expected: 'no success',
        actual: String(statusOf(exchange)),
      }),
    ),
});

const UUID = /^[\da-f]{8}-?(?:[\da-f]{4}-?){3}[\da-f]{12}$/i;

/** Checks of session ids. */
export const sessionIdChecks: readonly Check[] = [unique, encoded, slash, unknown];
