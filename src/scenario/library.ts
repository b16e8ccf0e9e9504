import { rankByWhen } from './match.ts';
import type { Scenario } from './schema.ts';
import { createTemplateCheck } from './template.ts';

/** The scenarios of a server, by name. They may be replaced as a whole; turns that run keep theirs. */
export class Library {
  #scenarios: ReadonlyMap<string, Scenario> = new Map();
  #ranked: readonly Scenario[] = [];
  /** Whether anything in it needs fake data. */
  readonly isTemplate = createTemplateCheck();

  constructor(scenarios: readonly Scenario[]) {
    this.replace(scenarios);
  }

  replace(scenarios: readonly Scenario[]): void {
    this.#scenarios = new Map(scenarios.map((scenario) => [scenario.scenario, scenario]));
    this.#ranked = rankByWhen(scenarios);
  }

  get(name: string): Scenario | undefined {
    return this.#scenarios.get(name);
  }

  get names(): readonly string[] {
    return [...this.#scenarios.keys()];
  }

  get all(): readonly Scenario[] {
    return [...this.#scenarios.values()];
  }

  /** Those with `when`, the most particular first. */
  get ranked(): readonly Scenario[] {
    return this.#ranked;
  }
}
