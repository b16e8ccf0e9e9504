import { type CheckReport, checks, type Report, type VerifyOptions, verify } from '../contract/index.ts';
import { buildMock, type ChatMockOptions } from '../node/mock.ts';
import { pauselessTimer } from '../runtime/timer.ts';
import { brokenHistories } from './broken/history.ts';
import { brokenHttp } from './broken/http.ts';
import { brokenRequests } from './broken/requests.ts';
import { brokenSequences } from './broken/sequences.ts';
import { brokenSessions } from './broken/sessions.ts';
import { brokenStates } from './broken/states.ts';
import { brokenStreams } from './broken/streams.ts';
import { legalVariants } from './legal-variants.ts';
import { type Meddle, meddleWith } from './meddle.ts';

/** Every broken mock, one fault each. */
export const brokenMocks = [
  ...brokenHttp,
  ...brokenRequests,
  ...brokenSessions,
  ...brokenStates,
  ...brokenStreams,
  ...brokenHistories,
  ...brokenSequences,
];
export { legalVariants };

/** One line of the table. */
export interface SelfTestRow {
  readonly kind: 'broken' | 'legal';
  readonly name: string;
  /** The checks that must fail; null for a variant, where none may. */
  readonly wanted: string | null;
  readonly found: readonly string[];
  readonly isRight: boolean;
}

/** Checks without a broken mock; there must be none. */
export const unprovenChecks: readonly string[] = checks
  .map(({ id }) => id)
  .filter((id) => !brokenMocks.some(({ breaks }) => breaks === id));

/**
 * Runs the checks against every broken mock and every legal variant: exactly the broken check must fail.
 */
export async function* selfTest(
  isChosen: (name: string) => boolean = () => true,
): AsyncGenerator<SelfTestRow, void, undefined> {
  for (const { fault, breaks, also = [], meddle, mock = {}, verify = {} } of brokenMocks) {
    if (!isChosen(fault)) continue;
    const found = failing(await runOn({ meddle, mock, verify }));
    const wanted = [breaks, ...also].sort().join(', ');
    yield { kind: 'broken', name: fault, wanted, found, isRight: found.toSorted().join(', ') === wanted };
  }
  for (const { variant, meddle = passOn, mock = {}, verify = {} } of legalVariants) {
    if (!isChosen(variant)) continue;
    const report = await runOn({ meddle, mock, verify });
    const found = failing(report);
    yield { kind: 'legal', name: variant, wanted: null, found, isRight: found.length === 0 && report.exit_code === 0 };
  }
}

const passOn: Meddle = (hop) => hop.next();

interface Run {
  readonly meddle: Meddle;
  readonly mock: ChatMockOptions;
  readonly verify: Partial<VerifyOptions>;
}

async function runOn({ meddle, mock, verify: options }: Run): Promise<Report> {
  const { fetch } = buildMock({ speed: 'instant', ...mock });
  const timer = pauselessTimer;
  for await (const event of verify({
    fetch: meddleWith(fetch, meddle),
    timer,
    concurrency: 1,
    timeoutMs: 5000,
    ...options,
  }))
    if (event.type === 'finished') return event.report;
  throw new Error('The run told no end.');
}

/** Checks with findings. A SHOULD check passes in spite of its findings. */
function failing({ checks: reports }: Report): string[] {
  return reports.filter(hasFindings).map(({ id }) => id);
}

function hasFindings({ verdict, cases }: CheckReport): boolean {
  if (verdict === 'failed' || verdict === 'flaky' || verdict === 'bug') return true;
  return verdict === 'passed' && cases.some(({ findings }) => findings.length > 0);
}
