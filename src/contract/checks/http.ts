import { HTTPValidationError } from '../../api/errors.ts';
import { inEdition } from '../../api/lifetimes.ts';
import {
  bodyJson,
  type Exchange,
  type ExchangeResponse,
  header,
  isSuccess,
  jsonOf,
  mediaType,
  statusOf,
} from '../record/exchange.ts';
import { type Check, defineCheck, type Finding, show } from '../verdict/check.ts';
import { findHalfCharacter, mayHoldHalf } from './half-characters.ts';
import { schemaFindings } from './schema-findings.ts';
import { finding, isDocumentedSuccess, operationOf } from './select.ts';
import { wireContract } from './wire-contract.ts';

/** Answers that must be JSON: documented JSON successes, and every 422. */
const isJsonAnswer = (exchange: Exchange) =>
  (mayLookAt(exchange) && operationOf(exchange)?.success.kind === 'json' && isDocumentedSuccess(exchange)) ||
  isDocumented422(exchange);
const isEmptyAnswer = (exchange: Exchange) =>
  mayLookAt(exchange) && operationOf(exchange)?.success.kind === 'empty' && isDocumentedSuccess(exchange);
/** An accepted invalid request is a finding of another check; its answer says nothing here. */
const mayLookAt = ({ operation, expectation }: Exchange) =>
  operation !== null && ['accepted', 'valid_input', 'any'].includes(expectation.kind);
const isDocumented422 = (exchange: Exchange) => exchange.operation !== null && statusOf(exchange) === 422;

const successStatus = defineCheck({
  id: 'http.success-status',
  requirement: 'A valid request MUST succeed with the documented status of its operation.',
  level: 'must',
  evidence: 'documented',
  source: wireContract('operations'),
  rationale: 'Clients branch on the status, so a 200 instead of a 201 reads as a different outcome.',
  requires: ['http.no-redirect', 'sessions.created-is-found'],
  explainedBy: [
    'sessions.ids-unique',
    'sessions.created-is-found',
    'sessions.delete-only-that',
    'robustness.abort-leaves-usable',
  ],
  appliesTo: (exchange) => mayLookAt(exchange) && (exchange.expectation.kind === 'accepted' || isSuccess(exchange)),
  run: (exchanges) =>
    exchanges
      .filter((exchange) => !isDocumentedSuccess(exchange))
      .map((exchange) =>
        finding(exchange, {
          at: 'status',
          expected: String(operationOf(exchange)?.success.status),
          actual: String(statusOf(exchange)),
        }),
      ),
});

/** Whether more than one answer may be right: in another project a session may be there or not. */
function isOpen(expectation: Exchange['expectation']): boolean {
  if (expectation.kind === 'valid_input') return expectation.varies === 'query';
  return expectation.kind === 'gone' || expectation.kind === 'any';
}

const noBreakdown = defineCheck({
  id: 'http.no-breakdown',
  requirement:
    'A request that cannot succeed MUST be refused with a 4xx, and not with a 5xx that comes again when the request is repeated.',
  level: 'must',
  evidence: 'documented',
  source: wireContract('load-refusals'),
  rationale:
    'Clients repeat a 5xx five times and then report an outage, although a 404 would have told them what is wrong.',
  explainedBy: ['http.success-status'],
  appliesTo: ({ operation }) => operation !== null,
  run: (exchanges) =>
    exchanges
      // Where more is known of what must come, the check of that counts the breakdown.
      .filter(({ isBroken, expectation }) => isBroken && isOpen(expectation))
      .map((exchange) =>
        finding(exchange, {
          at: `status of ${exchange.operation}`,
          expected: exchange.expectation.kind === 'gone' ? 'a refusal with 4xx' : 'a success, or a refusal with 4xx',
          actual: `${statusOf(exchange)}, ${exchange.retries + 1} times`,
        }),
      ),
});

const noRedirect = defineCheck({
  id: 'http.no-redirect',
  requirement: 'An operation MUST answer at its documented path and not redirect.',
  level: 'must',
  evidence: 'documented',
  source: wireContract('operations'),
  rationale: 'Most clients drop the body or the key when a POST is redirected.',
  appliesTo: ({ operation }) => operation !== null,
  run: (exchanges) =>
    exchanges
      .filter((exchange) => statusOf(exchange) >= 300 && statusOf(exchange) < 400)
      .map((exchange) =>
        finding(exchange, {
          at: 'status',
          expected: 'no redirect',
          actual: `${statusOf(exchange)} to ${location(exchange)}`,
        }),
      ),
});

/** No charset, or one of which the body is: a client that obeys another one decodes every umlaut wrongly. */
function isUtf8Said(response: ExchangeResponse): boolean {
  const charset = /;\s*charset\s*=\s*"?([^\s;"]*)/i.exec(header(response, 'content-type') ?? '')?.[1];
  return charset === undefined || /^(?:utf-?8|us-ascii|ascii)$/i.test(charset);
}

const contentType = defineCheck({
  id: 'http.content-type',
  requirement: 'JSON MUST be sent as application/json and a stream as text/event-stream, both in no charset but UTF-8.',
  level: 'must',
  evidence: 'documented',
  source: wireContract('media-types'),
  rationale: 'Clients choose the parser by the content type and treat a mislabelled body as plain text.',
  requires: ['http.success-status'],
  appliesTo: (exchange) =>
    isJsonAnswer(exchange) || (operationOf(exchange)?.success.kind === 'stream' && isDocumentedSuccess(exchange)),
  run: (exchanges) =>
    exchanges.flatMap((exchange) => {
      const { response } = exchange;
      const expected = isJsonAnswer(exchange) ? 'application/json' : 'text/event-stream';
      if (!response || (mediaType(response) === expected && isUtf8Said(response))) return [];
      return [
        finding(exchange, {
          at: 'header content-type',
          expected: mediaType(response) === expected ? `${expected} in UTF-8` : expected,
          actual: header(response, 'content-type') ?? 'none',
        }),
      ];
    }),
});

const whole = defineCheck({
  id: 'http.whole-body',
  requirement: 'A body MUST be as long as its headers announce; a 204 has none.',
  level: 'must',
  evidence: 'documented',
  source: wireContract('whole-body'),
  rationale: 'A truncated body usually cannot be parsed.',
  requires: ['http.content-type'],
  appliesTo: (exchange) => isJsonAnswer(exchange) || isEmptyAnswer(exchange),
  run: (exchanges) => [
    ...exchanges
      .filter(({ ending }) => ending !== 'complete')
      .map((exchange) =>
        finding(exchange, {
          at: 'end of the body',
          expected: 'complete',
          actual: `${exchange.ending.replace('_', ' ')}${exchange.reason ? ` (${exchange.reason})` : ''}`,
        }),
      ),
    ...exchanges.filter(isEmptyAnswer).flatMap((exchange) => {
      const told = exchange.response ? header(exchange.response, 'content-length') : null;
      if (told === null || Number(told) === 0) return [];
      return [finding(exchange, { at: 'header content-length', expected: 'no body with a 204', actual: told })];
    }),
  ],
});

const json = defineCheck({
  id: 'http.json',
  requirement: 'A JSON body MUST be JSON in UTF-8 without byte order mark, NaN, Infinity or half a character.',
  level: 'must',
  evidence: 'documented',
  source: wireContract('json'),
  rationale: 'Strict parsers reject the whole response.',
  requires: ['http.whole-body'],
  appliesTo: isJsonAnswer,
  run: (exchanges) =>
    exchanges.flatMap((exchange) => {
      const response = exchange.response as ExchangeResponse; // It was chosen by its status.
      const reading = bodyJson(response);
      if (!reading.ok)
        return [finding(exchange, { at: reading.at, expected: 'JSON in UTF-8', actual: reading.reason })];
      const { buffer, byteOffset, byteLength } = response.body;
      const half = mayHoldHalf(Buffer.from(buffer, byteOffset, byteLength)) ? findHalfCharacter(reading.value) : null;
      if (half === null) return [];
      return [finding(exchange, { at: half, expected: 'whole characters', actual: 'half of a surrogate pair' })];
    }),
});

const schema = defineCheck({
  id: 'http.schema',
  requirement: 'The body of a successful response MUST match the schema of its edition; unknown keys are allowed.',
  level: 'must',
  evidence: 'documented',
  source: wireContract('models'),
  rationale: 'Typed clients fail later, and elsewhere, on a missing key or a value of the wrong type.',
  requires: ['http.json'],
  appliesTo: (exchange) =>
    mayLookAt(exchange) && operationOf(exchange)?.success.kind === 'json' && isDocumentedSuccess(exchange),
  run: (exchanges, { edition }) =>
    exchanges.flatMap((exchange): readonly Finding[] => {
      const success = operationOf(exchange)?.success;
      if (success?.kind !== 'json') return [];
      return schemaFindings(exchange, { value: jsonOf(exchange), schema: inEdition(success.schema, edition) });
    }),
});

const errorShape = defineCheck({
  id: 'errors.validation-shape',
  requirement: 'A 422 MUST have a body {"detail": [{"loc", "msg", "type"}]} that matches the schema of its edition.',
  level: 'must',
  evidence: 'documented',
  source: wireContract('validation-error'),
  rationale: 'Forms use it to mark the wrong field.',
  requires: ['http.json'],
  appliesTo: isDocumented422,
  run: (exchanges, { edition }) =>
    exchanges.flatMap((exchange): readonly Finding[] => {
      const value = jsonOf(exchange);
      const found = schemaFindings(exchange, { value, schema: inEdition(HTTPValidationError, edition) });
      const { detail } = (value ?? {}) as { readonly detail?: unknown }; // Any JSON value can be asked.
      if (found.length > 0 || (Array.isArray(detail) && detail.length > 0)) return found;
      return [finding(exchange, { at: '$.detail', expected: 'a list of at least one problem', actual: show(detail) })];
    }),
});

/** Checks of statuses, headers and JSON bodies. */
export const httpChecks: readonly Check[] = [
  noBreakdown,
  noRedirect,
  successStatus,
  contentType,
  whole,
  json,
  schema,
  errorShape,
];

function location({ response }: Exchange): string {
  return (response && header(response, 'location')) ?? 'nowhere';
}
