import type { Random } from '../runtime/random.ts';
import { failForIndexes, generateScript, type Script } from '../scenario/generated.ts';
import { matches, type TurnFacts } from '../scenario/match.ts';
import type { Session } from '../world/session.ts';
import type { Engine } from './engine.ts';

export interface Chosen {
  /** Its name; `agent` for the generated one. */
  readonly scenario: string;
  readonly why: string;
  readonly script: Script;
  /** Whether the script has templates to fill; what the agent makes up is said as it is. */
  readonly isTemplate: boolean;
}

/** The turn's scenario, by the order design.md promises; an unknown name in the header is told, not ignored. */
export function chooseScenario(
  engine: Engine,
  {
    session,
    facts,
    header,
    requireAllIndexes,
    random,
  }: {
    readonly session: Session;
    readonly facts: TurnFacts;
    readonly header: string | null;
    readonly requireAllIndexes: boolean;
    readonly random: Random;
  },
): Chosen | { readonly unknown: string } {
  const named = (name: string | undefined, why: string): Chosen | null => {
    const script = name === undefined ? undefined : engine.scenarios.get(name);
    return script ? { scenario: script.scenario, why, script, isTemplate: engine.isTemplate(script) } : null;
  };
  const unreachable = engine.indexes.unreachable(facts.indexIds);
  if (header !== null && header !== '') return named(header, 'header') ?? { unknown: header };
  const scripted =
    named(/^\/([a-z0-9-]+)/.exec(facts.prompt)?.[1], 'prompt') ??
    named(session.scenarios[0], 'session') ??
    named(engine.rankedScenarios.find(({ when }) => when && matches(when, facts))?.scenario, 'when');
  if (scripted && !(requireAllIndexes && unreachable.length > 0)) return scripted;
  if (unreachable.length > 0 && (requireAllIndexes || engine.choices.unreachable_index === 'fail')) {
    return { scenario: 'agent', why: 'unreachable index', script: failForIndexes(unreachable), isTemplate: false };
  }
  return {
    scenario: 'agent',
    why: 'generated',
    script: generateScript({ ...facts, random }, engine),
    isTemplate: false,
  };
}
