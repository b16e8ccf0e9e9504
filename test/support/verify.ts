import {
  builtInFlows,
  type Flow,
  type Report,
  type RunEvent,
  type VerifyOptions,
  verify,
} from '../../src/contract/index.ts';
import { pauselessTimer } from '../../src/runtime/timer.ts';

/** Runs `verify` to its end, without pauses unless a timer is given: everything it told, and the report. */
export async function runVerify(
  options: VerifyOptions,
): Promise<{ readonly events: readonly RunEvent[]; readonly report: Report }> {
  const events: RunEvent[] = [];
  for await (const event of verify({ timer: pauselessTimer, ...options })) events.push(event);
  const last = events.at(-1);
  if (last?.type !== 'finished') throw new Error('The run told no end.');
  return { events, report: last.report };
}

/** These of the built-in flows: a test runs those that it is about, since all of them send 470 requests. */
export function flowsNamed(...names: readonly string[]): Flow[] {
  return names.map((name) => {
    const flow = builtInFlows.find((one) => one.flow === name);
    if (!flow) throw new Error(`There is no flow ${name}.`);
    return flow;
  });
}

/** What did not pass, a line each, so that a failing test says why. */
export function complaints({ checks }: Report): string[] {
  return checks
    .filter(({ verdict }) => verdict !== 'passed' && verdict !== 'skipped')
    .map(({ id, verdict, why, cases }) => {
      const finding = cases.flatMap(({ findings }) => findings)[0];
      return `${id} ${verdict}: ${why ?? ''} ${finding ? `${finding.at}: ${finding.expected}, not ${finding.actual}` : ''}`;
    });
}
