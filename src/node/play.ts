import type { Edition } from '../api/editions.ts';
import { builtInFixtures } from '../generated/fixtures.ts';
import { createRandom } from '../runtime/random.ts';
import { inventScript } from '../scenario/agent/script.ts';
import { unescapeBraces } from '../scenario/braces.ts';
import { compileTurn } from '../scenario/compile.ts';
import { cut } from '../scenario/cut.ts';
import { dryTurn } from '../scenario/dry-turn.ts';
import { IndexCatalogue } from '../scenario/indexes.ts';
import type { Scenario } from '../scenario/schema.ts';
import { hasTemplates, loadFill } from '../scenario/template.ts';
import type { WireActions } from '../scenario/wire.ts';
import type { Hash } from '../world/stream-record.ts';
import { createSha256 } from './hash.ts';

/** A scenario's turn without a server: the first turn of an empty session. */
export interface CompiledScenario {
  readonly actions: WireActions;
  /** Status and headers, where the scenario has some of its own. */
  readonly head: string | null;
  readonly createHash: () => Hash;
}

/** Compiles what a scenario answers to this prompt. */
export async function compileScenario(
  scenario: Scenario,
  { prompt, seed, edition }: { readonly prompt: string; readonly seed: number | string; readonly edition: Edition },
): Promise<CompiledScenario> {
  const { status, headers = {}, body = null, steps, pace, wire, ends, delay_ms = 0 } = scenario;
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value ?? '(left out)'}`);
  const head = [...(status === undefined ? [] : [`HTTP ${status}`]), ...lines].join('\n');
  const common = { head: head === '' ? null : `${head}\n\n`, createHash: createSha256 };
  if (status !== undefined) {
    const whole = bodyOf(typeof body === 'string' ? body : JSON.stringify(body));
    return { ...common, actions: late(delay_ms, ends ? cut(whole, ends) : whole) };
  }
  const random = createRandom(seed);
  const fill = hasTemplates(scenario) ? (await loadFill())() : steps ? unescapeBraces : (text: string) => text;
  const input = dryTurn({ prompt, edition, random, fill });
  const asked = { prompt, turn: 1, indexIds: ['idx-abc123'], random };
  const indexes = new IndexCatalogue(builtInFixtures.indexes, random);
  const told = steps ? { steps } : inventScript(asked, { choices: input.choices, indexes });
  const script = { ...told, ...(pace && { pace }), ...(wire && { wire }), ...(ends && { ends }) };
  return { ...common, actions: late(delay_ms, compileTurn(script, input)) };
}

function* late(delayMs: number, actions: WireActions): WireActions {
  if (delayMs > 0) yield { kind: 'wait', ms: delayMs };
  yield* actions;
}

function* bodyOf(text: string): WireActions {
  yield { kind: 'bytes', bytes: new TextEncoder().encode(text), events: [] };
  yield { kind: 'end', how: 'close' };
}
