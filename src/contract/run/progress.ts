import { createObserving } from '../observations/index.ts';
import { type CoverageCounter, createCoverage } from '../verdict/coverage.ts';
import type { CaseReport, Observation, RunEvent, StreamReport } from '../verdict/report.ts';
import { fits } from '../verdict/select-checks.ts';
import type { FlowOutcome } from './flow-results.ts';
import type { Settings } from './options.ts';
import { noRecorder, type Recorder } from './recorder.ts';
import { tellCase, tellStreams } from './tell-outcome.ts';

/** Tells the listener of a run what happens, and keeps what the report needs of it. */
export interface Progress {
  /** Resolves when the listener takes more. */
  emit(event: RunEvent): Promise<void>;
  /** Emits a note, each text once. */
  note(text: string): Promise<void>;
  /** Emits the results of a flow. */
  add(outcome: FlowOutcome): Promise<void>;
  readonly notes: ReadonlySet<string>;
  /** By the id of their check. */
  readonly cases: ReadonlyMap<string, readonly CaseReport[]>;
  readonly streams: readonly StreamReport[];
  observations(): readonly Observation[];
  coverage: CoverageCounter['result'];
}

/** Creates the progress of a run that has not begun. */
export function createProgress({
  settings: { skip, target },
  emit,
  recorder = noRecorder,
}: {
  readonly settings: Pick<Settings, 'skip' | 'target'>;
  readonly emit: Progress['emit'];
  /** Writes notes and flows to a file, too. */
  readonly recorder?: Pick<Recorder, 'note' | 'flow'>;
}): Progress {
  const notes = new Set<string>();
  const cases = new Map<string, CaseReport[]>();
  const streams: StreamReport[] = [];
  const observing = createObserving();
  const covered = createCoverage();
  return {
    emit,
    note: async (text) => {
      if (notes.has(text)) return;
      notes.add(text);
      await recorder.note(text);
      await emit({ type: 'note', text });
    },
    add: async (outcome) => {
      const { record, results } = outcome;
      await recorder.flow(outcome.passes);
      for (const result of results) {
        const { check } = result;
        if (skip.some((glob) => fits(glob, check))) continue;
        const told = tellCase(outcome, { result, target });
        cases.set(check, [...(cases.get(check) ?? []), told]);
        await emit({ type: 'case', check, result: told });
      }
      observing.look(record);
      covered.look(record.exchanges);
      streams.push(...tellStreams(outcome));
      await emit({ type: 'flow', flow: record.flow.flow, stop: record.stop, exchanges: record.exchanges.length });
    },
    notes,
    cases,
    streams,
    observations: observing.seen,
    coverage: covered.result,
  };
}
