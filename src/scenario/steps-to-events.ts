import { changes, existsIn } from '../api/editions.ts';
import type { Event, StopEvent } from '../api/events.ts';
import type { Random } from '../runtime/random.ts';
import type { Script } from './agent/script.ts';
import type { PlainEvent } from './frame-memory.ts';
import { type FullPace, resolvePace } from './paces.ts';
import type { Step, ToolStep } from './schema.ts';
import { countTokens, splitTokens } from './tokens.ts';
import type { FullUsage, TurnInput } from './turn.ts';
import type { HoldOutcome, WireAction } from './wire.ts';

/** What a turn does, before it is bytes. Waits and holds stay as they are on the wire. */
export type Moment =
  | Extract<WireAction, { kind: 'wait' | 'hold' }>
  | { readonly kind: 'event'; readonly event: PlainEvent; readonly isPlain: true }
  | { readonly kind: 'event'; readonly event: Event; readonly isPlain: false }
  | { readonly kind: 'raw'; readonly bytes: Uint8Array }
  /** One complete `text` whose frame has so many bytes. */
  | { readonly kind: 'huge'; readonly sizeBytes: number };
/** The events of a turn in time; the consumer reports how each hold ended. */
export type Moments = Generator<Moment, void, HoldOutcome | undefined>;

/** A hold that nobody releases ends the turn after this much real time, so that no test hangs for ever. */
const HOLD_MS = 60_000;
const encoder = new TextEncoder();

/** What the agent's own instructions cost, read again each turn. */
const SYSTEM_TOKENS = 320;
/** How long a tool takes that does not say. */
export const TOOL_MS = 450;

type StepOf<Key extends string> = Extract<Step, Record<Key, unknown>>;

/** Plays a script's steps: waits and events in order, closed by a stop unless they hold one. */
export function* playSteps(script: Pick<Script, 'steps' | 'pace'>, input: TurnInput): Moments {
  const turn = new TurnInProgress(resolvePace(script.pace), input);
  yield* turn.wait(turn.pace.first_ms);
  if (input.choices.echo_user_input) yield toMoment({ type: 'user_input', content: input.prompt });
  for (const [index, step] of script.steps.entries()) {
    yield* turn.play(step, input.random.fork('step', index));
    if (turn.hasFailed) return;
  }
  if (!turn.hasStopped) yield toMoment(turn.stop(null));
}

/** How many events a step makes, without playing it: a text of a million words takes long to play. */
export function countEvents(step: Step): number {
  if ('think' in step) return (step.deltas?.length ?? countTokens(step.think)) + 1;
  if ('text' in step) return (step.deltas?.length ?? countTokens(step.text)) + 1;
  if ('tool' in step) return 2;
  if ('together' in step) return 2 * step.together.length;
  return 'wait_ms' in step || 'hold' in step || 'raw' in step ? 0 : 1;
}

/** Whether a step is the stop of its turn, which otherwise comes by itself. */
export function isStop(step: Step): boolean {
  return 'stop' in step || 'fail' in step || ('event' in step && step.event['type'] === 'stop');
}

class TurnInProgress {
  readonly pace: FullPace;
  readonly #input: TurnInput;
  #elapsedMs = 0;
  #readTokens: number;
  #writtenTokens = 0;
  #calls = 0;
  hasStopped = false;
  /** A hold was not released: what would follow it never comes. */
  hasFailed = false;

  constructor(pace: FullPace, input: TurnInput) {
    this.pace = pace;
    this.#input = input;
    this.#readTokens = countTokens(input.prompt);
  }

  *wait(ms: number): Moments {
    this.#elapsedMs += ms;
    if (ms > 0) yield { kind: 'wait', ms };
  }

  /** No generator itself: each level of them costs every event a step. */
  play(step: Step, random: Random): Moments | readonly Moment[] {
    if ('think' in step) return this.#write('thinking', step.think, step.deltas, random);
    if ('text' in step) return this.#write('text', step.text, step.deltas, random);
    if ('tool' in step) return this.#callTools([step], random);
    if ('together' in step) return this.#callTools(step.together, random);
    if ('wait_ms' in step) return this.wait(step.wait_ms);
    if ('hold' in step) return this.#hold(step);
    if ('event' in step) return [this.#asItStands(step)];
    if ('raw' in step) return [{ kind: 'raw', bytes: toBytes(step.raw) }];
    if ('huge' in step) return [{ kind: 'huge', sizeBytes: step.huge }];
    if ('fail' in step) return [this.#end(this.stop(this.#fill(step.fail, random)))];
    return [this.#end(this.stop(null, step.stop))];
  }

  /** The closing event; usage adds up over the session's turns. */
  stop(error: string | null, given: StepOf<'stop'>['stop'] = {}): StopEvent {
    const { before, turn, edition, skippedIndexIds } = this.#input;
    const usage = {
      total_input_tokens: before.inputTokens + SYSTEM_TOKENS + before.contextTokens + this.#readTokens,
      total_output_tokens: before.outputTokens + this.#writtenTokens,
      turns: turn,
      duration_ms: Math.round(this.#elapsedMs * 1000) / 1000,
      ...(given.usage as Partial<FullUsage>), // Parsed from a file, so no key is there without a value.
    };
    const stop: StopEvent = { type: 'stop', usage, is_error: error !== null, error };
    if (!existsIn(changes.skipped_index_ids, edition)) return stop;
    return { ...stop, skipped_index_ids: given.skipped_index_ids ?? [...skippedIndexIds] };
  }

  *#write(type: 'text' | 'thinking', template: string, deltas: readonly string[] | undefined, random: Random): Moments {
    const content = this.#fill(template, random.fork('fill'));
    const gaps = random.fork('gap');
    const { jitter, burst, tokens_per_second } = this.pace;
    const gapMs = (1000 * burst) / tokens_per_second;
    // A constant, not a template: a string made anew for each event is looked up letter by letter wherever it is
    // compared.
    const deltaType = type === 'text' ? 'text_delta' : 'thinking_delta';
    let inBurst = 0;
    for (const piece of deltas ?? splitTokens(content)) {
      this.#writtenTokens += 1;
      if (inBurst === 0) {
        // The hot path: a generator of its own for each wait would cost as much as all the rest.
        const ms = gapMs * (1 + jitter * (2 * gaps.next() - 1));
        this.#elapsedMs += ms;
        yield { kind: 'wait', ms };
      }
      inBurst = (inBurst + 1) % burst;
      yield { kind: 'event', event: { type: deltaType, content: piece }, isPlain: true };
    }
    yield { kind: 'event', event: { type, content }, isPlain: true };
  }

  *#callTools(tools: readonly ToolStep[], random: Random): Moments {
    const calls = tools.map((tool, index) => {
      this.#calls += 1;
      return { tool, random: random.fork('tool', index), call_id: `call_${this.#input.turn}_${this.#calls}` };
    });
    for (const { tool, random, call_id } of calls) {
      const args = this.#fillAll(tool.arguments ?? {}, random.fork('arguments')) as Record<string, unknown>; // Objects stay objects.
      this.#writtenTokens += countTokens(JSON.stringify(args));
      yield toMoment({ type: 'tool_call', arguments: args, name: tool.tool, call_id });
    }
    // Parallel calls run side by side: results come in the order in which they are done.
    const startMs = this.#elapsedMs;
    const done = calls
      .map((call) => ({ ...call, atMs: startMs + (call.tool.takes_ms ?? TOOL_MS) }))
      .sort((a, b) => a.atMs - b.atMs);
    for (const { tool, random, call_id, atMs } of done) {
      yield* this.wait(atMs - this.#elapsedMs);
      yield toMoment(this.#result(tool, call_id, random.fork('result')));
    }
  }

  #result(tool: ToolStep, call_id: string, random: Random): Event {
    const result = this.#fillAll(tool.result ?? null, random);
    this.#readTokens += countTokens(JSON.stringify(result));
    const image = tool.image ?? null;
    const optional = image !== null || this.#input.choices.optional_keys === 'null' ? { image_attachment: image } : {};
    return { type: 'tool_result', name: tool.tool, call_id, result, ...optional };
  }

  #asItStands({ event }: StepOf<'event'>): Moment {
    if (event['type'] === 'stop') this.hasStopped = true;
    return toMoment(event as Event); // Files may send events no schema knows: that is what the step is for.
  }

  #end(event: StopEvent): Moment {
    this.hasStopped = true;
    return toMoment(event);
  }

  *#hold({ hold, max_ms: maxMs = HOLD_MS }: StepOf<'hold'>): Moments {
    const outcome = yield { kind: 'hold', name: hold, maxMs };
    if (outcome !== 'expired') return;
    this.hasFailed = true;
    yield toMoment(this.stop(`The hold "${hold}" was not released within ${maxMs} ms.`));
  }

  #fill(text: string, random: Random): string {
    return text.includes('{{') ? this.#input.fill(text, random) : text;
  }

  #fillAll(value: unknown, random: Random): unknown {
    if (typeof value === 'string') return this.#fill(value, random);
    if (Array.isArray(value)) return value.map((item, index) => this.#fillAll(item, random.fork(index)));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, this.#fillAll(item, random.fork(key))]));
  }
}

function toBytes(raw: StepOf<'raw'>['raw']): Uint8Array {
  if (typeof raw === 'string') return encoder.encode(raw);
  return Uint8Array.from(atob(raw.base64), (character) => character.charCodeAt(0));
}

function toMoment(event: Event): Moment {
  return { kind: 'event', event, isPlain: false };
}
