import { Event } from '../api/events.ts';
import type { Fault } from '../runtime/document.ts';
import { didYouMean } from '../runtime/suggest.ts';
import { steps as kinds, type Step } from './schema.ts';

const verbs = Object.keys(kinds);

/** Each step of a file's `steps` by its verb: one that has none, or two, is told before any schema is asked. */
export function judgeSteps(value: unknown): Fault[] {
  return [...findSteps(value, [])].flatMap(({ path, step, number }) =>
    judgeStep(step, number).map((message) => ({ path, message })),
  );
}

interface Place {
  readonly path: readonly PropertyKey[];
  readonly step: unknown;
  readonly number: number;
}

function* findSteps(value: unknown, path: readonly PropertyKey[]): Generator<Place> {
  if (typeof value !== 'object' || value === null) return;
  for (const [name, inner] of Object.entries(value)) {
    if (name === 'steps' && Array.isArray(inner)) {
      for (const [index, step] of inner.entries()) yield { path: [...path, name, index], step, number: index + 1 };
    } else if (name === 'turns' && Array.isArray(inner)) {
      for (const [index, turn] of inner.entries()) yield* findSteps(turn, [...path, name, index]);
    }
  }
}

function judgeStep(step: unknown, number: number): string[] {
  if (typeof step !== 'object' || step === null || Array.isArray(step))
    return [`step ${number} must be a map with one of: ${verbs.join(', ')}`];
  const keys = Object.keys(step);
  const named = keys.filter((key) => verbs.includes(key));
  if (named.length > 1) return [`step ${number} is both "${named.join('" and "')}"; make it two steps`];
  if (named.length === 1) return [];
  return [
    `step ${number} is "${keys[0] ?? ''}"${didYouMean(keys[0] ?? '', verbs) || '.'} Steps are: ${verbs.join(', ')}.`,
  ];
}

/** What only the meaning of steps shows. */
export function checkSteps(steps: readonly Step[], path: readonly PropertyKey[]): Fault[] {
  return steps.flatMap((step, index) =>
    checkStep(step, { path: [...path, index], isLast: index === steps.length - 1 }),
  );
}

function checkStep(
  step: Step,
  { path, isLast }: { readonly path: readonly PropertyKey[]; readonly isLast: boolean },
): Fault[] {
  if ('stop' in step || 'fail' in step)
    return isLast ? [] : [{ path, message: 'stop and fail end the turn, so they must be the last step' }];
  if ('event' in step) return checkEvent(step.event, path, isLast);
  if (!('think' in step || 'text' in step) || step.deltas === undefined) return [];
  const whole = 'think' in step ? step.think : step.text;
  if (whole.includes('{{'))
    return [{ path, key: 'deltas', message: 'deltas cannot be given for a text with {{…}} templates' }];
  return step.deltas.join('') === whole
    ? []
    : [{ path, key: 'deltas', message: 'deltas, joined, must equal the text' }];
}

function checkEvent(event: Record<string, unknown>, path: readonly PropertyKey[], isLast: boolean): Fault[] {
  const parsed = Event.safeParse(event);
  if (!parsed.success) {
    return parsed.error.issues.map((issue) => ({
      path: [...path, 'event', ...issue.path],
      message: `no event of the API: ${issue.message}`,
    }));
  }
  return parsed.data.type === 'stop' && !isLast
    ? [{ path, message: 'a stop event ends the turn, so it must be the last step' }]
    : [];
}
