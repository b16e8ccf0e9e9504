import packageJson from '../../../package.json' with { type: 'json' };
import type { Activity } from '../../world/activity.ts';
import { createActivityLog, formatActivity, formatActivityJson } from '../activity-log.ts';
import { formatBanner, formatReady } from '../banner.ts';
import { defineCommand } from '../command.ts';
import type { Io } from '../io.ts';
import type { Values } from '../option.ts';
import { anyText, apiKey, oneOf, origin, path, seed, speed, wholeNumber } from '../value-types.ts';
import { config, edition } from './shared-options.ts';

/** Promised: stopped within 2 s of being asked, whatever still hangs. */
const CLOSE_WITHIN_MS = 1500;
const EXIT_WITHIN_MS = 100;

const options = {
  port: {
    kind: 'single',
    type: wholeNumber(0, 65_535, 'Give a free port, or 0 to take any.'),
    default: 4010,
    summary: 'Port; 0 takes any free one.',
  },
  host: { kind: 'single', type: anyText('HOST'), default: '127.0.0.1', summary: 'Address to listen on.' },
  seed: { kind: 'single', type: seed, default: 1, summary: 'Decides all that is invented; a text or a number.' },
  edition,
  scenarios: {
    kind: 'single',
    type: path('DIR'),
    default: undefined,
    summary: 'Scenario files, instead of the built-in ones.',
  },
  fixtures: {
    kind: 'single',
    type: path('DIR'),
    default: undefined,
    summary: 'Sessions and indexes that exist at the start, instead of the built-in ones.',
  },
  sessions: {
    kind: 'single',
    type: wholeNumber(0, 100_000, 'Give how many generated sessions there shall be.'),
    default: 0,
    summary: 'This many generated sessions more.',
  },
  speed: { kind: 'single', type: speed, default: 1, summary: 'How many times as fast as real; instant never waits.' },
  clock: {
    kind: 'single',
    type: oneOf(['fixed', 'real']),
    default: 'fixed',
    summary: 'Time in answers: the same in every run, or the real one.',
  },
  apiKey: { kind: 'repeatable', type: apiKey, summary: 'A key that is good; without any, all keys are.' },
  choices: {
    kind: 'single',
    type: path('FILE'),
    default: undefined,
    summary: 'Settings for what the API leaves open.',
  },
  lenient: { kind: 'switch', summary: 'Unknown sessions are empty ones, unknown page tokens the first page.' },
  json: { kind: 'switch', summary: 'One JSON object a line instead of text.' },
  cors: { kind: 'repeatable', type: origin, summary: 'Origin whose pages may call, besides those of this machine.' },
  quiet: { kind: 'switch', summary: 'Only the base URL; with --json only ready and stopped.' },
  config,
} as const;

type ServeValues = Values<typeof options>;

/** Starts the server; resolves after it was interrupted and has stopped. */
export const serve = defineCommand({
  name: 'serve',
  summary: 'Start the mock server.',
  options,
  async run(values, io) {
    const toText = (activity: Activity) => formatActivity(activity, io.paint);
    const log = createActivityLog(io, values.json ? formatActivityJson : toText);
    const { createChatMock } = await io.load.mock();
    const mock = createChatMock({
      ...(await toMockOptions(values, io)),
      ...(values.quiet ? {} : { onActivity: log.add }),
    });
    const server = await mock.listen({ port: values.port, host: values.host, replaceGlobals: true });

    const { host, edition, seed, speed, clock } = values;
    const readiness = {
      ...{ host, edition, seed, speed, clock },
      version: packageJson.version,
      url: server.url,
      controlUrl: `${server.url}/__mock`,
      isLenient: values.lenient,
      scenarioNames: mock.scenarioNames,
      sessionCount: mock.sessionCount,
      apiKeyCount: values.apiKey.length,
      pid: io.pid,
    };
    // Before anyone can know that it is ready: whoever waits for that line may answer it with a signal.
    const interrupted = io.interrupted();
    const forPeople = values.quiet ? `${server.url}\n` : formatBanner(readiness, io.paint);
    io.stdout.write(values.json ? formatReady(readiness) : forPeople);

    await interrupted;
    await Promise.race([server.close(), io.pause(CLOSE_WITHIN_MS)]);
    io.exitAfter(EXIT_WITHIN_MS, 0);
    log.flush();
    if (values.json) io.stdout.write('{"event":"stopped"}\n');
    return 0;
  },
});

/** What the engine needs; files are loaded only if some are named. */
async function toMockOptions(values: ServeValues, { load }: Pick<Io, 'load'>) {
  const { scenarios, fixtures, choices } = values;
  const files = (scenarios ?? fixtures ?? choices) ? await load.files() : undefined;
  return {
    seed: values.seed,
    edition: values.edition,
    generatedSessions: values.sessions,
    speed: values.speed,
    clock: values.clock,
    apiKeys: values.apiKey,
    lenient: values.lenient,
    corsOrigins: values.cors,
    ...(files && scenarios !== undefined && { scenarios: await files.loadScenarios(scenarios) }),
    ...(files && fixtures !== undefined && (await files.loadFixtures(fixtures))),
    ...(files && choices !== undefined && { choices: await files.loadChoices(choices) }),
  };
}
