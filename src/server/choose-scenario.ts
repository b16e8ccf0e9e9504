import type { Random } from '../runtime/random.ts';
import { shorten } from '../runtime/shorten.ts';
import { didYouMean } from '../runtime/suggest.ts';
import { failForIndexes, inventScript, type Script } from '../scenario/agent/script.ts';
import type { TurnFacts } from '../scenario/match.ts';
import type { InlineScenario } from '../scenario/schema.ts';
import type { Session } from '../world/session.ts';
import type { Engine } from './engine.ts';
import type { Intervention } from './exchange.ts';

/** The scenario of a turn, and why it was chosen. */
export interface Chosen {
  /** Its name; `agent` for the generated one. */
  readonly scenario: string;
  readonly why: string;
  /** As it was written; nothing for the generated agent. */
  readonly given: InlineScenario;
  readonly script: Script;
}

interface Asked {
  readonly session: Session;
  readonly facts: TurnFacts;
  readonly intervention: Intervention | null;
  readonly requireAllIndexes: boolean;
  readonly random: Random;
}

/**
 * Chooses the scenario of a turn in the order that docs/scenarios.md documents. An intervention without steps changes
 * only how the usual turn is sent and how it ends.
 */
export function chooseScenario(engine: Engine, asked: Asked): Chosen {
  const { intervention } = asked;
  if (!intervention) return chooseUsual(engine, asked);
  const { scenario, why, script: given } = intervention;
  if (given.steps) return { scenario, why, given, script: dress({ steps: given.steps, isKept: true }, given) };
  const usual = chooseUsual(engine, asked);
  return { scenario, why, given: { ...usual.given, ...given }, script: dress(usual.script, given) };
}

/** A prompt with a name that no scenario has is answered as any other; the log and the journal say so in `why`. */
function chooseUsual(engine: Engine, asked: Asked): Chosen {
  const chosen = chooseNamed(engine, asked);
  const name = /^\/([\w-]+)/.exec(asked.facts.prompt)?.[1];
  if (name === undefined || chosen.why === 'prompt' || chosen.why === 'when') return chosen;
  const { names } = engine.library;
  return { ...chosen, why: `${chosen.why}; there is no scenario "${shorten(name)}"${didYouMean(name, names)}` };
}

/** The generated agent invents the steps of a scenario that has none. */
function chooseNamed(engine: Engine, { session, facts, requireAllIndexes, random }: Asked): Chosen {
  const tell = (given: InlineScenario): Script =>
    dress(given.steps ? { steps: given.steps, isKept: true } : inventScript({ ...facts, random }, engine), given);
  const named = (name: string | undefined, why: string): Chosen | null => {
    const given = name === undefined ? undefined : engine.library.get(name);
    return given ? { scenario: given.scenario, why, given, script: tell(given) } : null;
  };
  const unreachable = engine.indexes.unreachable(facts.indexIds);
  const scripted =
    named(/^\/([a-z0-9-]+)/.exec(facts.prompt)?.[1], 'prompt') ??
    named(session.scenarios[0], 'session') ??
    named(engine.library.ranked.find(({ matches }) => matches(facts))?.scenario.scenario, 'when');
  if (scripted && !(requireAllIndexes && unreachable.length > 0)) return scripted;
  if (unreachable.length > 0 && (requireAllIndexes || engine.choices.unreachable_index === 'fail')) {
    return { scenario: 'agent', why: 'unreachable index', given: {}, script: failForIndexes(unreachable) };
  }
  return { scenario: 'agent', why: 'generated', given: {}, script: tell({}) };
}

/** Adds the pace, the wire and the end of a scenario to a script. By name: to spread them costs more than the choice. */
function dress({ steps, isKept = false, pace, wire, ends }: Script, given: InlineScenario): Script {
  return { steps, isKept, pace: given.pace ?? pace, wire: given.wire ?? wire, ends: given.ends ?? ends };
}
