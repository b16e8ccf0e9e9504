import { ChatMockError } from '../../runtime/errors.ts';
import { didYouMean } from '../../runtime/suggest.ts';
import type { Scenario } from '../../scenario/schema.ts';
import { defineCommand } from '../command.ts';
import type { Io } from '../io.ts';
import { toTerminal, toWire } from '../play.ts';
import { anyText, seed, speed } from '../value-types.ts';
import { config, edition, noBuiltIn, scenarios } from './shared-options.ts';

/** Prints a scripted turn as it would stream, or its wire actions. */
export const scenarioPlay = defineCommand({
  name: 'scenario play',
  summary: "Print a scenario's turn as it streams.",
  examples: ['chat-mock scenario play slow-tool --speed instant', 'chat-mock scenario play scenarios/mine.yaml --wire'],
  positional: 'name',
  options: {
    name: {
      kind: 'single',
      type: anyText('NAME|FILE'),
      default: undefined,
      summary: 'Name of a scenario, or a file of one.',
    },
    scenarios,
    noBuiltIn,
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
  async run({ name, scenarios, noBuiltIn, prompt, wire, seed, speed, edition }, io) {
    const isFile = name !== undefined && /[\\/]|\.(?:ya?ml|json)$/i.test(name);
    const scenario = isFile
      ? await (await io.load.files()).loadScenario(name)
      : await findScenario(name, { scenarios, noBuiltIn }, io);
    const { compileScenario } = await io.load.play();
    const compiled = await compileScenario(scenario, { prompt, seed, edition });
    if (wire) io.stdout.write(toWire(compiled));
    else await toTerminal(compiled, { io, speed });
    return 0;
  },
});

async function findScenario(
  name: string | undefined,
  { scenarios: directory, noBuiltIn }: { readonly scenarios: string | undefined; readonly noBuiltIn: boolean },
  { load }: Pick<Io, 'load'>,
): Promise<Scenario> {
  const own = directory === undefined ? [] : await (await load.files()).loadScenarios(directory);
  const { scenarios: known = own } = noBuiltIn ? {} : (await load.builtIn()).addBuiltIn({ scenarios: own });
  const found = known.find(({ scenario }) => scenario === name);
  if (found) return found;
  const names = known.map(({ scenario }) => scenario);
  const reason = name === undefined ? 'no scenario is named' : `there is no scenario "${name}"`;
  const near = name === undefined ? '.' : didYouMean(name, names) || '.';
  throw new ChatMockError('usage', `Failed to play: ${reason}${near} Known: ${names.join(', ')}.`);
}
