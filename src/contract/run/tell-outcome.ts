import { shorten } from '../../runtime/shorten.ts';
import { type Exchange, isTurn } from '../record/exchange.ts';
import type { CaseReport, ReportedFinding, StreamReport } from '../verdict/report.ts';
import { toReproduction } from '../verdict/reproduce.ts';
import { hasSequences, toSequence } from '../verdict/reproduce-sequence.ts';
import { toStreamReport, toTimeline } from '../verdict/tell.ts';
import type { FlowOutcome } from './flow-results.ts';

/** At most so many findings of one check in one flow: a stream with the same fault everywhere needs no more. */
const MOST_FINDINGS = 50;
/** A text of a finding is cut after so many characters: a location or an id may have thousands. */
const MOST_CHARS = 2000;

/** Reports the result of a check in a flow, with all that a person needs to act on it. */
export function tellCase(
  { record }: FlowOutcome,
  { result, target }: { readonly result: FlowOutcome['results'][number]; readonly target: string },
): CaseReport {
  const { verdict, why, flow, findings } = result;
  const told = findings.slice(0, MOST_FINDINGS).map(({ after = [], ...finding }): ReportedFinding => {
    const exchange = record.exchanges.find(({ number }) => number === finding.exchange);
    const given = { before: record.exchanges, baseUrl: target, after };
    const reproduce = hasSequences(record.flow) ? toSequence : toReproduction;
    return {
      ...finding,
      at: shorten(finding.at, MOST_CHARS),
      expected: shorten(finding.expected, MOST_CHARS),
      actual: shorten(finding.actual, MOST_CHARS),
      reproduce: exchange ? reproduce(exchange, given) : [],
      timeline: exchange ? toTimeline(exchange, finding.frame) : [],
    };
  });
  const rest = findings.length - told.length;
  return {
    ...{ flow, verdict, why: rest > 0 ? `${rest} findings more than are told here` : why },
    ...{ duration_ms: durationMs(record.exchanges), findings: told },
  };
}

/** Reports the streams of a flow. */
export function tellStreams({ record, results }: FlowOutcome): StreamReport[] {
  return record.exchanges
    .filter((exchange) => isTurn(exchange) && exchange.expectation.kind === 'accepted')
    .map((exchange) => {
      const isFaulty = results.some(({ findings }) => findings.some((one) => one.exchange === exchange.number));
      return toStreamReport(exchange, isFaulty);
    });
}

function durationMs(exchanges: readonly Exchange[]): number {
  const [first] = exchanges;
  return first ? Math.round(Math.max(...exchanges.map(({ startMs, endMs }) => startMs + endMs)) - first.startMs) : 0;
}
