import { ChatMockError } from '../../runtime/errors.ts';
import { didYouMean } from '../../runtime/suggest.ts';
import { defineCommand } from '../command.ts';
import { toTerminal, toWire } from '../play.ts';
import { anyText, path, seed, speed } from '../value-types.ts';
import { config, edition } from './shared-options.ts';

/** Prints a scripted turn as it would stream, or what goes over the wire. */
export const scenarioPlay = defineCommand({
  name: 'scenario play',
  summary: 'Print the turn of a scenario as it streams.',
  positional: 'name',
  options: {
    name: { kind: 'single', type: anyText('NAME'), default: undefined, summary: 'The scenario.' },
    scenarios: {
      kind: 'single',
      type: path('DIR'),
      default: undefined,
      summary: 'Scenario files, instead of the built-in ones.',
    },
    prompt: { kind: 'single', type: anyText('TEXT'), default: 'What changed?', summary: 'What the user says.' },
    wire: { kind: 'switch', summary: 'Every action with its bytes, and the SHA-256 of all, without waiting.' },
    seed: { kind: 'single', type: seed, default: 1, summary: 'Decides all that is invented.' },
    speed: { kind: 'single', type: speed, default: 1, summary: 'How many times as fast as real; instant never waits.' },
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
