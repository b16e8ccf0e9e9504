import type { Observed } from '../../api/choices-schema.ts';
import { toChoices } from '../observations/index.ts';
import { compareRuns, type Drift, type RunTrace } from './compare.ts';

/** What a server was seen to do, as it is kept in a file: the choices that a mock can take, and all the rest. */
export interface Learned {
  readonly [choice: string]: unknown;
  readonly observed: Observed;
}

/** Whom a change breaks: clients of the service, tests against a mock that does as before, or nobody. */
type Breaks = 'clients' | 'mocks' | 'nobody';

/** What has changed since a server was learned. */
export interface LearnedDrift extends Drift {
  readonly breaks: Breaks;
}

/** What a comparison with a learned file has found. */
export interface DriftReport {
  readonly drifts: readonly LearnedDrift[];
  /** The choices to change in the file. */
  readonly patch: Readonly<Record<string, unknown>>;
}

/** Checks that were not judged say nothing about a change. */
const JUDGED = new Set(['passed', 'failed', 'flaky', 'waived']);

/**
 * Returns what a run showed, in the form of a file that `serve --choices` and `compareLearned` read.
 *
 * @example
 * const learned = toLearned(await traceRun(verify({ url })));
 */
export function toLearned({ report, shapes }: RunTrace): Learned {
  return {
    ...toChoices(report.observations),
    observed: {
      edition: report.edition,
      checks: Object.fromEntries(report.checks.map(({ id, verdict }) => [id, verdict])),
      behaviour: Object.fromEntries(report.observations.map(({ about, value }) => [about, value])),
      shapes: Object.fromEntries([...shapes].map(([operation, paths]) => [operation, [...paths].toSorted()])),
    },
  };
}

/**
 * Compares what a server was seen to do with what it does now. A check, an operation or a behaviour that one side has not
 * seen is no change.
 *
 * @example
 * const { drifts, patch } = compareLearned(JSON.parse(text), await traceRun(verify({ url })));
 */
export function compareLearned(before: Learned, now: RunTrace): DriftReport {
  const { checks, behaviour, shapes } = before.observed;
  const { drifts } = compareRuns(
    {
      report: {
        checks: Object.entries(checks).map(([id, verdict]) => ({ id, verdict })),
        observations: Object.entries(behaviour).map(([about, value]) => ({ about, value, choice: null })),
      },
      shapes: new Map(Object.entries(shapes).map(([operation, paths]) => [operation, new Set(paths)])),
    },
    now,
  );
  const choices = toChoices(now.report.observations);
  const patch = Object.entries(choices).filter(
    ([name, value]) => name in before && JSON.stringify(before[name]) !== JSON.stringify(value),
  );
  return {
    drifts: drifts.filter(isSeen).map((drift) => ({ ...drift, breaks: whomBreaks(drift) })),
    patch: Object.fromEntries(patch),
  };
}

function isSeen({ kind, here, there }: Drift): boolean {
  if (kind === 'contract') return JUDGED.has(here) && JUDGED.has(there);
  return kind !== 'choice' || (here !== 'not seen' && there !== 'not seen');
}

/** A type of an event that was not there before: clients that know all types do not know it. */
const EVENT_TYPE = / event [\w.?-]+: object$/;

function whomBreaks({ kind, what, there }: Drift): Breaks {
  switch (kind) {
    case 'contract':
      return there === 'passed' ? 'nobody' : 'clients';
    case 'choice':
      return 'mocks';
    case 'shape':
      return there === 'sent' && !EVENT_TYPE.test(what) ? 'nobody' : 'clients';
  }
}
