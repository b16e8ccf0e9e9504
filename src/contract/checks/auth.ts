import { type Check, defineCheck } from '../check.ts';
import { finding, isSuccess, plays, statusOf } from './select.ts';

const KEYS = { none: 'no key', wrong_scheme: 'the scheme Basic' } as const;

function keyCheck(id: string, key: keyof typeof KEYS): Check {
  return defineCheck({
    id,
    requirement: `Every operation MUST refuse ${KEYS[key]} with 401 or 403.`,
    level: 'must',
    evidence: 'documented',
    source: 'wire contract, sections 2 and 5b',
    matters: 'One operation that forgets to ask for the key opens everybody’s conversations.',
    appliesTo: ({ expectation }) => expectation.kind === 'refused_key' && expectation.key === key,
    run: (exchanges) =>
      exchanges
        .filter((exchange) => statusOf(exchange) !== 401 && statusOf(exchange) !== 403)
        .map((exchange) =>
          finding(exchange, {
            at: `${exchange.operation} with ${KEYS[key]}`,
            expected: '401 or 403',
            actual: String(statusOf(exchange)),
          }),
        ),
  });
}

const changesNothing = defineCheck({
  id: 'auth.refused-changes-nothing',
  requirement: 'A request that is refused for its key MUST change nothing.',
  level: 'must',
  evidence: 'documented',
  source: 'wire contract, section 5b',
  matters: 'A 401 after the deed protects nobody.',
  after: ['auth.no-key', 'auth.wrong-scheme'],
  needs: ['still_there'],
  appliesTo: (exchange) => plays('still_there')(exchange) || exchange.expectation.kind === 'refused_key',
  run: (exchanges) => {
    const kept = exchanges.filter(plays('still_there'));
    return kept
      .filter((exchange) => !isSuccess(exchange))
      .map((exchange) =>
        finding(exchange, { at: 'status', expected: 'the session is still there', actual: String(statusOf(exchange)) }),
      );
  },
});

export const authChecks: readonly Check[] = [
  keyCheck('auth.no-key', 'none'),
  keyCheck('auth.wrong-scheme', 'wrong_scheme'),
  changesNothing,
];
