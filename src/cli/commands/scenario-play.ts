import { ChatMockError } from '../../runtime/errors.ts';
import { didYouMean } from '../../runtime/suggest.ts';
import { defineCommand } from '../command.ts';
import { toTerminal, toWire } from '../play.ts';
import { anyText, path, seed, speed } from '../value-types.ts';
import { config, edition } from './shared-options.ts';

/** Prints a scripted turn as it would stream, or its wire actions. */
export const scenarioPlay = defineCommand({
  name: 'scenario play',
  summary: "Print a scenario's turn as it streams.",
  positional: 'name',
  options: {
    name: { kind: 'single', type: anyText('NAME'), default: undefined, summary: 'Name of the scenario.' },
    scenarios: {
      kind: 'single',
      type: path('DIR'),
      default: undefined,
      summary: 'Directory of scenario files; replaces the built-in scenarios.',
    },
    prompt: { kind: 'single', type: anyText('TEXT'), default: 'What changed?', summary: 'User prompt.' },
    wire: {
      kind: 'switch',
      summary: 'Print each wire action with its bytes, and the SHA-256 of the whole, without waiting.',
    },
    seed: { kind: 'single', type: seed, default: 1, summary: 'Seed for generated data.' },
    speed: { kind: 'single', type: speed, default: 1, summary: 'Speed factor for streams; instant never waits.' },
    edition,
    config,
  },
  async run({ name, scenarios, prompt, wire, seed, speed, edition }, io) {
    const { compileScenario, builtInScenarios } = await io.load.play();
    const known = scenarios === undefined ? builtInScenarios : await (await io.load.files()).loadScenarios(scenarios);
    const scenario = known.find((one) => one.scenario === name);
    if (!scenario) {
      const names = known.map((one) => one.scenario);
      const reason = name === undefined ? 'no scenario is named' : `there is no scenario "${name}"`;
      const near = name === undefined ? '.' : didYouMean(name, names) || '.';
      throw new ChatMockError('usage', `Failed to play: ${reason}${near} Known: ${names.join(', ')}.`);
    }
    const compiled = await compileScenario(scenario, { prompt, seed, edition });
    if (wire) io.stdout.write(toWire(compiled));
    else await toTerminal(compiled, { io, speed });
    return 0;
  },
});
