import type { Coverage } from '../contract/verdict/coverage.ts';

type Met = Coverage['events'][number];

/** Returns what a run reached of the model and what it did not, in plain lines. */
export function coverageText({ operations, events, requirements, percent }: Coverage): string[] {
  return [
    `coverage ${percent} %`,
    ...operations.flatMap(({ operation, statuses, other_statuses, states }) => [
      `${operation}: ${tell(statuses)}${other_statuses.length > 0 ? `; not documented: ${tell(other_statuses)}` : ''}`,
      ...(states.length > 0 ? [`${operation}, session: ${tell(states)}`] : []),
    ]),
    `events: ${tell(events)}`,
    `requirements: ${requirements.judged} of ${requirements.total} judged`,
    ...requirements.not_judged.map(({ check, why }) => `${check}: ${why}`),
  ];
}

/** What was met with how often, then what never was. */
function tell(all: readonly Met[]): string {
  const met = all.filter(({ count }) => count > 0).map(({ name, count }) => `${name} (${count})`);
  const never = all.filter(({ count }) => count === 0).map(({ name }) => name);
  return [met.join(', '), never.length > 0 ? `never ${never.join(', ')}` : ''].filter((part) => part !== '').join('; ');
}
