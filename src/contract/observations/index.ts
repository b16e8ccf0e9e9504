import { ChoicesFile } from '../../api/choices-schema.ts';
import type { FlowRecord } from '../verdict/judge.ts';
import type { Observation } from '../verdict/report.ts';
import { errorObservers } from './errors.ts';
import type { Observer } from './observer.ts';
import { sessionObservers } from './sessions.ts';
import { streamObservers } from './streams.ts';
import { turnObservers } from './turns.ts';

/** Everything that is free and can be seen. */
const observers: readonly Observer[] = [...sessionObservers, ...errorObservers, ...streamObservers, ...turnObservers];

/** What was seen, each once: the first flow that shows it tells. */
export function observe(records: readonly FlowRecord[]): Observation[] {
  return observers.flatMap(({ about, choice, see }): Observation[] => {
    for (const { flow, exchanges } of records) {
      const value = see(exchanges.filter(({ response }) => response !== null));
      if (value !== undefined) return [{ about, value, choice, flow: flow.flow }];
    }
    return [];
  });
}

/** The observations that the mock has a setting for, as a choices file holds them; what it cannot be is left out. */
export function toChoices(observations: readonly Observation[]): Readonly<Record<string, unknown>> {
  const entries = observations
    .filter(({ choice, value }) => choice !== null && ChoicesFile.safeParse({ [choice]: value }).success)
    .map(({ choice, value }): [string, unknown] => [String(choice), value]);
  return Object.fromEntries(entries);
}
