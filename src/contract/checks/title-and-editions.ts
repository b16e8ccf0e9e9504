import { changes } from '../../api/editions.ts';
import { isSuccess, statusOf } from '../record/exchange.ts';
import { type Check, defineCheck, show } from '../verdict/check.ts';
import { byRole, fieldsOf, finding, plays, viewsOf } from './select.ts';
import { wireContract } from './wire-contract.ts';

const persists = defineCheck({
  id: 'title.persists',
  requirement: 'Retrieve, summary and list MUST show the generated title afterwards.',
  level: 'must',
  evidence: 'documented',
  source: wireContract('title'),
  rationale: 'A title must survive a reload.',
  ...changes.generate_title,
  requires: ['http.success-status', 'http.schema'],
  requiredRoles: ['titled', 'titled_detail', 'titled_summary', 'titled_page'],
  explainedBy: ['sessions.ids-unique', 'sessions.views-agree'],
  appliesTo: plays('titled', 'titled_detail', 'titled_summary', 'titled_page'),
  run: (exchanges) => {
    const [titled] = byRole(exchanges, 'titled');
    const title = (titled && fieldsOf(titled)['generated_title']) ?? null;
    return exchanges
      .filter(plays('titled_detail', 'titled_summary', 'titled_page'))
      .flatMap((exchange) => viewsOf(exchange, titled?.sessionId).map((view) => ({ exchange, view })))
      .filter(({ view }) => (view['generated_title'] ?? null) !== title)
      .map(({ exchange, view }) =>
        finding(exchange, { at: '$.generated_title', expected: show(title), actual: show(view['generated_title']) }),
      );
  },
});

/** A title of blanks and of characters without width shows nothing. */
const VISIBLE = /[\p{L}\p{N}\p{P}\p{S}]/u;

const isSet = defineCheck({
  id: 'title.is-set',
  requirement: 'A title that is generated from a first message with content MUST NOT be empty.',
  level: 'must',
  evidence: 'documented',
  source: wireContract('title'),
  rationale: 'Users cannot tell untitled sessions apart.',
  ...changes.generate_title,
  requires: ['http.success-status', 'http.schema'],
  requiredRoles: ['titled'],
  appliesTo: plays('titled'),
  run: (exchanges) =>
    exchanges
      .filter((exchange) => !VISIBLE.test(String(fieldsOf(exchange)['generated_title'] ?? '')))
      .map((exchange) =>
        finding(exchange, {
          at: '$.generated_title',
          expected: 'a text that is not empty',
          actual: show(fieldsOf(exchange)['generated_title']),
        }),
      ),
});

const sameSession = defineCheck({
  id: 'title.same-session',
  requirement: 'Generating a title MUST return the summary of the requested session.',
  level: 'must',
  evidence: 'documented',
  source: wireContract('title'),
  rationale: 'A page replaces the session it shows with this response.',
  ...changes.generate_title,
  requires: ['http.success-status', 'http.schema'],
  requiredRoles: ['titled'],
  appliesTo: plays('titled'),
  run: (exchanges) =>
    exchanges
      .filter((exchange) => fieldsOf(exchange)['session_id'] !== exchange.sessionId)
      .map((exchange) =>
        finding(exchange, {
          at: '$.session_id',
          expected: show(exchange.sessionId),
          actual: show(fieldsOf(exchange)['session_id']),
        }),
      ),
});

const removed = defineCheck({
  id: 'editions.title-removed',
  requirement: `From edition ${changes.generate_title.until} on, the title operation MUST NOT exist.`,
  level: 'must',
  evidence: 'documented',
  source: wireContract('edition-2026-08'),
  rationale: 'Clients built for this edition do not know the operation.',
  since: changes.generate_title.until,
  requiredRoles: ['removed_title'],
  appliesTo: plays('removed_title'),
  run: (exchanges) =>
    exchanges
      .filter(isSuccess)
      .map((exchange) =>
        finding(exchange, { at: 'status', expected: 'no success', actual: String(statusOf(exchange)) }),
      ),
});

const sharedAccess = defineCheck({
  id: 'editions.shared-access-kept',
  requirement: `From edition ${changes.shared_access.since} on, a session MUST keep the shared_access it was created with.`,
  level: 'must',
  evidence: 'documented',
  source: wireContract('shared-access'),
  rationale: 'It decides who may read and who may ask.',
  ...changes.shared_access,
  requires: ['http.success-status', 'http.schema'],
  requiredRoles: ['created_shared', 'shared_view'],
  appliesTo: plays('created_shared', 'shared_view'),
  run: (exchanges) => {
    const [created] = byRole(exchanges, 'created_shared');
    const asked = (created?.sent as { readonly shared_access?: unknown } | undefined)?.shared_access; // A flow's body.
    return exchanges
      .filter((exchange) => fieldsOf(exchange)['shared_access'] !== asked)
      .map((exchange) =>
        finding(exchange, {
          at: '$.shared_access',
          expected: show(asked),
          actual: show(fieldsOf(exchange)['shared_access']),
        }),
      );
  },
});

/** Checks of titles and of what only some editions have. */
export const titleAndEditionChecks: readonly Check[] = [persists, isSet, sameSession, removed, sharedAccess];
