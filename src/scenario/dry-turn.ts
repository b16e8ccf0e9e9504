import { defaultChoices } from '../api/choices.ts';
import { defaultEdition } from '../api/editions.ts';
import type { Event } from '../api/events.ts';
import { createRandom, type Random } from '../runtime/random.ts';
import { unescapeBraces } from './braces.ts';
import type { Step } from './schema.ts';
import { playSteps } from './steps-to-events.ts';
import type { TurnInput } from './turn.ts';

/** The first turn of an empty session with the usual settings, for looking at a script without a server. */
export function dryTurn(given: Partial<TurnInput> = {}): TurnInput {
  return {
    prompt: '',
    turn: 1,
    time: 1,
    skippedIndexIds: [],
    before: { inputTokens: 0, outputTokens: 0, contextTokens: 0 },
    edition: defaultEdition,
    choices: defaultChoices,
    random: createRandom(1),
    frames: null,
    fill: unescapeBraces,
    ...given,
  };
}

/** Chance for where nothing depends on it: a real one costs more than the rest of a step. */
const noChance: Random = {
  fork: () => noChance,
  next: () => 0.5,
  integer: (min) => min,
  pick: (items) => items[0] as (typeof items)[number], // Steps pick from no list, let alone an empty one.
  sample: (items, count) => items.slice(0, count),
  chance: () => false,
  text: (length) => '0'.repeat(length),
};

/** The events of steps, templates left as they stand. */
export function playDry(steps: readonly Step[]): Event[] {
  const events: Event[] = [];
  for (const moment of playSteps({ steps: [...steps] }, dryTurn({ random: noChance }))) {
    if (moment.kind === 'event') events.push(moment.event);
    if (moment.kind === 'huge') events.push({ type: 'text', content: '' });
  }
  return events;
}
