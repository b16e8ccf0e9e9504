import { type Exchange, isTurn } from '../record/exchange.ts';
import { createIdLog } from '../record/id-log.ts';
import { appliesTo, type FlowRecord, judge, type Result } from '../verdict/judge.ts';
import { type FlowOutcome, isTimed, type Judging } from './flow-results.ts';
import { medianOf } from './median.ts';
import { understand } from './understand.ts';

/**
 * Judges traffic that no flow has sent: the exchanges of a client in use. A check judges what it applies to; where it
 * finds nothing to judge, or would have to ask again to be sure, the result is skipped and says what was not observed.
 */
export async function judgeTraffic(
  recorded: readonly Exchange[],
  { checks, edition, flow }: Omit<Judging, 'ids'> & { readonly flow: string },
): Promise<FlowOutcome> {
  const exchanges: Exchange[] = [];
  for (const [index, exchange] of recorded.entries())
    exchanges.push(await understand(exchange, { number: index + 1, flow }));
  const ids = createIdLog();
  for (const exchange of exchanges) ids.note(exchange);
  const plainMs = medianOf(exchanges.filter((one) => !isTurn(one) && one.response).map(({ endMs }) => endMs));
  const record: FlowRecord = {
    flow: { flow, summary: '', profile: 'read-only', alone: true, checks: ['*'], steps: [] },
    ...{ exchanges, stop: null },
  };
  const results = judge(record, { checks, context: { edition, plainMs, isRepeatedId: ids.isRepeated } }).map(
    (result): Result => {
      const isSeen = exchanges.some((one) =>
        checks.some((check) => check.id === result.check && appliesTo(check, one)),
      );
      if (result.verdict === 'failed' && isTimed(result, checks))
        return {
          ...{ ...result, verdict: 'skipped', findings: [] },
          why: 'not observed: it judges by the clock, and what a recording shows once may be the load of a machine',
        };
      if (result.verdict !== 'inconclusive') return result;
      return { ...result, verdict: 'skipped', why: `not observed: ${isSeen ? result.why : 'no exchange shows it'}` };
    },
  );
  return { record, results, passes: [{ record, plainMs }] };
}
