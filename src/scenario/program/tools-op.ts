import type { Random } from '../../runtime/random.ts';
import type { ToolStep } from '../schema.ts';
import { countTokens } from '../tokens.ts';
import { EventMoment, type Moment } from './moment.ts';
import type { Cursor, Op } from './op.ts';
import type { Player } from './player.ts';

/** How long a tool takes that does not say. */
export const TOOL_MS = 450;
/** Turns of a session whose calls are kept: only their ids differ. */
const KEPT_TURNS = 8;

/** One tool, or several at once: all calls first, then the results in the order in which they are done. */
export class ToolsOp implements Op {
  readonly calls: readonly ToolCall[];
  /** Its place among the steps, on which chance depends. */
  readonly index: number;
  readonly keptBytes: number;
  readonly #isTemplate: boolean;
  #isWarm = false;
  readonly #byTurn = new Map<number, readonly Called[]>();

  /** `callsBefore`: how many calls the steps before it make. */
  constructor(tools: readonly ToolStep[], { index, callsBefore }: { index: number; callsBefore: number }) {
    this.calls = tools.map((tool, nth) => new ToolCall(tool, callsBefore + nth + 1));
    this.index = index;
    this.#isTemplate = this.calls.some(({ isTemplate }) => isTemplate);
    // Each call as text and as frames.
    const characters = this.calls.reduce((sum, call) => sum + call.jsonLength, 0);
    this.keptBytes = this.#isTemplate ? 0 : 2 * KEPT_TURNS * characters;
  }

  begin(player: Player): Moment | null {
    return player.follow(new ToolsCursor(this.#call(player)));
  }

  warm(): readonly EventMoment[] {
    this.#isWarm = !this.#isTemplate;
    return [];
  }

  #call(player: Player): readonly Called[] {
    const { turn } = player.input;
    const known = this.#byTurn.get(turn);
    if (known) return known;
    const called = this.calls.map((call, nth) =>
      call.make(player, this.#isTemplate ? this.#randomOf(player, nth) : null),
    );
    if (!this.#isWarm) return called;
    if (this.#byTurn.size >= KEPT_TURNS) this.#byTurn.clear();
    this.#byTurn.set(turn, called);
    return called;
  }

  #randomOf({ input }: Player, nth: number): Random {
    return input.random.fork('step', this.index, 'tool', nth);
  }
}

/** The events of a call in one turn. The result is made when it is due: what a template draws depends on nothing else. */
interface Called {
  readonly call: EventMoment;
  readonly argumentTokens: number;
  readonly result: EventMoment;
  readonly resultTokens: number;
  readonly takesMs: number;
}

interface Filled {
  readonly value: unknown;
  readonly json: string;
}

class ToolCall {
  readonly isTemplate: boolean;
  readonly jsonLength: number;
  readonly #tool: ToolStep;
  readonly #number: number;
  readonly #arguments: Filled;
  readonly #result: Filled;
  #tokens: { readonly arguments: number; readonly result: number } | null = null;

  constructor(tool: ToolStep, number: number) {
    this.#tool = tool;
    this.#number = number;
    this.#arguments = toFilled(tool.arguments ?? {});
    this.#result = toFilled(tool.result ?? null);
    this.jsonLength = this.#arguments.json.length + this.#result.json.length;
    this.isTemplate = this.#arguments.json.includes('{{') || this.#result.json.includes('{{');
  }

  make({ input }: Player, random: Random | null): Called {
    const { turn, choices, fill } = input;
    const filled = (of: Filled, name: string) =>
      random && of.json.includes('{{') ? toFilled(fillAll(of.value, { random: random.fork(name), fill })) : of;
    const [args, result] = [filled(this.#arguments, 'arguments'), filled(this.#result, 'result')];
    const name = this.#tool.tool;
    const call_id = `call_${turn}_${this.#number}`;
    const image = this.#tool.image ?? null;
    const optional = image !== null || choices.optional_keys === 'null' ? { image_attachment: image } : {};
    // Pieces of JSON that are there already: to stringify a large result twice costs as much as all the rest.
    const ids = `"name":${JSON.stringify(name)},"call_id":"${call_id}"`;
    const rest = 'image_attachment' in optional ? `,"image_attachment":${JSON.stringify(image)}` : '';
    return {
      call: new EventMoment(
        { type: 'tool_call', arguments: args.value as Record<string, unknown>, name, call_id }, // Objects stay objects.
        `{"type":"tool_call","arguments":${args.json},${ids}}`,
      ),
      result: new EventMoment(
        { type: 'tool_result', name, call_id, result: result.value, ...optional },
        `{"type":"tool_result",${ids},"result":${result.json}${rest}}`,
      ),
      ...this.#count(args, result),
      takesMs: this.#tool.takes_ms ?? TOOL_MS,
    };
  }

  #count(args: Filled, result: Filled): { readonly argumentTokens: number; readonly resultTokens: number } {
    const isConstant = args === this.#arguments && result === this.#result;
    const tokens = (isConstant ? this.#tokens : null) ?? {
      arguments: countTokens(args.json),
      result: countTokens(result.json),
    };
    if (isConstant) this.#tokens = tokens;
    return { argumentTokens: tokens.arguments, resultTokens: tokens.result };
  }
}

class ToolsCursor implements Cursor {
  readonly #calls: readonly Called[];
  #at = 0;
  #done: readonly (Called & { readonly atMs: number })[] = [];
  #hasWaited = false;

  constructor(calls: readonly Called[]) {
    this.#calls = calls;
  }

  next(player: Player): Moment | null {
    const count = this.#calls.length;
    const called = this.#calls[this.#at];
    if (called) {
      this.#at += 1;
      player.writtenTokens += called.argumentTokens;
      if (this.#at === count) this.#done = inOrder(this.#calls, player.elapsedMs);
      return called.call;
    }
    const done = this.#done[this.#at - count];
    if (!done) return null;
    if (!this.#hasWaited) {
      this.#hasWaited = true;
      const wait = player.wait(done.atMs - player.elapsedMs);
      if (wait) return wait;
    }
    this.#hasWaited = false;
    this.#at += 1;
    player.readTokens += done.resultTokens;
    return done.result;
  }
}

/** Parallel calls run side by side. */
function inOrder(calls: readonly Called[], startMs: number): readonly (Called & { readonly atMs: number })[] {
  return calls.map((call) => ({ ...call, atMs: startMs + call.takesMs })).sort((a, b) => a.atMs - b.atMs);
}

function toFilled(value: unknown): Filled {
  return { value, json: JSON.stringify(value) };
}

function fillAll(
  value: unknown,
  { random, fill }: { readonly random: Random; readonly fill: (text: string, random: Random) => string },
): unknown {
  if (typeof value === 'string') return value.includes('{{') ? fill(value, random) : value;
  if (Array.isArray(value)) return value.map((item, index) => fillAll(item, { random: random.fork(index), fill }));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, fillAll(item, { random: random.fork(key), fill })]),
  );
}
