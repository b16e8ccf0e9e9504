import { ChatMockError } from '../runtime/errors.ts';
import type { Issue } from '../runtime/parse-issue.ts';
import { createRandom } from '../runtime/random.ts';
import { unescapeBraces } from './braces.ts';
import { checkSizes } from './fake-data.ts';
import { type FullPace, resolvePace } from './paces.ts';
import { TOOL_MS } from './program/tools-op.ts';
import type { InlineScenario, Step } from './schema.ts';
import { countEvents, isStop } from './steps-to-events.ts';
import { type CreateFill, hasTemplates } from './template.ts';

/** Templates are longer or shorter by chance: so many turns are tried. */
const TRIES = 16;
/** Deltas that a template may come to where there is nothing to fill it with. */
const LONGEST_TEMPLATE = 1000;
/** Each is so long that more of it says nothing new. */
const MOST_TRIED_CHARACTERS = 100_000;
/** What framing adds to an event at most. */
const FRAME_BYTES = 128;
/** Comments, and what usage and echoed prompts add. */
const HEARTBEATS = 100;

const encoder = new TextEncoder();

type ScriptedScenario = InlineScenario & { readonly steps: Step[] };

/** The limits of a turn. */
interface Extent {
  readonly events: number;
  readonly bytes: number;
  readonly ms: number;
}

/** Faults that the turn never reaches: one that never happens would make a test pass for the wrong reason. */
export function checkReach(scenario: InlineScenario, createFill: CreateFill): Issue[] {
  const { steps, wire = {}, ends } = scenario;
  if (!steps || !(ends?.after || wire.drop || wire.duplicate || wire.swap)) return [];
  const extent = measureIfFilled({ ...scenario, steps }, createFill);
  return extent ? [...checkWire(scenario, extent), ...checkEnd(scenario, extent)] : [];
}

function checkWire({ wire = {}, ends }: InlineScenario, { events }: Extent): Issue[] {
  const { drop = [], duplicate = [], swap = [] } = wire;
  const cut = ends?.after;
  const last = typeof cut === 'object' && 'event' in cut ? Math.min(events, madeWithin(cut.event, wire)) : events;
  const reason = last < events ? `the turn ends before it` : `the turn has ${events}`;
  const find = (key: 'drop' | 'duplicate' | 'swap', numbers: readonly number[]) =>
    numbers.flatMap((number, index): Issue[] => {
      const path = ['wire', key, index];
      if (number > last) return [{ path, message: `there is no event ${number}; ${reason}` }];
      if (key !== 'swap' || number < last) return [];
      return [{ path, message: `event ${number} is the last; there is no next one to change places with` }];
    });
  return [...find('drop', drop), ...find('duplicate', duplicate), ...find('swap', swap)];
}

/** How many events have been made when the client has received so many of them. */
function madeWithin(received: number, { drop = [], duplicate = [] }: NonNullable<InlineScenario['wire']>): number {
  const highest = Math.max(0, ...drop, ...duplicate);
  let made = 0;
  let sent = 0;
  while (sent < received && made <= highest) {
    made += 1;
    if (!drop.includes(made)) sent += duplicate.includes(made) ? 2 : 1;
  }
  return made + Math.max(0, received - sent); // From here on each event made is one received.
}

function checkEnd({ wire = {}, ends }: InlineScenario, { events, bytes, ms }: Extent): Issue[] {
  const after = ends?.after;
  if (typeof after !== 'object') return [];
  if ('event' in after) {
    const dropped = new Set(wire.drop?.filter((number) => number <= events));
    const doubled = new Set(wire.duplicate?.filter((number) => number <= events && !dropped.has(number)));
    const received = events - dropped.size + doubled.size;
    const reason = received === events ? `the turn has ${events}` : `the client receives ${received}`;
    return after.event <= received
      ? []
      : [{ path: ['ends', 'after', 'event'], message: `there is no event ${after.event}; ${reason}` }];
  }
  if ('byte' in after)
    return after.byte <= bytes
      ? []
      : [
          {
            path: ['ends', 'after', 'byte'],
            message: `there is no byte ${after.byte}; the turn has fewer than ${bytes}`,
          },
        ];
  return after.ms <= ms
    ? []
    : [{ path: ['ends', 'after', 'ms'], message: `the turn is over by then; it takes ${Math.ceil(ms)} ms at most` }];
}

function measureIfFilled(scenario: ScriptedScenario, createFill: CreateFill): Extent | null {
  try {
    return measure(scenario, createFill);
  } catch (error) {
    if (error instanceof ChatMockError) return null; // A template that cannot be filled is reported as such.
    throw error;
  }
}

/** Templates are tried; where they cannot be, each may be long. */
function measure(scenario: ScriptedScenario, createFill: CreateFill): Extent {
  if (!hasTemplates(scenario.steps)) return measureFilled(scenario, unescapeBraces);
  if (createFill === checkSizes) {
    const templates = JSON.stringify(scenario.steps).split('{{').length - 1;
    const { events } = measureFilled(scenario, unescapeBraces);
    return { events: events + templates * LONGEST_TEMPLATE, bytes: Infinity, ms: Infinity };
  }
  const most = { events: 0, bytes: 0, ms: 0 };
  for (let seed = 0, characters = 0; seed < TRIES && characters < MOST_TRIED_CHARACTERS; seed++) {
    const fill = createFill();
    const random = createRandom(seed);
    const extent = measureFilled(scenario, (text) => {
      const filled = text.includes('{{') ? fill(text, random.fork(characters)) : text;
      characters += filled.length;
      return filled;
    });
    for (const key of ['events', 'bytes', 'ms'] as const) most[key] = Math.max(most[key], extent[key]);
  }
  return most;
}

/** Without playing the turn, which takes long for a text of a million words. */
function measureFilled({ steps, pace }: ScriptedScenario, fill: (text: string) => string): Extent {
  const full = resolvePace(pace);
  let events = steps.some(isStop) ? 0 : 1;
  let bytes = 0;
  let ms = full.first_ms;
  for (const written of steps) {
    const step = fillText(written, fill);
    const count = countEvents(step);
    events += count;
    // Each character of a text comes twice: in a delta, and in the complete text.
    bytes += 'huge' in step ? step.huge : 2 * encoder.encode(contentOf(step, fill)).byteLength;
    ms += longestMs(step, { count, pace: full });
  }
  return { events, bytes: bytes + (events + HEARTBEATS) * FRAME_BYTES, ms: Math.ceil(ms) };
}

/** The step with its text as it is written out; only texts decide how many events there are. */
function fillText(step: Step, fill: (text: string) => string): Step {
  if ('text' in step) return { ...step, text: fill(step.text) };
  return 'think' in step ? { ...step, think: fill(step.think) } : step;
}

/** A text as JSON, or the step with its templates filled. */
function contentOf(step: Step, fill: (text: string) => string): string {
  if ('text' in step) return JSON.stringify(step.text);
  return 'think' in step ? JSON.stringify(step.think) : fill(JSON.stringify(step));
}

function longestMs(step: Step, { count, pace }: { readonly count: number; readonly pace: FullPace }): number {
  const { tokens_per_second, jitter, burst } = pace;
  if ('wait_ms' in step) return step.wait_ms;
  if ('tool' in step) return step.takes_ms ?? TOOL_MS;
  if ('together' in step) return Math.max(...step.together.map(({ takes_ms = TOOL_MS }) => takes_ms));
  if (!('text' in step || 'think' in step)) return 0;
  return Math.ceil((count - 1) / burst) * ((1000 * burst) / tokens_per_second) * (1 + jitter);
}
