import { isSuccess, statusOf } from '../record/exchange.ts';
import { type Check, defineCheck } from '../verdict/check.ts';
import { byRole, finding, plays } from './select.ts';
import { wireContract } from './wire-contract.ts';

const abort = defineCheck({
  id: 'robustness.abort-leaves-usable',
  requirement:
    'A session whose client disconnected in the middle of a turn MUST stay readable and accept another turn.',
  level: 'must',
  evidence: 'documented',
  source: wireContract('abort'),
  rationale: 'Closing a laptop must not end a conversation.',
  requires: ['http.no-breakdown', 'sessions.created-is-found'],
  requiredRoles: ['aborted', 'after_abort', 'turn_again'],
  explainedBy: ['sessions.ids-unique'],
  appliesTo: plays('aborted', 'after_abort', 'turn_again'),
  run: (exchanges) => {
    const last = byRole(exchanges, 'turn_again').at(-1);
    // The aborted turn may still run, and a server may refuse another turn meanwhile.
    if (last && statusOf(last) === 409) return { unclear: 'the turn that was left kept its session busy to the end' };
    const checked = [...byRole(exchanges, 'after_abort'), ...(last ? [last] : [])];
    return checked
      .filter((exchange) => !isSuccess(exchange))
      .map((exchange) =>
        finding(exchange, {
          at: `status of ${exchange.operation}`,
          expected: 'success',
          actual: String(statusOf(exchange)),
        }),
      );
  },
});

/** Checks of what happens when a client leaves. */
export const robustnessChecks: readonly Check[] = [abort];
