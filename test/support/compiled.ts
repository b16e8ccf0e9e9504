import { createParser } from 'eventsource-parser';
import { createRandom } from '../../src/runtime/random.ts';
import type { Script } from '../../src/scenario/agent/script.ts';
import { compileTurn } from '../../src/scenario/compile.ts';
import { dryTurn } from '../../src/scenario/dry-turn.ts';
import type { Wire } from '../../src/scenario/schema.ts';
import type { TurnInput } from '../../src/scenario/turn.ts';
import type { WireAction } from '../../src/scenario/wire.ts';

/** Everything that performing a script does, in a list; holds are released. */
export function compile(script: Script, given: Partial<TurnInput> = {}): WireAction[] {
  return [...compileTurn(script, dryTurn(given))];
}

/** The bytes of each write. */
export function piecesOf(actions: Iterable<WireAction>): Uint8Array[] {
  return [...actions].flatMap((action) => (action.kind === 'bytes' ? [action.bytes] : []));
}

export function bytesOf(actions: Iterable<WireAction>): Buffer {
  return Buffer.concat(piecesOf(actions));
}

export function textOf(actions: Iterable<WireAction>): string {
  return bytesOf(actions).toString('utf8');
}

/** The gaps between writes, in scripted milliseconds. */
export function waitsOf(actions: Iterable<WireAction>): number[] {
  return [...actions].flatMap((action) => (action.kind === 'wait' ? [action.ms] : []));
}

export interface Decoded {
  readonly name: string | undefined;
  readonly id: string | undefined;
  readonly event: unknown;
}

/** What an independent parser makes of bytes; `newline` says whether a CR that ends them is a line end. */
export function decode(bytes: Uint8Array, newline: Wire['newline'] = 'lf'): Decoded[] {
  const events: Decoded[] = [];
  const parser = createParser({
    onEvent: ({ event: name, id, data }) => events.push({ name, id, event: JSON.parse(data) }),
    onError: (error) => {
      throw error;
    },
  });
  // After a CR the parser waits for what may be the rest of CRLF; the beginning of a comment says that it is not.
  parser.feed(new TextDecoder().decode(bytes) + (newline === 'cr' ? ':' : ''));
  return events;
}

/** What the first turn of a new session is compiled from in a mock with this seed, and `dryTurn` for the rest. */
export function firstTurn(
  { seed, sessionId, prompt }: { readonly seed: number; readonly sessionId: string; readonly prompt: string },
  more: Partial<TurnInput> = {},
): Partial<TurnInput> {
  const random = createRandom(seed).fork('session', sessionId).fork('turn', 1).fork('prompt', prompt);
  return { prompt, random, ...more };
}
