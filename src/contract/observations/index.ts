import { ChoicesFile } from '../../api/choices-schema.ts';
import { preview } from '../record/preview.ts';
import type { FlowRecord } from '../verdict/judge.ts';
import type { Observation } from '../verdict/report.ts';
import { errorObservers } from './errors.ts';
import type { Observer } from './observer.ts';
import { sessionObservers } from './sessions.ts';
import { streamObservers } from './streams.ts';
import { turnObservers } from './turns.ts';

/** All observers of free behaviour. */
const observers: readonly Observer[] = [...sessionObservers, ...errorObservers, ...streamObservers, ...turnObservers];

/** Collects observations flow by flow, so that no flow has to be kept. */
export interface Observing {
  look(record: FlowRecord): void;
  /** The observations, each from the first flow that showed it. */
  seen(): Observation[];
}

/** Longer values are cut to the beginning of their JSON. */
const MAX_VALUE_CHARS = 1000;

/** Starts to collect. */
export function createObserving(): Observing {
  const found = new Map<Observer, Observation>();
  return {
    look: ({ flow, exchanges }) => {
      const answered = exchanges.filter(({ response }) => response !== null);
      for (const observer of observers) {
        const value = found.has(observer) ? undefined : observer.see(answered);
        if (value === undefined) continue;
        const { about, choice } = observer;
        found.set(observer, { about, value: shortened(value), choice, flow: flow.flow });
      }
    },
    seen: () => observers.flatMap((observer) => found.get(observer) ?? []),
  };
}

function shortened(value: unknown): unknown {
  const text = preview(value, MAX_VALUE_CHARS + 1);
  return text.length > MAX_VALUE_CHARS ? text : value;
}

/**
 * Returns the observations that the mock has a setting for, as the content of a choices file. Leaves out values that the
 * setting does not allow.
 *
 * @example
 * const mock = createChatMock({ choices: toChoices(report.observations) });
 */
export function toChoices(
  observations: readonly Pick<Observation, 'choice' | 'value'>[],
): Readonly<Record<string, unknown>> {
  const entries = observations
    .filter(({ choice, value }) => choice !== null && ChoicesFile.safeParse({ [choice]: value }).success)
    .map(({ choice, value }): [string, unknown] => [String(choice), value]);
  return Object.fromEntries(entries);
}
