import { type Exchange, isSuccess, statusOf } from '../record/exchange.ts';
import { type Check, defineCheck } from '../verdict/check.ts';
import { compareSessions, createdAllTheSame, finding, plays } from './select.ts';
import { wireContract } from './wire-contract.ts';

const KEYS = { none: 'no key', wrong_scheme: 'the scheme Basic' } as const;

const isRefused = (exchange: Exchange) => statusOf(exchange) === 401 || statusOf(exchange) === 403;
const isOf = ({ expectation }: Exchange, key: string) => expectation.kind === 'refused_key' && expectation.key === key;

function keyCheck(id: string, key: keyof typeof KEYS): Check {
  return defineCheck({
    id,
    requirement: `Every operation MUST refuse a request with ${KEYS[key]} with 401 or 403.`,
    level: 'must',
    evidence: 'documented',
    source: wireContract('key'),
    rationale: 'One operation that does not check the key exposes everybody’s conversations.',
    appliesTo: ({ expectation }) =>
      expectation.kind === 'refused_key' && (expectation.key === key || expectation.key === 'none'),
    run: (exchanges) => {
      const open = exchanges.filter((exchange) => isOf(exchange, 'none') && !isRefused(exchange));
      // An operation that requires no key at all is one failure, not two.
      const known = key === 'none' ? [] : open.map(({ operation }) => operation);
      const findings = exchanges
        .filter((exchange) => isOf(exchange, key) && !isRefused(exchange) && !known.includes(exchange.operation))
        .map((exchange) =>
          finding(exchange, {
            at: `${exchange.operation} with ${KEYS[key]}`,
            expected: '401 or 403',
            actual: String(statusOf(exchange)),
          }),
        );
      if (findings.length > 0 || known.length === 0) return findings;
      return { unseen: `${[...new Set(known)].join(', ')} asks for no key at all` };
    },
  });
}

const changesNothing = defineCheck({
  id: 'auth.refused-changes-nothing',
  requirement: 'A request that is refused for its key MUST change nothing.',
  level: 'must',
  evidence: 'documented',
  source: wireContract('refusals-change-nothing'),
  rationale: 'A 401 that is sent after the change protects nobody.',
  requires: ['sessions.created-is-found', 'auth.no-key', 'auth.wrong-scheme'],
  requiredRoles: ['still_there'],
  explainedBy: ['sessions.ids-unique'],
  appliesTo: (exchange) =>
    plays('still_there', 'control', 'keyless_create', 'keyless_page')(exchange) ||
    exchange.expectation.kind === 'refused_key',
  run: (exchanges) => {
    const [before] = exchanges.filter((exchange) => plays('control')(exchange) && exchange.operation === 'getSession');
    const refused = exchanges
      .filter(({ expectation }) => expectation.kind === 'refused_key')
      .map(({ number }) => number);
    const kept = exchanges.filter(plays('still_there')).flatMap((exchange) => {
      if (isSuccess(exchange))
        return (before ? compareSessions(before, exchange) : []).map((one) => ({ ...one, after: refused }));
      const actual = String(statusOf(exchange));
      return [finding(exchange, { at: 'status', expected: 'the session is still there', actual, after: refused })];
    });
    return [...kept, ...createdAllTheSame(exchanges, ['keyless_create', 'keyless_page'])];
  },
});

/** Checks of keys and schemes. */
export const authChecks: readonly Check[] = [
  keyCheck('auth.no-key', 'none'),
  keyCheck('auth.wrong-scheme', 'wrong_scheme'),
  changesNothing,
];
