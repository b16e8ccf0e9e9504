import type { Random } from '../runtime/random.ts';
import { failForIndexes, generateScript, type Script } from '../scenario/generated.ts';
import { matches, type TurnFacts } from '../scenario/match.ts';
import type { InlineScenario } from '../scenario/schema.ts';
import type { Session } from '../world/session.ts';
import type { Engine } from './engine.ts';
import type { Intervention } from './intervene.ts';

export interface Chosen {
  /** Its name; `agent` for the generated one. */
  readonly scenario: string;
  readonly why: string;
  /** As it was written; nothing for the generated agent. */
  readonly given: InlineScenario;
  readonly script: Script;
}

/** The turn's scenario, by the order design.md promises. One without steps is told by the generated agent. */
export function chooseScenario(
  engine: Engine,
  {
    session,
    facts,
    intervention,
    requireAllIndexes,
    random,
  }: {
    readonly session: Session;
    readonly facts: TurnFacts;
    readonly intervention: Intervention | null;
    readonly requireAllIndexes: boolean;
    readonly random: Random;
  },
): Chosen {
  const tell = (given: InlineScenario): Script => {
    const { steps, pace, wire, ends } = given;
    const told = steps ? { steps } : generateScript({ ...facts, random }, engine);
    return { ...told, ...(pace && { pace }), ...(wire && { wire }), ...(ends && { ends }) };
  };
  const named = (name: string | undefined, why: string): Chosen | null => {
    const given = name === undefined ? undefined : engine.library.get(name);
    return given ? { scenario: given.scenario, why, given, script: tell(given) } : null;
  };
  if (intervention) {
    const { scenario, why, script: given } = intervention;
    return { scenario, why, given, script: tell(given) };
  }
  const unreachable = engine.indexes.unreachable(facts.indexIds);
  const scripted =
    named(/^\/([a-z0-9-]+)/.exec(facts.prompt)?.[1], 'prompt') ??
    named(session.scenarios[0], 'session') ??
    named(engine.library.ranked.find(({ when }) => when && matches(when, facts))?.scenario, 'when');
  if (scripted && !(requireAllIndexes && unreachable.length > 0)) return scripted;
  if (unreachable.length > 0 && (requireAllIndexes || engine.choices.unreachable_index === 'fail')) {
    return { scenario: 'agent', why: 'unreachable index', given: {}, script: failForIndexes(unreachable) };
  }
  return { scenario: 'agent', why: 'generated', given: {}, script: tell({}) };
}
