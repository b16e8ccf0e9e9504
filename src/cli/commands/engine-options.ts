import type { ChatMock } from '../../node/mock.ts';
import type { Io } from '../io.ts';
import type { Options, Values } from '../option.ts';
import { apiKey, oneOf, origin, path, seed, speed, wholeNumber } from '../value-types.ts';
import { limitOptions, toLimits } from './limit-options.ts';
import { edition, noBuiltIn, scenarios } from './shared-options.ts';

/** What every command that starts a mock lets one choose of it. */
export const engineOptions = {
  seed: { kind: 'single', type: seed, default: 1, summary: 'Seed for generated data: text or a number.' },
  edition,
  scenarios,
  fixtures: {
    kind: 'single',
    type: path('DIR'),
    default: undefined,
    summary: 'Directory of sessions and indexes that exist at start-up, added to the built-in ones; yours win by id.',
  },
  noBuiltIn,
  sessions: {
    kind: 'single',
    type: wholeNumber(0, 100_000, 'Give how many generated sessions there shall be.'),
    default: 0,
    summary: 'Number of extra generated sessions.',
  },
  speed: { kind: 'single', type: speed, default: 1, summary: 'Speed factor for streams; instant never waits.' },
  clock: {
    kind: 'single',
    type: oneOf(['fixed', 'real', 'manual']),
    default: 'fixed',
    summary: 'Clock: fixed repeats in every run, real is wall time, manual waits for POST clock/advance.',
  },
  apiKey: { kind: 'repeatable', type: apiKey, summary: 'Accepted API key; by default any key.' },
  choices: {
    kind: 'single',
    type: path('FILE'),
    default: undefined,
    summary: 'File with settings for behaviour that the API does not document.',
  },
  lenient: {
    kind: 'switch',
    summary: 'Treat unknown sessions and indexes as existing, and unknown page tokens as the first page.',
  },
  cors: { kind: 'repeatable', type: origin, summary: 'Allowed page origin, in addition to loopback origins.' },
  ...limitOptions,
} as const satisfies Options;

/** Those that say what data there is. */
export const dataOptions = [
  'seed',
  'edition',
  'scenarios',
  'fixtures',
  'noBuiltIn',
  'sessions',
  'choices',
  'lenient',
] as const satisfies readonly (keyof typeof engineOptions)[];
/** Those that say how streams come. */
export const streamOptions = ['speed', 'clock'] as const satisfies readonly (keyof typeof engineOptions)[];

type EngineValues = Values<typeof engineOptions>;

/** What the engine needs. */
export function toMockOptions(values: EngineValues) {
  return {
    seed: values.seed,
    edition: values.edition,
    generatedSessions: values.sessions,
    speed: values.speed,
    clock: values.clock,
    apiKeys: values.apiKey,
    lenient: values.lenient,
    corsOrigins: values.cors,
    ...toLimits(values),
  };
}

/**
 * Reads the named files; loads no module if there are none. `own` is what they hold, `given` what the mock starts from:
 * together with what is built in, unless that is left out.
 */
export async function createLoader(values: EngineValues, { load }: Pick<Io, 'load'>) {
  const { scenarios, fixtures, choices, noBuiltIn } = values;
  const files = (scenarios ?? fixtures ?? choices) ? await load.files() : undefined;
  const { addBuiltIn } = files && !noBuiltIn ? await load.builtIn() : { addBuiltIn: <Own>(own: Own) => own };
  return async () => {
    const own = {
      ...(files && scenarios !== undefined && { scenarios: await files.loadScenarios(scenarios) }),
      ...(files && fixtures !== undefined && (await files.loadFixtures(fixtures))),
    };
    const given = {
      ...(noBuiltIn && { scenarios: [], sessions: [], indexes: [] }),
      ...addBuiltIn(own),
      ...(files && choices !== undefined && { choices: await files.loadChoices(choices) }),
    };
    return { own, given };
  };
}

/** An unused queued answer is an error: the test did not test what it was written for. */
export function reportUnused(unused: ReturnType<ChatMock['resetAll']>, { stderr }: Pick<Io, 'stderr'>): void {
  for (const { scenario, operation, times, used } of unused) {
    stderr.write(`Queued and never used: ${scenario} for ${operation}, ${times - used} of ${times} times.\n`);
  }
}
