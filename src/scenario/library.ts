import type { CompilePattern } from '../runtime/pattern.ts';
import { type ConditionalScenario, rankByWhen } from './match.ts';
import type { Scenario } from './schema.ts';
import { createTemplateCheck } from './template.ts';

/** The scenarios of a server, by name. They may be replaced as a whole; turns that run keep theirs. */
export class Library {
  #scenarios: ReadonlyMap<string, Scenario> = new Map();
  #ranked: readonly ConditionalScenario[] = [];
  readonly #compilePattern: CompilePattern;
  /** Whether anything in it needs fake data. */
  readonly isTemplate = createTemplateCheck();

  constructor(scenarios: readonly Scenario[], compilePattern: CompilePattern) {
    this.#compilePattern = compilePattern;
    this.replace(scenarios);
  }

  replace(scenarios: readonly Scenario[]): void {
    this.#ranked = rankByWhen(scenarios, this.#compilePattern);
    this.#scenarios = new Map(scenarios.map((scenario) => [scenario.scenario, scenario]));
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
  get ranked(): readonly ConditionalScenario[] {
    return this.#ranked;
  }
}
